/** Kernels older than a system call answer ENOSYS or EINVAL, a container's seccomp profile EPERM. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../support/run-command.ts';
import { isThere, withSsd } from '../../support/ssd.ts';
import { waitFor } from '../../support/wait-for.ts';

const APPLET = join(import.meta.dirname, '../../../dist/applets/start-stop-daemon');
const WITHOUT = join(import.meta.dirname, '../../fixtures/programs/without-syscall.ts');
const CLOSE_RANGE = '436';
const PIDFD_OPEN = '434';

/** The command line of the applet where the kernel answers that call so. */
const without = (call: string, error: string): readonly string[] => [
  process.execPath,
  '--import',
  import.meta.resolve('tsx'),
  WITHOUT,
  call,
  error,
  APPLET,
];

test.each(['EINVAL', 'ENOSYS', 'EPERM'])(
  'where close_range says %s, services are started without the descriptors of the caller',
  (error) => {
    const { dir, path, marker, pidIn } = withSsd({ data: 'x' });
    const ssd = without(CLOSE_RANGE, error);
    const start = ['-S', '-b', '-m', '-p', path('d.pid'), '-x', '/bin/sleep', '--', marker];
    execFileSync('bash', ['-c', 'exec 4<"$0" 40<"$0" "$@"', path('data'), ...ssd, ...start], {
      env: { PATH: process.env['PATH'], RCINIT_ROOT: dir },
      stdio: 'ignore',
    });
    expect(execFileSync('ls', [`/proc/${pidIn()}/fd`], { encoding: 'utf8' })).toBe('0\n1\n2\n');
  },
);

test.each([
  ['pidfd_open says EPERM', without(PIDFD_OPEN, 'EPERM'), {}],
  ['there is no FFI', [APPLET], { RCINIT_NO_FFI: '1' }],
])('where %s, --stop --retry waits no longer than for the end of a foreign daemon', async (_, ssd, env) => {
  const { dir, path, marker } = withSsd();
  // It takes its time: who looks at once after the signal might find a zombie, which is known to be none.
  const script = 'trap "sleep 0.1; exit" TERM; echo $$ >"$1"; while :; do sleep 0.02; done';
  const daemon = spawn('/bin/sh', ['-c', script, marker, path('f.pid')], { stdio: 'ignore' });
  await waitFor('the daemon', () => existsSync(path('f.pid')) && readFileSync(path('f.pid')).length > 0);
  const [file, ...args] = [...ssd, '-K', '-R', 'TERM/2/KILL/2', '-p', path('f.pid')];
  const options = { env: { PATH: '/usr/bin:/bin', RCINIT_ROOT: dir, ...env } };
  // Whoever still waits after the end comes to the next signal, and says that nobody is there to get it.
  expect(await runCommand(file, args, options)).toEqual({ code: 0, signal: null, out: '', err: '' });
  expect(isThere(daemon.pid ?? 0)).toBe(false);
});
