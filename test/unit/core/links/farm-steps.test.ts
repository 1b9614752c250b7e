import { describe, expect, test } from 'vitest';
import { formatFarmDiff } from '../../../../src/core/links/farm-diff.ts';
import { formatJournal, parseJournal } from '../../../../src/core/links/farm-journal.ts';
import { planSteps, type FarmStep } from '../../../../src/core/links/farm-steps.ts';
import type { FarmPlan, LinkChange } from '../../../../src/core/links/rc-links.ts';

const FOO = '../init.d/foo';
const FACTS = { level: '2', script: 'foo', reason: 'renumbered' } as const;

function steps(
  links: Readonly<Record<string, string>>,
  changes: readonly LinkChange[],
  rest: Partial<FarmPlan> = {},
) {
  const files: Readonly<Record<string, string>> = {
    '/etc/init.d/.depend.boot': 'old\nboth\n',
    '/etc/init.d/.depend.stop': 'same',
  };
  return planSteps({ makeDirs: [], files: [], ...rest, changes }, '/etc/init.d', {
    target: (level, name) => links[`${level}/${name}`],
    text: (path) => files[path],
  });
}

const EVERYTHING = steps(
  { '2/S20foo': FOO, '2/K20foo': '/x', '2/S09gone': '../init.d/gone' },
  [
    { ...FACTS, kind: 'remove', name: 'S09gone' },
    { ...FACTS, kind: 'remove', name: 'K20foo' },
    { ...FACTS, kind: 'rename', from: 'S20foo', to: 'S01foo', target: FOO },
    { ...FACTS, kind: 'add', name: 'K20foo', target: FOO },
    { ...FACTS, level: '3', kind: 'add', name: 'S01foo', target: FOO },
  ],
  {
    makeDirs: ['3'],
    files: [
      { name: '.depend.boot', text: 'both\nnew\n' },
      { name: '.depend.start', text: 'start\n' },
      { name: '.depend.stop', text: 'same' },
    ],
  },
);

describe('planSteps', () => {
  test('first all that needs room on the disk, then what only changes names', () => {
    expect(EVERYTHING).toEqual([
      { kind: 'make-dir', level: '3' },
      { kind: 'retarget', level: '2', name: 'K20foo', before: '/x', after: FOO },
      { kind: 'add', level: '3', name: 'S01foo', target: FOO },
      { kind: 'stage', path: '/etc/init.d/.depend.boot', text: 'both\nnew\n' },
      { kind: 'stage', path: '/etc/init.d/.depend.start', text: 'start\n' },
      { kind: 'rename', level: '2', from: 'S20foo', to: 'S01foo', target: FOO },
      { kind: 'remove', level: '2', name: 'S09gone', target: '../init.d/gone' },
      { kind: 'replace', path: '/etc/init.d/.depend.boot', before: 'old\nboth\n' },
      { kind: 'replace', path: '/etc/init.d/.depend.start', before: null },
    ]);
  });

  test.each<[string, Readonly<Record<string, string>>, readonly LinkChange[], readonly FarmStep['kind'][]]>([
    ['nothing', {}, [], []],
    [
      'there and back',
      { '2/S20foo': FOO },
      [
        { ...FACTS, kind: 'rename', from: 'S20foo', to: 'K20foo', target: FOO },
        { ...FACTS, kind: 'rename', from: 'K20foo', to: 'S20foo', target: FOO },
      ],
      [],
    ],
    [
      'two turns of one link are one',
      { '2/S20foo': FOO },
      [
        { ...FACTS, kind: 'rename', from: 'S20foo', to: 'K20foo', target: FOO },
        { ...FACTS, kind: 'rename', from: 'K20foo', to: 'K01foo', target: FOO },
      ],
      ['rename'],
    ],
    [
      'a link that says something else afterwards is made anew',
      { '2/S20foo': '/etc/init.d/foo' },
      [{ ...FACTS, kind: 'rename', from: 'S20foo', to: 'S01foo', target: FOO }],
      ['add', 'remove'],
    ],
    ['what is gone already needs no removal', {}, [{ ...FACTS, kind: 'remove', name: 'S20foo' }], []],
    [
      'the same text in another level is another link',
      { '3/S20foo': FOO },
      [
        { ...FACTS, level: '3', kind: 'remove', name: 'S20foo' },
        { ...FACTS, kind: 'add', name: 'S20foo', target: FOO },
      ],
      ['add', 'remove'],
    ],
  ])('%s', (_, links, changes, kinds) => {
    expect(steps(links, changes).map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('the journal', () => {
  test('reads back what it wrote', () => {
    expect(parseJournal(formatJournal(EVERYTHING))).toEqual(EVERYTHING);
  });

  test.each([
    '',
    '[]',
    '{"version":2,"steps":[]}',
    '{"version":1}',
    '{"version":1,"steps":[null]}',
    '{"version":1,"steps":[{"kind":"toString"}]}',
    '{"version":1,"steps":[{"kind":"make-dir","level":"7"}]}',
    '{"version":1,"steps":[{"kind":"add","level":"2","name":"a/b","target":"x"}]}',
    '{"version":1,"steps":[{"kind":"add","level":"2","name":"a"}]}',
    '{"version":1,"steps":[{"kind":"stage","path":"/etc/passwd","text":""}]}',
    '{"version":1,"steps":[{"kind":"replace","path":"/etc/init.d/.depend.boot"}]}',
  ])('takes nothing else: %s', (text) => {
    expect(parseJournal(text)).toBeUndefined();
  });
});

describe('formatFarmDiff', () => {
  const shown = (path: string): string => `/r${path}`;

  test('links by name, then files line by line', () => {
    expect(formatFarmDiff(EVERYTHING, '/r/etc', shown)).toBe(`--- /r/etc
+++ /r/etc
-rc2.d/K20foo -> /x
+rc2.d/K20foo -> ../init.d/foo
+rc2.d/S01foo -> ../init.d/foo
-rc2.d/S09gone -> ../init.d/gone
-rc2.d/S20foo -> ../init.d/foo
+rc3.d/
+rc3.d/S01foo -> ../init.d/foo
--- /r/etc/init.d/.depend.boot
+++ /r/etc/init.d/.depend.boot
-old
+new
--- /r/etc/init.d/.depend.start
+++ /r/etc/init.d/.depend.start
+start
`);
  });

  test('nothing for nothing', () => {
    expect(formatFarmDiff([], '/etc', shown)).toBe('');
  });
});
