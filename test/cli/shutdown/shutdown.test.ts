/** In folders only: there shutdown asks their init, which is the test. Nothing reaches this machine. */
import { chmodSync, closeSync, existsSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { InitRequest } from '../../../src/core/wire/initctl-message.ts';
import { SHUTDOWN_USAGE } from '../../../src/core/shutdown/shutdown-text.ts';
import { bindDatagramSocket } from '../../../src/os/libc/libc-socket.ts';
import { runAsNobody, whyNotAsNobody } from '../../support/as-nobody.ts';
import { listeningRoot } from '../../support/control-fifo.ts';
import { skipUnlessHarmless } from '../../support/harmless.ts';
import { runApplet, startApplet } from '../../support/run-applet.ts';
import {
  CANCELLED,
  optionsFor,
  readText,
  shutdown,
  startWaiting,
  traces,
  UNSET,
} from '../../support/shutdown-run.ts';
import { waitFor } from '../../support/wait-for.ts';
import { withTree } from '../../support/with-tree.ts';

skipUnlessHarmless();

describe('shutdown now', () => {
  const ask = (level: string, sleepSeconds = 3): InitRequest => ({ kind: 'runlevel', level, sleepSeconds });
  const halt = (how: string): InitRequest => ({ kind: 'setenv', variables: [`INIT_HALT=${how}`] });

  test.each<[args: string[], requests: InitRequest[]]>([
    [['now'], [UNSET, ask('1')]],
    [
      ['-h', 'now'],
      [UNSET, ask('0')],
    ],
    [
      ['-r', 'now'],
      [UNSET, ask('6')],
    ],
    [
      ['-h', '-P', 'now'],
      [halt('POWEROFF'), ask('0')],
    ],
    [
      ['-h', '-H', 'now'],
      [halt('HALT'), ask('0')],
    ],
    [
      ['-h', '-r', '+0', 'hypervisor initiated shutdown'],
      [UNSET, ask('6')],
    ],
    [
      ['-h', '-P', '+0', 'hypervisor initiated shutdown'],
      [halt('POWEROFF'), ask('0')],
    ],
    [
      ['-p', '+0', 'hypervisor initiated shutdown'],
      [halt('POWEROFF'), ask('0')],
    ],
    [
      ['-r', '-t', '7', 'now'],
      [UNSET, ask('6', 7)],
    ],
    [
      ['-i', '5', 'now'],
      [UNSET, ask('5')],
    ],
    [
      ['-i', 's', '-y', '-g', '0'],
      [UNSET, ask('s')],
    ],
    [
      ['-qQ', '0', 'two', 'words'],
      [UNSET, ask('1')],
    ],
  ])('%j asks init', async (args, requests) => {
    const listening = listeningRoot();
    expect(await shutdown(listening.root, ...args)).toEqual({ code: 0, signal: null, out: '', err: '' });
    expect(listening.requests()).toEqual(requests);
    expect(traces(listening.root)).toEqual([]);
  });

  test('--root comes before RCINIT_ROOT', async () => {
    const listening = listeningRoot();
    expect(await shutdown('/nonexistent', '--root', listening.root, '-h', 'now')).toMatchObject({
      code: 0,
      err: '',
    });
    expect(listening.requests()).toHaveLength(2);
  });

  test('-f and -F leave word for the next boot', async () => {
    const { root } = listeningRoot();
    expect(await shutdown(root, '-fF', '-r', 'now')).toMatchObject({ code: 0, err: '' });
    expect(traces(root)).toEqual(['fastboot', 'forcefsck']);
    expect(statSync(join(root, 'fastboot')).mode & 0o777).toBe(0o644);
  });

  test('where no init listens it says so, and init says so: 1', async () => {
    const root = withTree({ 'run/': '', 'var/run=': '../run' });
    expect(await shutdown(root, '-h', 'now')).toEqual({
      code: 1,
      signal: null,
      out: '',
      err:
        `shutdown: ${root}/run/initctl: No such file or directory\n` +
        `init: ${root}/run/initctl: No such file or directory\n`,
    });
    expect(traces(root)).toEqual([]);
  });

  test.each<[args: string[], text: string]>([
    [['-h', 'now'], 'shutting down for system halt'],
    [['-r', 'now'], 'shutting down for system reboot'],
    [['now'], 'shutting down for system reboot'],
  ])('%j is told to the system log', async (args, text) => {
    const { root } = listeningRoot();
    const fd = bindDatagramSocket(join(root, 'dev/log'));
    onTestFinished(() => closeSync(fd));
    await shutdown(root, ...args);
    const bytes = Buffer.alloc(1_000);
    const line = bytes.toString('utf8', 0, readSync(fd, bytes));
    expect(line).toMatch(/^<13>\w{3} [ \d]\d \d\d:\d\d:\d\d shutdown\[\d+\]: /);
    expect(line.replace(/^.*?\]: /, '')).toBe(text);
  });
});

