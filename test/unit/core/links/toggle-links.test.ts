import { describe, expect, test } from 'vitest';
import { parseRcLink } from '../../../../src/core/links/rc-link.ts';
import type { LinkChange } from '../../../../src/core/links/rc-links.ts';
import type { RcLevel } from '../../../../src/core/level-set.ts';
import {
  changedLinks,
  plainDefaults,
  removeLinks,
  toggleLinks,
} from '../../../../src/core/links/toggle-links.ts';

/** `2/S20foo` */
function links(...paths: readonly string[]) {
  return paths.map((path) => {
    const [level, name = ''] = path.split('/');
    const link = parseRcLink(name);
    if (link === undefined) throw new Error(path);
    return { level: level as RcLevel, name, link, target: `../init.d/${link.name}`, isDangling: false };
  });
}

const text = (change: LinkChange): string => {
  const name = change.kind === 'rename' ? `${change.from} ${change.to}` : change.name;
  return `${change.kind} ${change.level}/${name}`;
};

const PRESENT = links('2/S20foo', '3/K20foo', '0/K20foo', '2/S20bar', 'S/S01foo');

describe('toggleLinks', () => {
  test.each([
    ['disable', '2 3', ['rename 2/S20foo K20foo'], [], true],
    ['enable', '2 3', ['rename 3/K20foo S20foo'], [], true],
    ['disable', '2 2 S', ['rename 2/S20foo K20foo', 'rename S/S01foo K01foo'], [], true],
    ['enable', '0 1 x', [], ['0', '1', 'x'], false],
    ['disable', '4', [], [], false],
  ] as const)('%s %s', (action, levels, changes, ignored, hasLinks) => {
    const toggle = toggleLinks('foo', action, levels.split(' '), PRESENT);
    expect({ ...toggle, changes: toggle.changes.map(text) }).toEqual({ changes, ignored, hasLinks });
  });
});

test('changedLinks gives the links as they will be', () => {
  const { changes } = toggleLinks('foo', 'disable', ['2'], PRESENT);
  const removal = removeLinks('bar', PRESENT).changes;
  const addition = plainDefaults('new', { start: ['2'], stop: [] }, false, []).changes;
  const after = changedLinks(PRESENT, [...changes, ...removal, ...addition]);
  expect(after.map(({ level, name }) => `${level}/${name}`).sort()).toEqual([
    '0/K20foo',
    '2/K20foo',
    '2/S01new',
    '3/K20foo',
    'S/S01foo',
  ]);
});

describe('plainDefaults', () => {
  test.each([
    [['2', '3'], ['0'], false, ['add 2/S01foo', 'add 3/S01foo', 'add 0/K01foo']],
    [['2'], ['0'], true, ['add 2/K01foo', 'add 0/K01foo']],
    [['2'], ['2'], true, ['add 2/K01foo']],
    [['S', '7', 's', 'x'], [], false, ['add S/S01foo']],
    [[], [], false, []],
  ])('start %j, stop %j, disabled %s', (start, stop, isDisabled, expected) => {
    const { changes, makeDirs, files } = plainDefaults('foo', { start, stop }, isDisabled, ['3', '4']);
    expect(changes.map(text)).toEqual(expected);
    expect(makeDirs).toEqual(start.includes('3') ? ['3'] : []);
    expect(files).toEqual([]);
  });
});
