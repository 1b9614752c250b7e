import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startApplet } from '../../support/run-applet.ts';
import { withSsd } from '../../support/ssd.ts';
import { waitFor } from '../../support/wait-for.ts';

const NO_FFI = { RCINIT_NO_FFI: '1' };
const APPLET = join(import.meta.dirname, '../../../dist/applets/start-stop-daemon');

test('without FFI a service is started, asked for and stopped all the same', async () => {
  const { ssd, path, startSleep, pidIn, daemons } = withSsd();
  expect(await ssd(startSleep, NO_FFI)).toMatchObject({ code: 0, out: '', err: '' });
  expect(daemons()).toStrictEqual([pidIn()]);
  expect((await ssd(startSleep, NO_FFI)).code).toBe(1);
  expect((await ssd(['-T', '-p', path('d.pid')], NO_FFI)).code).toBe(0);
  expect((await ssd(['-K', '-R', '5', '--remove-pidfile', '-p', path('d.pid')], NO_FFI)).code).toBe(0);
  expect(daemons()).toHaveLength(0);
  expect(existsSync(path('d.pid'))).toBe(false);
});

test('without FFI concurrent starters still make one daemon', async () => {
  const { ssd, startSleep, pidIn, daemons } = withSsd();
  const runs = await Promise.all(Array.from({ length: 6 }, () => ssd(startSleep, NO_FFI)));
  expect(runs.map(({ code }) => String(code)).sort()).toStrictEqual(['0', '1', '1', '1', '1', '1']);
  expect(daemons()).toStrictEqual([pidIn()]);
});

test('without FFI the program in the foreground is a child that we stand for', async () => {
  const { ssd, path } = withSsd();
  const check = `test "$(cat ${path('f.pid')})" = $$ && exit 42`;
  const start = ['-S', '-m', '-p', path('f.pid'), '-x', '/bin/sh', '--', '-c', check];
  expect(await ssd(start, NO_FFI)).toMatchObject({ code: 42, err: '' });
  expect(await ssd(['-S', '-n', 'none', '-x', '/bin/sh', '--', '-c', 'kill -KILL $$'], NO_FFI)).toMatchObject(
    {
      signal: 'SIGKILL',
    },
  );
});

test('without FFI signals to us reach the program in the foreground', async () => {
  const { dir, path } = withSsd();
  const script = `trap "exit 7" TERM; : >${path('on')}; while :; do sleep 0.02; done`;
  const { child, ended } = startApplet(
    'start-stop-daemon',
    ['-S', '-n', 'none', '-x', '/bin/sh', '--', '-c', script],
    {
      env: { ...NO_FFI, RCINIT_ROOT: dir, PATH: '/usr/bin:/bin' },
    },
  );
  await waitFor('the program', () => existsSync(path('on')));
  child.kill('SIGTERM');
  expect(await ended).toStrictEqual({ code: 7, signal: null });
});

test('without FFI there is no --chroot, instead of a program in the wrong root', async () => {
  const { ssd, path, marker, daemons } = withSsd();
  const expected = {
    code: 2,
    err: 'start-stop-daemon: unable to chroot() to / (no FFI: switched off by RCINIT_NO_FFI=1)\n',
  };
  const start = ['-S', '-m', '-p', path('d.pid'), '-r', '/', '-x', '/bin/sleep'];
  expect(await ssd([...start, '-b', '--', marker], NO_FFI)).toMatchObject(expected);
  expect(await ssd([...start, '--', marker], NO_FFI)).toMatchObject(expected);
  expect(daemons()).toHaveLength(0);
});

test('without FFI descriptors of the caller are closed too', () => {
  const { dir, path, marker, pidIn } = withSsd({ data: 'x' });
  const args = `-S -b -m -p ${path('d.pid')} -x /bin/sleep -- ${marker}`;
  execFileSync('bash', ['-c', `exec 4<"$2" 40<"$2"; "$1" ${args}`, 'bash', APPLET, path('data')], {
    env: { PATH: process.env['PATH'], RCINIT_ROOT: dir, ...NO_FFI },
    stdio: 'ignore',
  });
  expect(execFileSync('ls', [`/proc/${pidIn()}/fd`], { encoding: 'utf8' })).toBe('0\n1\n2\n');
  expect(readFileSync(path('d.pid'), 'utf8')).toBe(`${pidIn()}\n`);
});
