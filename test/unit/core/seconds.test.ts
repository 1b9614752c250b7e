import { expect, test } from 'vitest';
import { parseSeconds } from '../../../src/core/seconds.ts';

test.each([
  ['10', 10_000],
  ['0.5', 500],
  ['99999999999', 2_000_000_000],
  ['0', undefined],
  ['-1', undefined],
  ['', undefined],
  ['ten', undefined],
  ['1e3', undefined],
])('parseSeconds reads %j as %s ms', (text, timeMs) => {
  expect(parseSeconds(text)).toBe(timeMs);
});
