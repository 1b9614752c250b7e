import { describe, expect, test } from 'vitest';
import {
  parseShutdownTime,
  shutdownMoment,
  type ShutdownTime,
} from '../../../../src/core/shutdown/shutdown-time.ts';

/** Every row was tried with sysvinit 3.06. */
describe('parseShutdownTime', () => {
  test.each<[text: string, minutes: number]>([
    ['now', 0],
    ['0', 0],
    ['+0', 0],
    ['5', 5],
    ['+5', 5],
    ['005', 5],
    ['60000', 60_000],
    ['+0:30', 30],
    ['+1:5', 65],
    ['+25:00', 1_500],
  ])('of "%s" is that many minutes', (text, minutes) => {
    expect(parseShutdownTime(text)).toEqual({ kind: 'in', minutes });
  });

  test.each<[text: string, hour: number, minute: number]>([
    ['0:00', 0, 0],
    ['23:59', 23, 59],
    ['023:59', 23, 59],
    ['23:5', 23, 5],
    ['23:599', 23, 59],
    ['23:059', 23, 5],
    ['1:2:3', 1, 2],
  ])('of "%s" is a time of day', (text, hour, minute) => {
    expect(parseShutdownTime(text)).toEqual({ kind: 'at', hour, minute });
  });

  test.each([
    '',
    ' 5',
    '5 ',
    '5x',
    '+',
    '-5',
    '+-5',
    '0x5',
    'NOW',
    'nowx',
    '24:00',
    '23:60',
    '+1:60',
    '1:',
    ':1',
    '+:1',
    '23:59x',
    '99999999999',
    '+99999999999:00',
  ])('of "%s" is none', (text) => {
    expect(parseShutdownTime(text)).toBe(undefined);
  });
});

describe('shutdownMoment', () => {
  const now = new Date(2027, 4, 31, 22, 30, 15, 250);

  test.each<[what: string, time: ShutdownTime, moment: Date]>([
    ['in minutes', { kind: 'in', minutes: 3 }, new Date(2027, 4, 31, 22, 33, 15, 250)],
    ['over midnight', { kind: 'in', minutes: 120 }, new Date(2027, 5, 1, 0, 30, 15, 250)],
    ['later today', { kind: 'at', hour: 23, minute: 0 }, new Date(2027, 4, 31, 23, 0, 15, 250)],
    ['tomorrow', { kind: 'at', hour: 22, minute: 29 }, new Date(2027, 5, 1, 22, 29, 15, 250)],
    ['this very minute', { kind: 'at', hour: 22, minute: 30 }, now],
  ])('%s', (_, time, moment) => {
    expect(new Date(shutdownMoment(time, now))).toEqual(moment);
  });
});
