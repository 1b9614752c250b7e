/** The respawn throttle: how often an entry may be started before it is left alone for a while. Pure arithmetic. */
import type { Millis } from '../units.ts';

/** init(8): ten starts … */
export const RESPAWN_LIMIT = 10;
/** … within two minutes of the first … */
export const RESPAWN_WINDOW_MS: Millis = 120_000;
/** … turn an entry off for five minutes. */
export const RESPAWN_OFF_MS: Millis = 300_000;

export interface Throttle {
  readonly windowStart: Millis;
  /** Starts made in this window. */
  readonly count: number;
}

export type RespawnVerdict =
  | { readonly kind: 'start'; readonly throttle: Throttle }
  | { readonly kind: 'hold'; readonly until: Millis };

/**
 * Decides whether an entry may be started (again) now, and counts the start if so.
 * @param throttle What the previous start returned; undefined for an entry not started yet or just pardoned.
 * @param at Monotonic time, in ms.
 * @see init(8), and measured: exactly ten starts, the eleventh within 120 s of the first is refused for 300 s.
 */
export function countStart(throttle: Throttle | undefined, at: Millis): RespawnVerdict {
  if (throttle === undefined || at - throttle.windowStart >= RESPAWN_WINDOW_MS) {
    return { kind: 'start', throttle: { windowStart: at, count: 1 } };
  }
  if (throttle.count >= RESPAWN_LIMIT) return { kind: 'hold', until: at + RESPAWN_OFF_MS };
  return { kind: 'start', throttle: { windowStart: throttle.windowStart, count: throttle.count + 1 } };
}
