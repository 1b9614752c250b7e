import { expect, test } from 'vitest';
import { parseDependFile } from '../../../../src/core/scripts/depend-file.ts';
import { dueTasks } from '../../../../src/core/scripts/startpar-tasks.ts';

const TEXT = `TARGETS = a b c d
INTERACTIVE = c
b: a
# e: f
c:  a\tb
this is nothing
c: d
`;

test('parseDependFile reads targets, the interactive ones and who needs whom, and nothing else', () => {
  expect(parseDependFile(TEXT)).toEqual({
    targets: ['a', 'b', 'c', 'd'],
    interactive: new Set(['c']),
    needs: new Map([
      ['b', ['a']],
      ['c', ['a', 'b', 'd']],
    ]),
  });
});

test('parseDependFile reads the lines of an empty level', () => {
  const file = { targets: [], interactive: new Set(), needs: new Map() };
  expect(parseDependFile('TARGETS =\nINTERACTIVE =\n')).toEqual(file);
});

test('parseDependFile loses nothing of a line of 100 KB', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `service${index}`);
  expect(parseDependFile(`TARGETS = ${names.join(' ')}\nx: ${names.join(' ')}\n`)).toMatchObject({
    targets: names,
    needs: new Map([['x', names]]),
  });
});

test.each([
  ['boot', ['S01a', 'S02c', 'K01b'], ['S01a'], ['a', 'c']],
  ['start', ['S01a', 'S02c', 'K01b'], ['S01a'], ['c']],
  ['start', ['S01a', 'S02c'], ['K01a'], ['a', 'c']],
  ['stop', ['K01a', 'K02b', 'S01c'], ['K09b', 'S01a'], ['a']],
] as const)('dueTasks of %s with %j after %j are %j', (mode, next, previous, names) => {
  const tasks = dueTasks(parseDependFile(TEXT), mode, { next, previous });
  expect(tasks.map(({ name }) => name)).toEqual(names);
});

test('dueTasks takes scripts along that only a rule names', () => {
  const tasks = dueTasks(parseDependFile('TARGETS = a\nb: c\n'), 'start', {
    next: ['S01a', 'S01b', 'S01c'],
    previous: [],
  });
  expect(tasks.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});
