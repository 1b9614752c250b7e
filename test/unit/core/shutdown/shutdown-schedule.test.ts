import { describe, expect, test } from 'vitest';
import {
  isFirstWarningDue,
  isLoginClosed,
  isWarningDue,
  minutesLeft,
  sleepMs,
  type Warnings,
} from '../../../../src/core/shutdown/shutdown-schedule.ts';

const FOUR_HOURS = Array.from({ length: 301 }, (_, index) => 301 - index);
const NINE_TO_ONE = [9, 8, 7, 6, 5, 4, 3, 2, 1];

function due(warnings: Warnings): readonly number[] {
  return FOUR_HOURS.filter((minutes) => isWarningDue(minutes, warnings));
}

describe('isWarningDue', () => {
  test('of all: every hour, half an hour below three, a quarter below one, every minute below ten', () => {
    expect(due('all')).toEqual([300, 240, 180, 150, 120, 90, 60, 45, 30, 15, ...NINE_TO_ONE]);
  });

  test('of fewer: every hour, ten minutes, five minutes', () => {
    expect(due('reduced')).toEqual([300, 240, 180, 120, 60, 10, 5]);
  });

  test('of none', () => {
    expect(due('last')).toEqual([]);
  });
});

test.each<[minutes: number, warnings: Warnings, first: boolean]>([
  [14, 'all', true],
  [15, 'all', true],
  [16, 'all', false],
  [60, 'all', true],
  [61, 'all', false],
  [14, 'reduced', true],
  [15, 'reduced', false],
  [60, 'reduced', true],
  [1, 'last', true],
  [14, 'last', true],
  [15, 'last', false],
  [60, 'last', false],
])('isFirstWarningDue with %d minutes to go and %s warnings: %s', (minutes, warnings, first) => {
  expect(isFirstWarningDue(minutes, warnings)).toBe(first);
});

test('logins are closed for the last five minutes', () => {
  expect([7, 6, 5, 4, 1].map(isLoginClosed)).toEqual([false, false, true, true, true]);
});

const MOMENT = 1_800_000_000_000;

test.each<[left: number, minutes: number, sleep: number]>([
  [1_000, 1, 1_000],
  [59_999, 1, 59_999],
  [60_000, 1, 60_000],
  // The timer came a little early, or a little late: the minute is the same, and the next is met again.
  [60_300, 1, 60_000],
  [119_700, 2, 59_700],
  [120_000, 2, 60_000],
  [150_000, 3, 30_000],
  // The clock was set back by an hour.
  [3_720_000, 62, 60_000],
])('%d ms before the moment %d minutes are left, and the next look is in %d ms', (left, minutes, sleep) => {
  expect([minutesLeft(MOMENT, MOMENT - left), sleepMs(MOMENT, MOMENT - left)]).toEqual([minutes, sleep]);
});

test.each([400, 0, -5_000_000])('%d ms before the moment it has come', (left) => {
  expect(minutesLeft(MOMENT, MOMENT - left)).toBe(0);
});
