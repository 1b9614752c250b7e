/** In folders only: there these commands ask their init, which is the test. Nothing reaches this machine. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { haltUsage } from '../../src/core/shutdown/halt-options.ts';
import type { InitRequest } from '../../src/core/wire/initctl-message.ts';
import { decodeUtmp } from '../../src/core/wire/utmp-record.ts';
import { runAsNobody, whyNotAsNobody } from '../support/as-nobody.ts';
import { listeningRoot } from '../support/control-fifo.ts';
import { HARMLESS, skipUnlessHarmless } from '../support/harmless.ts';
import { runApplet, type AppletRun } from '../support/run-applet.ts';
import { levelRecord } from '../support/utmp-file.ts';

skipUnlessHarmless();

const NAMES = ['halt', 'reboot', 'poweroff'] as const;
type Name = (typeof NAMES)[number];

const setenv = (variable: string): InitRequest => ({ kind: 'setenv', variables: [variable] });
const ask = (level: string, sleepSeconds = 3): InitRequest => ({ kind: 'runlevel', level, sleepSeconds });
const QUIET = { code: 0, signal: null, out: '', err: '' };

function call(
  name: Name,
  root: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<AppletRun> {
  return runApplet(name, args, { env: { ...env, RCINIT_ROOT: root }, through: HARMLESS });
}

describe('on a system that is up', () => {
  test.each<[name: Name, args: string[], requests: InitRequest[]]>([
    ['halt', [], [setenv('INIT_HALT=HALT'), ask('0')]],
    ['halt', ['-p'], [setenv('INIT_HALT=POWEROFF'), ask('0')]],
    ['poweroff', ['-n', '-d', '-h', '-i'], [setenv('INIT_HALT=POWEROFF'), ask('0')]],
    ['reboot', [], [setenv('INIT_HALT'), ask('6')]],
    ['reboot', ['-k', '-t', '9'], [setenv('INIT_HALT'), ask('6', 9)]],
  ])('%s %j asks init through shutdown', async (name, args, requests) => {
    const listening = listeningRoot({ 'run/rcinit/runlevel': 'N 2\n' });
    expect(await call(name, listening.root, args)).toEqual(QUIET);
    expect(listening.requests()).toEqual(requests);
  });

  test('--root comes before RCINIT_ROOT', async () => {
    const listening = listeningRoot({ 'run/runlevel': '2' });
    expect(await call('reboot', '/nonexistent', ['--root', listening.root])).toEqual(QUIET);
    expect(listening.requests()).toHaveLength(2);
  });
});

describe('whether the system is up is said', () => {
  const DOWN = (root: string) =>
    `halt: cannot halt the machine from "${root}": a folder is no machine; its init ends after level 0: telinit 0\n`;
  const rows: [
    what: string,
    files: Record<string, string | Buffer>,
    env: Record<string, string>,
    isUp: boolean,
  ][] = [
    ['by init’s variables', { 'run/runlevel': '2' }, { INIT_VERSION: 'x', RUNLEVEL: '0' }, false],
    [
      'by init’s variables, against the files',
      { 'run/runlevel': '0' },
      { INIT_VERSION: 'x', RUNLEVEL: '2' },
      true,
    ],
    ['by none that somebody else set', { 'run/runlevel': '2' }, { RUNLEVEL: '0' }, true],
    [
      'by our own file',
      { 'run/rcinit/runlevel': '2 6\n', 'run/runlevel': '6', 'run/utmp': levelRecord('N', '2') },
      {},
      false,
    ],
    ['by utmp', { 'run/utmp': levelRecord('2', '0') }, {}, false],
    ['by the level file', { 'run/runlevel': '6' }, {}, false],
    ['by the level file, up', { 'run/runlevel': '5' }, {}, true],
  ];

  test.each(rows)('%s', async (_, files, env, isUp) => {
    const listening = listeningRoot({ 'run/rcinit/': '' });
    for (const [path, content] of Object.entries(files)) writeFileSync(join(listening.root, path), content);
    const run = await call('halt', listening.root, [], env);
    expect(run).toEqual(isUp ? QUIET : { ...QUIET, err: DOWN(listening.root) });
    expect(listening.requests()).toHaveLength(isUp ? 2 : 0);
  });

  test.each(NAMES)('by nothing: %s warns and asks shutdown', async (name) => {
    const listening = listeningRoot();
    expect(await call(name, listening.root)).toEqual({
      ...QUIET,
      err:
        `WARNING: could not determine runlevel - doing soft ${name}\n` +
        `  (it's better to use shutdown instead of ${name} from the command line)\n`,
    });
    expect(listening.requests()).toHaveLength(2);
  });
});

test.each<[name: Name, args: string[], what: string, level: string]>([
  ['halt', ['-f'], 'halt', '0'],
  ['halt', ['-d', '-f', '-i', '-p', '-h'], 'power off', '0'],
  ['poweroff', ['-f'], 'power off', '0'],
  ['reboot', ['-f', '-k'], 'restart', '6'],
  ['reboot', ['-m', '0 tryboot'], 'restart', '6'],
])('%s %j in a folder leaves the machine alone: 1', async (name, args, what, level) => {
  const { root, requests } = listeningRoot({ 'var/log/wtmp': '' });
  expect(await call(name, root, args)).toEqual({
    code: 1,
    signal: null,
    out: '',
    err: `${name}: cannot ${what} the machine from "${root}": a folder is no machine; its init ends after level ${level}: telinit ${level}\n`,
  });
  expect([requests(), readFileSync(join(root, 'var/log/wtmp'), 'utf8')]).toEqual([[], '']);
});

describe('-w', () => {
  test('writes the record of a shutdown into wtmp and does nothing else', async () => {
    const { root, requests } = listeningRoot({ 'var/log/wtmp': '' });
    const before = Math.floor(Date.now() / 1_000);
    expect(await call('reboot', root, ['-w'])).toEqual(QUIET);
    const records = decodeUtmp(readFileSync(join(root, 'var/log/wtmp')));
    expect(records).toMatchObject([{ type: 1, pid: 0, id: '~~', user: 'shutdown', line: '~~' }]);
    expect(records[0]?.seconds).toBeGreaterThanOrEqual(before);
    expect(requests()).toEqual([]);
  });

  test.each([['-w', '-d'], ['-wn']])('%j not even that', async (...args) => {
    const { root } = listeningRoot({ 'var/log/wtmp': '' });
    expect(await call('halt', root, args)).toEqual(QUIET);
    expect(readFileSync(join(root, 'var/log/wtmp'), 'utf8')).toBe('');
  });

  test('without wtmp', async () => {
    const { root } = listeningRoot();
    expect(await call('halt', root, ['-w'])).toEqual(QUIET);
  });
});

describe.each(NAMES)('%s', (name) => {
  test.each([[['-x']], [['now']], [['--help']], [['-t']], [['-f', '-q']]])(
    '%j is wrong use: 1',
    async (args) => {
      const { root, requests } = listeningRoot();
      expect(await call(name, root, args)).toEqual({
        code: 1,
        signal: null,
        out: '',
        err: haltUsage(name, name),
      });
      expect(requests()).toEqual([]);
    },
  );

  test.skipIf(whyNotAsNobody() !== undefined)('of the machine must be run by root: 1', () => {
    for (const args of [[], ['-x'], ['-w']]) {
      expect(runAsNobody(name, args)).toEqual({ code: 1, out: '', err: `${name}: must be superuser.\n` });
    }
  });
});
