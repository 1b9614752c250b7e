/** Times as people write them in settings and options. */
import type { Millis } from './units.ts';

/** Longer ones would overflow a timer of Node, which then fires at once. */
const MAX_SECONDS = 2_000_000;

/** @returns Milliseconds, or undefined for what is not a decimal number of seconds above 0. */
export function parseSeconds(text: string): Millis | undefined {
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const seconds = Number(text);
  return seconds > 0 ? Math.min(seconds, MAX_SECONDS) * 1000 : undefined;
}
