/** When a waiting shutdown wakes up, and whether it says something then. */
import type { EpochMillis, Millis } from '../units.ts';

/** `reduced` is `-q`, `last` is `-Q`. */
export type Warnings = 'all' | 'reduced' | 'last';

/** From here on nobody may log in any more. */
const NOLOGIN_MINUTES = 5;
/** A shutdown this near is announced at once, whatever else is said. */
const NEAR_MINUTES = 15;
const MINUTE_MS: Millis = 60_000;
/** A timer may wake us a little early or late; the minute is the same. */
const TOLERANCE_MS: Millis = 500;

/**
 * Whole minutes until the moment on the wall clock, rounded up; 0 when it has come.
 * The clock is asked anew each time, so that a machine that slept goes down when it said.
 */
export function minutesLeft(moment: EpochMillis, now: EpochMillis): number {
  return Math.max(0, Math.ceil((moment - now - TOLERANCE_MS) / MINUTE_MS));
}

/** How long to sleep until the next whole minute before the moment; never more than a minute, for the clock may be set. */
export function sleepMs(moment: EpochMillis, now: EpochMillis): Millis {
  const next = moment - (minutesLeft(moment, now) - 1) * MINUTE_MS;
  return Math.min(Math.max(next - now, 0), MINUTE_MS);
}

/**
 * Whether a warning is due.
 * @param minutes Left, above 0.
 * @see shutdown(8), measured: every minute below 10, then every 15, 30 and 60 minutes
 */
export function isWarningDue(minutes: number, warnings: Warnings): boolean {
  if (warnings === 'last') return false;
  if (warnings === 'reduced') return minutes === 5 || minutes === 10 || minutes % 60 === 0;
  if (minutes < 10) return true;
  if (minutes < 60) return minutes % 15 === 0;
  return minutes % (minutes < 180 ? 30 : 60) === 0;
}

/** The same for the first look: a shutdown that is near is announced in any case. */
export function isFirstWarningDue(minutes: number, warnings: Warnings): boolean {
  return minutes < NEAR_MINUTES || isWarningDue(minutes, warnings);
}

/** @param minutes Left, above 0. */
export function isLoginClosed(minutes: number): boolean {
  return minutes <= NOLOGIN_MINUTES;
}
