import { expect, test } from 'vitest';
import { parseUnsigned, scanInt } from '../../../src/core/c-number.ts';
import { parseSignal } from '../../../src/core/signal-names.ts';

test.each([
  ['5', 10, 5],
  [' +5', 10, 5],
  ['-0', 10, 0],
  ['010', 10, 10],
  ['0x10', 10, undefined],
  ['-1', 10, undefined],
  ['5 ', 10, undefined],
  ['', 10, undefined],
  ['2147483647', 10, 2_147_483_647],
  ['2147483648', 10, undefined],
  ['022', 0, 18],
  ['0x1F', 0, 31],
  ['22', 0, 22],
  ['09', 0, undefined],
] as const)('parseUnsigned(%j, %d) is %s', (word, base, expected) => {
  expect(parseUnsigned(word, base)).toBe(expected);
});

test.each([
  ['12', 12],
  [' -3x', -3],
  ['x3', undefined],
  ['', undefined],
])('scanInt(%j) is %s', (word, expected) => {
  expect(scanInt(word)).toBe(expected);
});

test.each([
  ['TERM', 15],
  ['USR2', 12],
  ['9', 9],
  ['99', 99],
  ['SIGTERM', undefined],
  ['term', undefined],
  ['-9', undefined],
  ['toString', undefined],
])('parseSignal(%j) is %s', (word, expected) => {
  expect(parseSignal(word)).toBe(expected);
});
