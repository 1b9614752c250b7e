/** The monotonic clock, for programs that must not load `performance`: that costs them a millisecond. */
import type { Millis } from '../core/units.ts';

/** The same clock as `performance.now()`, with another beginning. */
export function monotonicNow(): Millis {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
