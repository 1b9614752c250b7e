/** When a shutdown is to happen, as `shutdown TIME` takes it. */
import { MAX_INT } from '../c-number.ts';
import type { EpochMillis } from '../units.ts';

export type ShutdownTime =
  | { readonly kind: 'in'; readonly minutes: number }
  /** The next time the clock shows this. */
  | { readonly kind: 'at'; readonly hour: number; readonly minute: number };

const MINUTES_A_DAY = 1_440;
const MINUTE_MS = 60_000;

/**
 * Reads `now`, `N`, `+N`, `hh:mm` or `+hh:mm`. As in the original only two digits of the minutes count, and so does
 * nothing behind them: `12:059` is `12:05`.
 * @returns Undefined for anything else.
 * @see shutdown(8); the odd forms are measured
 */
export function parseShutdownTime(text: string): ShutdownTime | undefined {
  if (text === 'now') return { kind: 'in', minutes: 0 };
  const [, plus, first = '', second] = /^(\+?)(\d+)(?::(\d{1,2})[\d:]*)?$/.exec(text) ?? [];
  if (plus === undefined) return undefined;
  if (second === undefined) return withinInt(Number(first));
  const [hour, minute] = [Number(first), Number(second)];
  if (minute > 59) return undefined;
  if (plus === '+') return withinInt(hour * 60 + minute);
  return hour > 23 ? undefined : { kind: 'at', hour, minute };
}

function withinInt(minutes: number): ShutdownTime | undefined {
  return minutes > MAX_INT ? undefined : { kind: 'in', minutes };
}

/**
 * The moment itself. The seconds are those of now, as in the original, so that warnings name whole minutes.
 * @param now Its hours and minutes on the local clock are looked at.
 */
export function shutdownMoment(time: ShutdownTime, now: Date): EpochMillis {
  return now.getTime() + minutesUntil(time, now) * MINUTE_MS;
}

function minutesUntil(time: ShutdownTime, now: Date): number {
  if (time.kind === 'in') return time.minutes;
  const difference = time.hour * 60 + time.minute - (now.getHours() * 60 + now.getMinutes());
  return difference < 0 ? difference + MINUTES_A_DAY : difference;
}
