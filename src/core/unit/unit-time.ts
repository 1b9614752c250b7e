/** Time spans as systemd writes them. */

/** Seconds of each unit. */
const UNITS: Readonly<Record<string, number>> = {
  us: 1e-6,
  usec: 1e-6,
  ms: 1e-3,
  msec: 1e-3,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
};

/**
 * @returns Whole seconds, rounded up; Infinity for `infinity` and for 0, which means the same in TimeoutStopSec=;
 *   undefined for what is no time span.
 * @see systemd.time(7)
 * @example parseTimeSpan('1min 30s') // 90
 */
export function parseTimeSpan(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === 'infinity') return Infinity;
  if (!/^(?:[0-9]+(?:\.[0-9]+)?[ \t]*[a-z]*[ \t]*)+$/.test(trimmed)) return undefined;
  let seconds = 0;
  for (const [, number = '', unit = ''] of trimmed.matchAll(/([0-9.]+)[ \t]*([a-z]*)/g)) {
    const factor = UNITS[unit === '' ? 's' : unit];
    if (factor === undefined) return undefined;
    seconds += Number(number) * factor;
  }
  return seconds === 0 ? Infinity : Math.ceil(seconds);
}
