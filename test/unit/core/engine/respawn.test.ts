import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countStart,
  RESPAWN_LIMIT,
  RESPAWN_OFF_MS,
  RESPAWN_WINDOW_MS,
  type Throttle,
} from '../../../../src/core/engine/respawn.ts';

test('the throttle is ten starts in 120 s, then 300 s off', () => {
  expect([RESPAWN_LIMIT, RESPAWN_WINDOW_MS, RESPAWN_OFF_MS]).toEqual([10, 120_000, 300_000]);
});

test.each<[what: string, throttle: Throttle | undefined, at: number, verdict: unknown]>([
  ['the first start', undefined, 7, { kind: 'start', throttle: { windowStart: 7, count: 1 } }],
  [
    'the second start',
    { windowStart: 7, count: 1 },
    7,
    { kind: 'start', throttle: { windowStart: 7, count: 2 } },
  ],
  [
    'the tenth start',
    { windowStart: 0, count: 9 },
    119_999,
    { kind: 'start', throttle: { windowStart: 0, count: 10 } },
  ],
  ['the eleventh start', { windowStart: 0, count: 10 }, 119_999, { kind: 'hold', until: 419_999 }],
  [
    'a start 120 s after the first one',
    { windowStart: 0, count: 10 },
    120_000,
    { kind: 'start', throttle: { windowStart: 120_000, count: 1 } },
  ],
  [
    'a start after the window, however few there were',
    { windowStart: 0, count: 2 },
    500_000,
    { kind: 'start', throttle: { windowStart: 500_000, count: 1 } },
  ],
])('countStart decides about %s', (_, throttle, at, verdict) => {
  expect(countStart(throttle, at)).toEqual(verdict);
});

/** Starts an entry again and again after these times. @returns How many starts each window had. */
function countPerWindow(gaps: readonly number[]): readonly number[] {
  const windows = new Map<number, number>();
  let throttle: Throttle | undefined;
  let at = 0;
  for (const gap of gaps) {
    at += gap;
    const verdict = countStart(throttle, at);
    if (verdict.kind === 'hold') {
      at = verdict.until;
      throttle = undefined;
    } else {
      throttle = verdict.throttle;
      windows.set(throttle.windowStart, (windows.get(throttle.windowStart) ?? 0) + 1);
    }
  }
  return [...windows.values()];
}

test('countStart never allows more than ten starts in the window of the first, at whatever times they come', () => {
  const gaps = fc.array(fc.nat(30_000), { minLength: 1, maxLength: 200 });
  fc.assert(fc.property(gaps, (times) => Math.max(...countPerWindow(times)) <= 10));
  expect(countPerWindow(Array(25).fill(1))).toEqual([10, 10, 3]);
});
