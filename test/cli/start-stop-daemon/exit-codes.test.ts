import { chmodSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isThere, startSleeper, withSsd } from '../../support/ssd.ts';

const NO_ONE = 999_999_999;

test('start launches the daemon: 0; it is running already: 1, or 0 with --oknodo', async () => {
  const { ssd, startSleep, pidIn, daemons } = withSsd();
  expect(await ssd(startSleep)).toMatchObject({ code: 0, out: '', err: '' });
  expect(daemons()).toStrictEqual([pidIn()]);
  const already = { out: '/bin/sleep already running.\n', err: '' };
  expect(await ssd(startSleep)).toMatchObject({ code: 1, ...already });
  expect(await ssd(['-o', ...startSleep])).toMatchObject({ code: 0, ...already });
  expect(await ssd(['-q', ...startSleep])).toMatchObject({ code: 1, out: '', err: '' });
  expect(daemons()).toHaveLength(1);
});

test('start in the foreground ends as the program ends', async () => {
  const { ssd } = withSsd();
  const sh = (script: string) => ssd(['-S', '-n', 'none', '-x', '/bin/sh', '--', '-c', script]);
  expect(await sh('echo out; echo err >&2; exit 42')).toMatchObject({ code: 42, out: 'out\n', err: 'err\n' });
  expect(await sh('kill -KILL $$')).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test('stop signals: 0; nobody is there: 1, or 0 with --oknodo', async () => {
  const { ssd, startSleep, path, daemons } = withSsd();
  const what = `process in pidfile '${path('d.pid')}'`;
  const none = { out: `No ${what} found running; none killed.\n`, err: '' };
  expect(await ssd(['-K', '-p', path('d.pid')])).toMatchObject({ code: 1, ...none });
  expect(await ssd(['-K', '-o', '-p', path('d.pid')])).toMatchObject({ code: 0, ...none });
  await ssd(startSleep);
  const [pid] = daemons();
  expect(await ssd(['-K', '-v', '-R', '5', '-p', path('d.pid')])).toMatchObject({
    code: 0,
    out: `Stopped ${what} (pid ${pid}).\n`,
    err: '',
  });
  expect(daemons()).toHaveLength(0);
});

test('stop says 2 if the schedule is over and somebody is left, also with --oknodo', async () => {
  const { ssd, startSleep, path } = withSsd();
  await ssd(startSleep);
  const args = ['-K', '-R', 'CONT/0', '-p', path('d.pid'), '-n', 'sleep'];
  const expected = { code: 2, out: 'Program sleep, 1 process(es), refused to die.\n', err: '' };
  expect(await ssd(args)).toMatchObject(expected);
  expect(await ssd(['-o', ...args])).toMatchObject(expected);
});

test('status: 0 running, 1 dead with a pid file, 3 nothing there, 4 not to be known', async () => {
  const { ssd, startSleep, path, pidIn } = withSsd({ 'text.pid': 'none\n', 'empty.pid': '', 'dir.pid/': '' });
  const status = async (...args: readonly string[]) => (await ssd(['-T', ...args])).code;
  expect(await status('-p', path('d.pid'))).toBe(3);
  await ssd(startSleep);
  expect(await status('-p', path('d.pid'))).toBe(0);
  expect(await status('-p', path('d.pid'), '-x', '/bin/sleep', '-u', `${process.getuid?.()}`)).toBe(0);
  expect(await status('-p', path('d.pid'), '-x', '/bin/sh')).toBe(1);
  expect(await status('--pid', `${pidIn()}`)).toBe(0);
  expect(await status('--pid', `${NO_ONE}`)).toBe(3);
  await ssd(['-K', '-q', '-R', '5', '-p', path('d.pid')]);
  expect(await status('-p', path('d.pid'))).toBe(1);
  for (const name of ['text.pid', 'empty.pid', 'dir.pid']) expect(await status('-p', path(name))).toBe(4);
  expect(await status('-x', '/nonexistent')).toBe(4);
  expect(await status()).toBe(4);
});

test('a failure while running is 2, a wrong command line 3', async () => {
  const { ssd } = withSsd();
  expect(await ssd(['-S', '-x', '/nonexistent'])).toMatchObject({
    code: 2,
    err: 'start-stop-daemon: unable to stat /nonexistent (No such file or directory)\n',
  });
  expect(await ssd(['-S'])).toMatchObject({
    code: 3,
    err:
      'start-stop-daemon: need at least one of --exec, --pid, --ppid, --pidfile, --user or --name\n' +
      "Try 'start-stop-daemon --help' for more information.\n",
  });
});

test('a program that cannot be executed in the background: 2 and no pid file, or as dpkg 0', async () => {
  const { ssd, path } = withSsd({ 'bad!': '#!/nonexistent/interpreter\n', 'text!': 'echo hello\n' });
  const start = (name: string) => ['-S', '-b', '-m', '-p', path('b.pid'), '-x', path(name)];
  expect(await ssd(start('bad'))).toMatchObject({
    code: 2,
    err: `start-stop-daemon: unable to start ${path('bad')} (its interpreter "/nonexistent/interpreter" does not exist)\n`,
  });
  expect(await ssd(start('text'))).toMatchObject({
    code: 2,
    err: `start-stop-daemon: unable to start ${path('text')} (Exec format error)\n`,
  });
  expect((await ssd(['-T', '-p', path('b.pid')])).code).toBe(3);
  expect(await ssd(start('bad'), { RCINIT_COMPAT: 'dpkg' })).toMatchObject({ code: 0, out: '', err: '' });
  expect((await ssd(['-T', '-p', path('b.pid')])).code).toBe(1);
});

test('a program that is no executable file is refused before anything is begun', async () => {
  const { ssd, path } = withSsd({ 'plain.txt': 'x' });
  const start = (name: string) =>
    ssd(['-S', '-b', '-m', '-p', path('b.pid'), '-a', path(name), '-n', 'none']);
  expect((await start('plain.txt')).err).toBe(
    `start-stop-daemon: unable to start ${path('plain.txt')} (Permission denied)\n`,
  );
  expect((await start('missing')).err).toBe(
    `start-stop-daemon: unable to start ${path('missing')} (No such file or directory)\n`,
  );
  expect((await ssd(['-T', '-p', path('b.pid')])).code).toBe(3);
});

test('a daemon that dies at once was started all the same', async () => {
  const { ssd, path, pidIn } = withSsd();
  expect(await ssd(['-S', '-b', '-m', '-p', path('d.pid'), '-x', '/bin/true'])).toMatchObject({ code: 0 });
  expect(pidIn()).toBeGreaterThan(1);
  await expect.poll(async () => (await ssd(['-T', '-p', path('d.pid')])).code).toBe(1);
});

test('stop leaves a stranger alone that the pid file names but the criteria do not', async () => {
  const { ssd, path, marker } = withSsd();
  const pid = startSleeper(marker);
  writeFileSync(path('d.pid'), `${pid}\n`);
  chmodSync(path('d.pid'), 0o644);
  expect((await ssd(['-K', '-R', '5', '-p', path('d.pid'), '-x', '/bin/sh'])).code).toBe(1);
  expect(isThere(pid)).toBe(true);
});
