import { mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RecordFact } from '../../../../src/core/wire/init-records.ts';
import { UTMP_TYPES, type UtmpRecord } from '../../../../src/core/wire/utmp-record.ts';
import { createRecorder, type Recorder } from '../../../../src/os/record/init-records.ts';
import { putUtmp, readUtmp } from '../../../../src/os/record/utmp.ts';
import { withTree, type Tree } from '../../../support/with-tree.ts';

const AT = 1_767_323_045_678;
const BOOT: RecordFact = { kind: 'boot' };
const LEVEL: RecordFact = { kind: 'level', level: '2', previous: 'N' };
const START: RecordFact = { kind: 'start', id: '1', pid: 61 };
const DEATH: RecordFact = { kind: 'death', id: '1', pid: 61 };

const BOTH: Tree = { 'var/run/utmp': '', 'var/log/wtmp': '' };

interface Files extends Recorder {
  readonly root: string;
  /** Records of a file in short: type, pid, id, line. */
  readonly utmp: () => readonly string[];
  readonly wtmp: () => readonly string[];
}

function recordInto(tree: Tree): Files {
  const root = withTree(tree);
  const short = ({ type, pid, id, line }: UtmpRecord) => [type, pid, id, line].join(' ').trim();
  return {
    root,
    ...createRecorder({ root, wallClock: () => AT }),
    utmp: () => readUtmp(join(root, 'var/run/utmp')).map(short),
    wtmp: () => readUtmp(join(root, 'var/log/wtmp')).map(short),
  };
}

test('records go to both files: one place for each entry in utmp, all of them in wtmp', () => {
  const files = recordInto(BOTH);
  for (const fact of [BOOT, LEVEL, START, DEATH]) files.record(fact);
  expect(files.utmp()).toEqual(['2 0 ~~ ~', '1 20018 ~~ ~', '8 61 1']);
  expect(files.wtmp()).toEqual(['2 0 ~~ ~', '1 20018 ~~ ~', '5 61 1', '8 61 1']);
});

test('only wtmp names the kernel', () => {
  const { root, record } = recordInto(BOTH);
  record(BOOT);
  const time = { seconds: 1_767_323_045, micros: 678_000 };
  const boot = { type: 2, pid: 0, id: '~~', line: '~', user: 'reboot', ...time };
  expect(readUtmp(join(root, 'var/run/utmp'))).toEqual([{ ...boot, host: '' }]);
  expect(readUtmp(join(root, 'var/log/wtmp'))).toEqual([{ ...boot, host: release() }]);
});

test('the death of a login has the line that the login program gave it', () => {
  const files = recordInto(BOTH);
  files.record(START);
  const login = { pid: 61, line: 'tty1', id: '1', user: 'ann', host: '', seconds: 1, micros: 0 };
  putUtmp(join(files.root, 'var/run/utmp'), { ...login, type: UTMP_TYPES.USER_PROCESS });
  files.record(DEATH);
  expect(files.utmp()).toEqual(['8 61 1 tty1']);
  expect(files.wtmp()).toEqual(['5 61 1', '8 61 1 tty1']);
});

test.each([
  ['LOGIN_PROCESS', 61, '6 61 1 tty1'],
  ['USER_PROCESS', 61, '7 61 1 tty1'],
  ['LOGIN_PROCESS', 60, '5 61 1'],
  ['DEAD_PROCESS', 61, '5 61 1'],
] as const)('a getty that wrote its own %s of pid %i before ours leaves %s', (type, pid, left) => {
  const files = recordInto(BOTH);
  const own = { pid, line: 'tty1', id: '1', user: 'LOGIN', host: '', seconds: 1, micros: 0 };
  putUtmp(join(files.root, 'var/run/utmp'), { ...own, type: UTMP_TYPES[type] });
  files.record(START);
  expect(files.utmp()).toEqual([left]);
  expect(files.wtmp()).toEqual(['5 61 1']);
});

test('files that are missing are not made; boot and level come before the first record that can be written', () => {
  const files = recordInto({});
  for (const fact of [BOOT, LEVEL, START]) files.record(fact);
  mkdirSync(join(files.root, 'var/run'), { recursive: true });
  mkdirSync(join(files.root, 'var/log'));
  files.record(START);
  expect([files.utmp(), files.wtmp()]).toEqual([[], []]);
  writeFileSync(join(files.root, 'var/run/utmp'), '');
  files.record(START);
  expect(files.utmp()).toEqual(['2 0 ~~ ~', '1 20018 ~~ ~', '5 61 1']);
  writeFileSync(join(files.root, 'var/log/wtmp'), '');
  files.record(DEATH);
  expect(files.utmp()).toEqual(['2 0 ~~ ~', '1 20018 ~~ ~', '8 61 1']);
  expect(files.wtmp()).toEqual(['2 0 ~~ ~', '1 20018 ~~ ~', '8 61 1']);
});

test('a level that could not be written is replaced by the next one', () => {
  const files = recordInto({ 'var/run/': '', 'var/log/': '' });
  files.record(BOOT);
  files.record(LEVEL);
  writeFileSync(join(files.root, 'var/log/wtmp'), '');
  files.record({ kind: 'level', level: '3', previous: '2' });
  expect(files.wtmp()).toEqual(['2 0 ~~ ~', '1 12851 ~~ ~']);
});

test('what is owed is handed on to a new image', () => {
  const first = recordInto({ 'var/run/utmp': '', 'var/log/': '' });
  for (const fact of [BOOT, LEVEL]) first.record(fact);
  const owed = JSON.parse(JSON.stringify(first.owed())) as ReturnType<Recorder['owed']>;
  expect(owed).toEqual({
    last: LEVEL,
    utmp: { boot: false, level: false },
    wtmp: { boot: true, level: true },
  });
  writeFileSync(join(first.root, 'var/log/wtmp'), '');
  createRecorder({ root: first.root, wallClock: () => AT, owed }).record(DEATH);
  expect(first.wtmp()).toEqual(['2 0 ~~ ~', '1 20018 ~~ ~', '8 61 1']);
});

test.each([
  ['2', ['2 0 ~~ ~', '1 21298 ~~ ~']],
  ['1', ['1 21297 ~~ ~']],
] as const)('a utmp that was emptied has the boot again when level %s is entered', (level, left) => {
  const files = recordInto(BOTH);
  for (const fact of [BOOT, LEVEL, START]) files.record(fact);
  truncateSync(join(files.root, 'var/run/utmp'));
  files.record({ kind: 'level', level, previous: 'S' });
  expect(files.utmp()).toEqual(left);
  expect(files.wtmp()).toHaveLength(4);
});

test('a utmp that was taken away and came back empty has boot and level again', () => {
  const files = recordInto(BOTH);
  for (const fact of [BOOT, LEVEL]) files.record(fact);
  const utmp = join(files.root, 'var/run/utmp');
  renameSync(utmp, `${utmp}.old`);
  files.record({ kind: 'level', level: '3', previous: '2' });
  writeFileSync(utmp, '');
  files.record(START);
  expect(files.utmp()).toEqual(['2 0 ~~ ~', '1 12851 ~~ ~', '5 61 1']);
});