describe('shutdown refuses', () => {
  test.each<[args: string[], line: string]>([
    [[], ''],
    [['-h'], ''],
    [['-q'], ''],
    [['soon'], ''],
    [['-h', '24:00'], ''],
    [['-g', '+5x', 'message'], ''],
    [['-g', ''], ''],
    [['-x'], "shutdown: invalid option -- 'x'\n"],
    [['now', '-t'], "shutdown: option requires an argument -- 't'\n"],
    [['--help'], "shutdown: invalid option -- '-'\n"],
    [['-P', 'now'], 'shutdown: -H and -P flags can only be used along with -h flag.\n'],
    [['-r', '-H', 'now'], 'shutdown: -H and -P flags can only be used along with -h flag.\n'],
  ])('%j with the usage: 1, and no pid file is left', async (args, line) => {
    const { root, requests } = listeningRoot();
    expect(await shutdown(root, ...args)).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: line + SHUTDOWN_USAGE,
    });
    expect([traces(root), requests()]).toEqual([[], []]);
  });

  test.each<[args: string[], line: string]>([
    [['-i', '9', 'now'], "`9': bad runlevel\n"],
    [['-n', 'now'], 'can use "-n" for halt or reboot only.\r\n'],
    [['-k', '-n', '-i', '1', 'now'], 'can use "-n" for halt or reboot only.\r\n'],
  ])('%j without it: 1', async (args, line) => {
    const { root, requests } = listeningRoot();
    expect(await shutdown(root, ...args)).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: `shutdown: ${line}`,
    });
    expect([traces(root), requests()]).toEqual([[], []]);
  });

  test('to go down without init in a folder: it would take the machine', async () => {
    const { root, requests } = listeningRoot();
    expect(await shutdown(root, '-n', '-r', 'now')).toMatchObject({
      code: 1,
      out: '',
      err: `shutdown: cannot go down without init in "${root}": a folder is no machine; leave out -n\n`,
    });
    expect([traces(root), requests()]).toEqual([[], []]);
  });

  test('a second one: 1', async () => {
    const { root } = listeningRoot();
    await startWaiting(root, '-h', '+90');
    for (const time of ['now', 'nonsense']) {
      expect(await shutdown(root, time)).toEqual({
        code: 1,
        signal: null,
        out: '',
        err: '\rshutdown: already running.\r\n',
      });
    }
  });
});

