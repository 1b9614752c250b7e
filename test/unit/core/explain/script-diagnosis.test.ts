import { expect, test } from 'vitest';
import type { ScriptRecord } from '../../../../src/core/scripts/last-rc.ts';
import { diagnoseScript, type ScriptFacts } from '../../../../src/core/explain/script-diagnosis.ts';

const FACTS: ScriptFacts = {
  name: 'foo',
  file: 'script',
  level: '2',
  startLevels: '23',
  stopLevels: '0',
  last: undefined,
  lastWords: undefined,
  daemon: undefined,
  isAtWork: false,
  missing: [],
};

function failed(exit: number): ScriptRecord {
  return {
    name: 'foo',
    link: '/etc/rc2.d/S01foo',
    action: 'start',
    outcome: 'failed',
    exit,
    signal: null,
    durationMs: 1,
    why: null,
    startedAt: 0,
    after: [],
  };
}

const dead = (identity: 'dead' | 'recycled' | undefined) => ({ pidfile: '/run/foo.pid', pid: 7, identity });
const NOT_RUN = 'rc has not run it since the boot, as far as its record goes';

test.each<[string, Partial<ScriptFacts>, state: string, why: string[], next: string[]]>([
  [
    'at work',
    { isAtWork: true },
    'at-work',
    ['its script is running at this moment'],
    ['rcinit explain foo'],
  ],
  [
    'nobody knows the level',
    { level: undefined },
    'stopped',
    ['no run level is on record: no init has run here since the boot'],
    ['service foo start'],
  ],
  [
    'not there, so it cannot be enabled',
    { file: 'dangling', startLevels: '' },
    'stopped',
    ['/etc/init.d/foo is not there, or is a link to nothing'],
    ['install it, or remove the links: update-rc.d foo remove'],
  ],
  ['boot level', { startLevels: 'S' }, 'stopped', [NOT_RUN], ['service foo start']],
  [
    'recycled',
    { daemon: dead('recycled') },
    'stopped',
    ['/run/foo.pid names pid 7, which is another process by now', NOT_RUN],
    ['look into its log: it ended without its script', 'service foo start'],
  ],
  [
    'no pid',
    { daemon: dead(undefined) },
    'stopped',
    ['/run/foo.pid has no pid in it that could be trusted', NOT_RUN],
    ['look at /run/foo.pid', 'service foo start'],
  ],
  [
    'a folder',
    { file: 'directory' },
    'stopped',
    ['/etc/init.d/foo is a directory, not a script'],
    ['put a script in its place'],
  ],
  [
    'special',
    { file: 'special' },
    'stopped',
    ['/etc/init.d/foo is no regular file'],
    ['put a script in its place'],
  ],
  ['missing', { missing: ['it requires x'] }, 'stopped', [NOT_RUN, 'it requires x'], ['service foo start']],
])('diagnoseScript: %s', (_, facts, state, why, next) =>
  expect(diagnoseScript({ ...FACTS, ...facts })).toEqual({ state, why, next }),
);

test.each([
  [1, []],
  [2, ['rcinit lint /etc/init.d/foo']],
  [3, ['rcinit lint /etc/init.d/foo']],
  [4, ['service foo start   (as root)']],
  [5, ['install the program that the script starts']],
  [6, ['complete its configuration, often /etc/default/foo']],
  [126, ['look at the first line of the script: its interpreter cannot be run']],
  [127, ['look for a command that is not installed, or not in PATH']],
])('diagnoseScript: what to do about exit %d', (exit, advice) => {
  const { why, next } = diagnoseScript({ ...FACTS, last: failed(exit), lastWords: `exit ${exit}` });
  expect([why, next]).toEqual([
    [`rc called /etc/rc2.d/S01foo: exit ${exit}`],
    [...advice, 'service foo start   (and read what it says)'],
  ]);
});
