import { expect, test } from 'vitest';
import { formatLevels, levelSet, levelsOf } from '../../../src/core/level-set.ts';

test.each([
  ['2345', '2 3 4 5'],
  ['s6S0', '0 6 S'],
  ['79xa', ''],
  ['', ''],
])('the set of %j is %j', (levels, text) => {
  expect(formatLevels(levelSet(levels))).toBe(text);
  expect(levelsOf(levelSet(levels)).join(' ')).toBe(text);
});
