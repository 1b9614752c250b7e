import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startApplet } from '../../support/run-applet.ts';
import { startSleeper, withSsd } from '../../support/ssd.ts';
import { waitFor } from '../../support/wait-for.ts';

const APPLET = join(import.meta.dirname, '../../../dist/applets/start-stop-daemon');

/** Ignores TERM, and says in a file that it does. */
const DEAF = '#!/bin/sh\ntrap "" TERM\n: >"$2"\nwhile :; do /bin/sleep "$1" & wait; done\n';

test('--retry goes on to KILL where TERM is ignored', async () => {
  const { ssd, path, marker, daemons, pidIn } = withSsd({ 'deaf!': DEAF });
  await ssd([
    '-S',
    '-b',
    '-m',
    '-p',
    path('d.pid'),
    '-x',
    '/bin/sh',
    '-a',
    path('deaf'),
    '--',
    marker,
    path('on'),
  ]);
  await waitFor('the daemon to be deaf', () => existsSync(path('on')));
  const pid = pidIn();
  const stop = await ssd(['-K', '-v', '-p', path('d.pid'), '-R', 'TERM/0/KILL/10']);
  const what = `process in pidfile '${path('d.pid')}'`;
  expect(stop).toMatchObject({
    code: 0,
    out: `Stopped ${what} (pid ${pid}).\nStopped ${what} (pid ${pid}), retry #1.\n`,
    err: '',
  });
  expect(daemons()).not.toContain(pid);
});

