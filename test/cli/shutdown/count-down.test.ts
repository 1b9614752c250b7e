import { expect, test } from 'vitest';
import { countDown } from '../../../src/cli/shutdown/count-down.ts';
import type { Warnings } from '../../../src/core/shutdown/shutdown-schedule.ts';

const START = 1_800_000_000_000;
const MINUTE = 60_000;

interface Story {
  readonly minutes: number;
  readonly warnings?: Warnings;
  /** What the clock does at the so-manieth sleep instead of the time slept. */
  readonly jumps?: Readonly<Record<number, number>>;
  readonly interruptedAfter?: number;
}

/** @returns What was done, with the minutes on the clock since the start. */
async function tell({
  minutes,
  warnings = 'all',
  jumps = {},
  interruptedAfter = Infinity,
}: Story): Promise<readonly string[]> {
  const done: string[] = [];
  let now = START;
  let sleeps = 0;
  const at = () => `at ${Math.round(((now - START) / MINUTE) * 10) / 10}`;
  await countDown(START + minutes * MINUTE, warnings, {
    now: () => now,
    sleep: async (ms) => {
      now += jumps[sleeps] ?? ms;
      sleeps += 1;
    },
    isInterrupted: () => sleeps >= interruptedAfter,
    closeLogins: () => void done.push(`closed ${at()}`),
    warn: async (left) => {
      done.push(`${left} ${at()}`);
      // Terminals that are slow do not put anything off.
      now += 1_500;
    },
  });
  return [...done, `end ${at()}`];
}

test('a shutdown now warns of nothing', async () => {
  expect(await tell({ minutes: 0 })).toEqual(['end at 0']);
});

test('a shutdown in seven minutes warns every minute and closes logins for the last five', async () => {
  expect(await tell({ minutes: 7 })).toEqual([
    '7 at 0',
    '6 at 1',
    'closed at 2',
    '5 at 2',
    '4 at 3',
    '3 at 4',
    '2 at 5',
    '1 at 6',
    'end at 7',
  ]);
});

test('a near one is announced even where warnings are not wanted', async () => {
  expect(await tell({ minutes: 14, warnings: 'last' })).toEqual(['14 at 0', 'closed at 9', 'end at 14']);
  expect(await tell({ minutes: 90, warnings: 'reduced' })).toEqual([
    '60 at 30',
    '10 at 80',
    'closed at 85',
    '5 at 85',
    'end at 90',
  ]);
});

test('a machine that slept over the moment goes down when it wakes', async () => {
  expect(await tell({ minutes: 100, jumps: { 3: 8 * 60 * MINUTE } })).toEqual(['end at 483']);
});

test('a machine that slept meanwhile goes on with the minutes that are left', async () => {
  expect(await tell({ minutes: 30, jumps: { 0: 26.5 * MINUTE } })).toEqual([
    '30 at 0',
    'closed at 26.5',
    '4 at 26.5',
    '3 at 27',
    '2 at 28',
    '1 at 29',
    'end at 30',
  ]);
});

test('a clock that is set back gives the time back, and nothing is said twice for one minute', async () => {
  expect(await tell({ minutes: 3, jumps: { 0: 100, 1: -2 * MINUTE } })).toEqual([
    'closed at 0',
    '3 at 0',
    '5 at -2',
    '4 at -1',
    '3 at 0',
    '2 at 1',
    '1 at 2',
    'end at 3',
  ]);
});

test('an interruption ends the wait', async () => {
  expect(await tell({ minutes: 60, interruptedAfter: 2 })).toEqual(['60 at 0', 'end at 2']);
});
