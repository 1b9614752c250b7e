import { describe, expect, test } from 'vitest';
import { levelSet, type RcLevel } from '../../../../src/core/level-set.ts';
import { parseRcLink } from '../../../../src/core/links/rc-link.ts';
import {
  linkName,
  planLinks,
  type LinkChange,
  type PresentLink,
} from '../../../../src/core/links/rc-links.ts';

/** `2/S20foo`; a `!` at the end dangles. */
function present(text: string): PresentLink {
  const [level = '', rest = ''] = text.split('/');
  const name = rest.replace(/!$/, '');
  return { level: level as RcLevel, name, link: parseRcLink(name)!, isDangling: rest.endsWith('!') };
}

function show(change: LinkChange): string {
  const what = change.kind === 'rename' ? `${change.from} > ${change.to}` : change.name;
  return `${change.kind} ${change.level}/${what} (${change.reason})`;
}

const want = (script: string, start: string, stop: string, startNumber = 1, stopNumber = 1) => ({
  script,
  start: levelSet(start),
  stop: levelSet(stop),
  startNumber,
  stopNumber,
});

describe('planLinks', () => {
  test.each([
    ['nothing is there', ['add 2/S03foo (enabled)', 'add 6/K04foo (enabled)'], []],
    ['all is there', [], ['2/S03foo', '6/K04foo']],
    ['numbers', ['rename 2/S20foo > S03foo (renumbered)'], ['2/S20foo', '6/K04foo']],
    ['the other kind', ['rename 2/K03foo > S03foo (toggled)'], ['2/K03foo', '6/K04foo']],
    ['levels', ['remove 3/S03foo (disabled)'], ['2/S03foo', '3/S03foo', '6/K04foo']],
    [
      'two links',
      ['remove 2/S20foo (duplicate)', 'remove 2/K20foo (toggled)'].sort(),
      ['2/S03foo', '2/S20foo', '2/K20foo', '6/K04foo'],
    ],
    ['dangling, of a script', ['rename 2/S03foo > S03foo (renumbered)'], ['2/S03foo!', '6/K04foo']],
    ['dangling, of none', ['remove 2/S20bar (dangling)'], ['2/S03foo', '2/S20bar!', '6/K04foo']],
    ['of others', [], ['2/S03foo', '2/S20bar', '6/K04foo']],
    ['stop links of S', ['remove S/K01foo (stop-link-in-boot-level)'], ['2/S03foo', '6/K04foo', 'S/K01foo']],
  ])('%s', (_, changes, links) => {
    expect(
      planLinks([want('foo', '2', '6', 3, 4)], links.map(present))
        .map(show)
        .sort(),
    ).toEqual(changes);
  });

  test('changes come by level, then by script, each with its target', () => {
    expect(planLinks([want('b', '2 S', ''), want('a', '', '2')], [])).toEqual([
      { kind: 'add', level: '2', script: 'a', name: 'K01a', target: '../init.d/a', reason: 'enabled' },
      { kind: 'add', level: '2', script: 'b', name: 'S01b', target: '../init.d/b', reason: 'enabled' },
      { kind: 'add', level: 'S', script: 'b', name: 'S01b', target: '../init.d/b', reason: 'enabled' },
    ]);
  });

  test('nothing is ever stopped in S', () => {
    expect(planLinks([want('a', '', 'S')], [])).toEqual([]);
  });
});

test.each([
  [1, 'S01x'],
  [99, 'S99x'],
  [100, 'S99x'],
  [12_345, 'S99x'],
])('a link with the number %i is %s', (number, name) => expect(linkName('S', number, 'x')).toBe(name));
