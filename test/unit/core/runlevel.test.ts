import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDemandLevel, parseRunLevel, RC_LEVELS, RUN_LEVELS } from '../../../src/core/runlevel.ts';

test('parseRunLevel takes exactly 0 to 9, S and s', () => {
  for (const level of '0123456789S') expect(parseRunLevel(level)).toBe(level);
  expect(parseRunLevel('s')).toBe('S');
  const known = fc.string().filter((text) => !/^[0-9Ss]$/.test(text));
  fc.assert(fc.property(known, (text) => parseRunLevel(text) === undefined));
});

test.each(['', 'single', '10', '03', ' 3', '3\n', 'N', '#', '*', 'a', 'ſ', '٣'])(
  'parseRunLevel refuses "%s"',
  (text) => {
    expect(parseRunLevel(text)).toBeUndefined();
  },
);

test('parseDemandLevel takes a, b and c in either case and nothing else', () => {
  expect(['a', 'b', 'c', 'A', 'B', 'C'].map(parseDemandLevel)).toEqual(['A', 'B', 'C', 'A', 'B', 'C']);
  expect(['', 'd', 'ab', 'á', '3', 'S', ' a'].map(parseDemandLevel)).toEqual(Array(7).fill(undefined));
});

test('RC_LEVELS are levels, 0 to 6 and S', () => {
  expect(RC_LEVELS).toEqual(['0', '1', '2', '3', '4', '5', '6', 'S']);
  expect(RC_LEVELS.every((level) => RUN_LEVELS.includes(level))).toBe(true);
});