describe('a waiting shutdown', () => {
  test('keeps logins out for the last five minutes, with its message', async () => {
    const { root } = listeningRoot();
    const before = Date.now();
    const { child, ended, output } = await startWaiting(root, '-r', '+5', 'be', 'quick');
    const text = await waitFor('nologin', () => readText(root, 'run/nologin'));
    const found =
      /^\rThe system is going down on (\w{3} \w{3} [ \d]\d [\d:]{8} \d{4})\n\r\nbe quick \r\n$/.exec(text);
    const moment = Date.parse(`${found?.[1]} UTC`);
    expect(moment).toBeGreaterThanOrEqual(Math.floor((before + 300_000) / 1_000) * 1_000);
    expect(moment).toBeLessThanOrEqual(Date.now() + 300_000);
    expect(statSync(join(root, 'run/nologin')).mode & 0o777).toBe(0o644);
    expect(statSync(join(root, 'run/shutdown.pid')).mode & 0o777).toBe(0o644);
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(output).toEqual({ out: CANCELLED, err: '' });
    expect(traces(root)).toEqual([]);
  });

  test('lets users in before', async () => {
    const { root } = listeningRoot();
    const { child, ended } = await startWaiting(root, '-r', '+6');
    expect(existsSync(join(root, 'run/nologin'))).toBe(false);
    child.kill('SIGINT');
    await ended;
  });

  test('does not hear hang-ups and job control', async () => {
    const { root } = listeningRoot();
    const { child, ended, output } = await startWaiting(root, '-fF', '+2');
    await waitFor('its files', () => traces(root).length === 4);
    for (const signal of ['SIGHUP', 'SIGQUIT', 'SIGCHLD', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const)
      child.kill(signal);
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(output.out).toBe(CANCELLED);
    expect(traces(root)).toEqual([]);
  });

  test.each(['SIGTERM', 'SIGUSR1'] as const)('dies of %s and lets users in again', async (signal) => {
    const { root, requests } = listeningRoot();
    const { child, ended, output } = await startWaiting(root, '-fF', '+2');
    await waitFor('its files', () => traces(root).length === 4);
    child.kill(signal);
    expect(await ended).toEqual({ code: null, signal });
    expect(output).toEqual({ out: '', err: '' });
    expect([traces(root), requests()]).toEqual([[], []]);
  });

  test('is cancelled by shutdown -c, which takes INIT_HALT back', async () => {
    const { root, requests } = listeningRoot();
    const { ended, output } = await startWaiting(root, '-h', '-P', '+5');
    expect(await shutdown(root, '-c')).toEqual({ code: 0, signal: null, out: '', err: '' });
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(output).toEqual({ out: CANCELLED, err: '' });
    expect(requests()).toEqual([UNSET]);
    expect(traces(root)).toEqual([]);
  });

  test('is one, however many start at the same moment', async () => {
    const { root } = listeningRoot();
    const all = Array.from({ length: 8 }, () => startApplet('shutdown', ['+9'], optionsFor(root)));
    let refused = 0;
    for (const { ended } of all) void ended.then(({ code }) => (refused += code === 1 ? 1 : 0));
    await waitFor('seven refusals', () => refused === 7, 30_000);
    const [winner] = all.filter(({ child }) => child.exitCode === null);
    expect(readText(root, 'run/shutdown.pid')).toBe(`${winner?.child.pid}\n`);
    winner?.child.kill('SIGINT');
    expect(await winner?.ended).toEqual({ code: 0, signal: null });
  });
});

test('without FFI shutdown works all the same, and knows another by its name', async () => {
  const { root, requests } = listeningRoot();
  const options = optionsFor(root, { RCINIT_NO_FFI: '1' });
  expect(await runApplet('shutdown', ['-h', '-P', 'now'], options)).toEqual({
    code: 0,
    signal: null,
    out: '',
    err: '',
  });
  expect(requests()).toHaveLength(2);
  const { child, ended } = await startWaiting(root, '+9');
  expect(await runApplet('shutdown', ['now'], options)).toMatchObject({
    code: 1,
    err: '\rshutdown: already running.\r\n',
  });
  child.kill('SIGINT');
  await ended;
});

test('shutdown -k only warns: it says that it is cancelled, and leaves nothing', async () => {
  const { root, requests } = listeningRoot();
  expect(await shutdown(root, '-k', '-h', '-fF', 'now', 'a', 'test')).toEqual({
    code: 0,
    signal: null,
    out: CANCELLED,
    err: '',
  });
  expect([traces(root), requests()]).toEqual([[], []]);
});

test.skipIf(whyNotAsNobody() !== undefined)('shutdown of the machine must be run by root: 1', () => {
  const err = `shutdown: you must be root to do that!\n${SHUTDOWN_USAGE}`;
  for (const args of [['-k', 'now'], [], ['-c'], ['-x']]) {
    expect(runAsNobody('shutdown', args)).toEqual({ code: 1, out: '', err });
  }
});

test.runIf(process.getuid?.() !== 0)('a root that is read-only is no reason to stay up', async () => {
  const { root, requests } = listeningRoot();
  chmodSync(join(root, 'run'), 0o555);
  onTestFinished(() => chmodSync(join(root, 'run'), 0o755));
  expect(await shutdown(root, '-h', '-f', 'now')).toMatchObject({
    code: 0,
    err: `shutdown: warning: cannot open ${root}/run/shutdown.pid\n`,
  });
  expect(requests()).toHaveLength(2);
});