test('--retry with forever repeats until the daemon has had enough', async () => {
  const script =
    '#!/bin/sh\nn=0\ntrap "n=\\$((n + 1))" HUP\n: >"$2"\nwhile [ $n -lt 3 ]; do /bin/sleep 0.01; done\n';
  const { ssd, path, marker } = withSsd({ 'counts!': script });
  await ssd([
    '-S',
    '-b',
    '-m',
    '-p',
    path('d.pid'),
    '-x',
    '/bin/sh',
    '-a',
    path('counts'),
    '--',
    marker,
    path('on'),
  ]);
  await waitFor('the daemon to count', () => existsSync(path('on')));
  const stop = await ssd(['-K', '-v', '-p', path('d.pid'), '-n', 'counts', '-R', 'forever/HUP/1']);
  expect(stop.code).toBe(0);
  expect(stop.out).toMatch(/^Stopped counts \(pid \d+\)\.\nStopped counts \(pid \d+\), retry #1\.\n/);
});

test('--retry has no word on a daemon that ended between two signals, whenever that was', async () => {
  const preload = join(import.meta.dirname, '../../fixtures/programs/end-at-look.cjs');
  const ends: { readonly look: number; readonly code: number | null; readonly err: string }[] = [];
  for (let look = 1; look <= 9; look++) {
    const { ssd, path, marker } = withSsd();
    const victim = startSleeper(marker);
    writeFileSync(path('d.pid'), `${victim}\n`);
    const env = { NODE_OPTIONS: `--require=${preload}`, VICTIM: `${victim}`, LOOK: `${look}` };
    const { code, err } = await ssd(['-K', '-p', path('d.pid'), '-R', 'CONT/0/CONT/0/KILL/5'], env);
    // Before the first signal it is somebody else's end, and worth a word.
    if (code !== 1) ends.push({ look, code, err });
  }
  expect(ends.length).toBeGreaterThan(5);
  expect(ends).toEqual(ends.map(({ look }) => ({ look, code: 0, err: '' })));
});

test('--retry 0/TERM/5 waits before it signals', async () => {
  const { ssd, path, startSleep, daemons } = withSsd();
  await ssd(startSleep);
  expect((await ssd(['-K', '-p', path('d.pid'), '-R', '0/TERM/5'])).code).toBe(0);
  expect(daemons()).toHaveLength(0);
});

test('--retry waits for all processes of a name or user that match', async () => {
  const { ssd, marker, daemons } = withSsd();
  const pids = [startSleeper(marker), startSleeper(marker)];
  const ppid = `${process.pid}`;
  const stop = await ssd(['-K', '-v', '--ppid', ppid, '-x', '/bin/sleep', '-R', '5']);
  expect(stop).toMatchObject({ code: 0, out: `Stopped /bin/sleep (pid ${pids.toReversed().join(' ')}).\n` });
  expect(daemons()).toHaveLength(0);
});

test('--test signals nobody and says whom it would', async () => {
  const { ssd, path, startSleep, pidIn } = withSsd();
  await ssd(startSleep);
  expect(await ssd(['-K', '-t', '-R', '5', '-p', path('d.pid')])).toMatchObject({
    code: 0,
    out: `Ignoring --retry in test mode\nWould send signal 15 to ${pidIn()}.\n`,
  });
  expect((await ssd(['-T', '-p', path('d.pid')])).code).toBe(0);
});

test('--remove-pidfile removes it with everything we kept about it', async () => {
  const { ssd, path, startSleep } = withSsd();
  await ssd(startSleep);
  const kept = () => readdirSync(path('run/rcinit/pidfiles'));
  expect(kept()).toHaveLength(2);
  expect((await ssd(['-K', '-R', '5', '--remove-pidfile', '-p', path('d.pid')])).code).toBe(0);
  expect(existsSync(path('d.pid'))).toBe(false);
  expect(kept()).toHaveLength(0);
});

test('--remove-pidfile also removes what named nobody', async () => {
  const { ssd, path } = withSsd({ 'd.pid': '999999999\n' });
  expect((await ssd(['-K', '-R', '5', '--remove-pidfile', '-p', path('d.pid')])).code).toBe(1);
  expect(existsSync(path('d.pid'))).toBe(false);
});

test('--remove-pidfile leaves the file of a daemon that did not end', async () => {
  const { ssd, path, startSleep } = withSsd();
  await ssd(startSleep);
  expect((await ssd(['-K', '-q', '-R', 'CONT/0', '--remove-pidfile', '-p', path('d.pid')])).code).toBe(2);
  expect(existsSync(path('d.pid'))).toBe(true);
});

test('--remove-pidfile leaves the file of a daemon that was started meanwhile', async () => {
  const { ssd, path, startSleep, marker, daemons } = withSsd();
  // The first daemon is stopped by its pid file while that names the second already.
  await ssd(startSleep);
  const [second] = daemons();
  const first = startSleeper(marker);
  writeFileSync(path('other.pid'), `${first}\n`);
  await ssd(['-K', '-R', '5', '-p', path('other.pid')]);
  const stop = await ssd(['-K', '--remove-pidfile', '-p', path('d.pid'), '-x', '/bin/sh']);
  expect(stop.code).toBe(1);
  expect(existsSync(path('d.pid'))).toBe(true);
  expect(daemons()).toStrictEqual([second]);
});

test('--retry does not wait for a zombie, whose parent never looks', () => {
  const { dir, path, marker } = withSsd();
  writeFileSync(path('d.pid'), `${startSleeper(marker)}\n`);
  // While this waits, nobody reaps: the sleeper is our child.
  const run = spawnSync(APPLET, ['-K', '-R', '60', '--remove-pidfile', '-p', path('d.pid')], {
    env: { RCINIT_ROOT: dir },
  });
  expect(run.status).toBe(0);
  expect(existsSync(path('d.pid'))).toBe(false);
});

test('a stop that waits takes the end of the daemon for its own', async () => {
  const { ssd, path, startSleep, daemons, dir } = withSsd();
  await ssd(startSleep);
  const [pid = 0] = daemons();
  const stop = startApplet('start-stop-daemon', ['-K', '-R', 'CONT/60', '-p', path('d.pid')], {
    env: { RCINIT_ROOT: dir },
  });
  process.kill(pid, 'SIGKILL');
  expect([0, 1]).toContain((await stop.ended).code);
});

test('--remove-pidfile takes a file that names a stranger by chance for stale, and leaves the stranger alone', async () => {
  const { ssd, path, marker } = withSsd();
  const stranger = startSleeper(marker);
  writeFileSync(path('d.pid'), `${stranger}\n`);
  const which = ['-p', path('d.pid'), '-n', 'daemon'];
  expect((await ssd(['-K', '-o', '-q', '--remove-pidfile', ...which])).code).toBe(0);
  expect(existsSync(path('d.pid'))).toBe(false);
  expect(existsSync(`/proc/${stranger}`)).toBe(true);
  expect((await ssd(['-T', ...which])).code).toBe(3);
});
