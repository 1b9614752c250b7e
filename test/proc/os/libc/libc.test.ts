import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  closeOnExecFrom,
  ffiProblem,
  flock,
  mkfifo,
  pidfdOpen,
  pidfdSendSignal,
  reapPid,
  reboot,
  setCloseOnExec,
  signalName,
} from '../../../../src/os/libc/libc.ts';
import { withTree } from '../../../support/with-tree.ts';

const O_CLOEXEC = 0o2000000;

function open(path: string, flags = 'r'): number {
  const fd = openSync(path, flags);
  onTestFinished(() => closeSync(fd));
  return fd;
}

function isCloseOnExec(fd: number): boolean {
  const text = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
  return (Number.parseInt(/flags:\s*(\d+)/.exec(text)?.[1] ?? '', 8) & O_CLOEXEC) !== 0;
}

test('ffiProblem is undefined where koffi can be loaded', () => {
  expect(ffiProblem()).toBeUndefined();
});

test('flock keeps a second open file out until the first is unlocked', () => {
  const file = join(withTree({ lock: '' }), 'lock');
  const [first, second] = [open(file), open(file)];
  expect(flock(first, 'exclusive', { wait: false })).toBe(true);
  expect(flock(second, 'exclusive', { wait: false })).toBe(false);
  expect(flock(second, 'shared', { wait: false })).toBe(false);
  expect(flock(first, 'unlock', { wait: false })).toBe(true);
  expect(flock(second, 'shared', { wait: true })).toBe(true);
  expect(flock(first, 'shared', { wait: false })).toBe(true);
});

test('flock throws OsError with the name of the call and of errno', () => {
  expect(() => flock(9999, 'exclusive', { wait: false })).toThrow(
    expect.objectContaining({ name: 'OsError', syscall: 'flock', code: 'EBADF', message: 'flock: EBADF' }),
  );
});

test('mkfifo makes a fifo of the given mode, and throws EEXIST the second time', () => {
  const path = join(withTree({}), 'fifo');
  mkfifo(path, 0o600);
  expect(statSync(path).isFIFO()).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(() => mkfifo(path, 0o600)).toThrow(expect.objectContaining({ syscall: 'mkfifo', code: 'EEXIST' }));
});

test('pidfdSendSignal signals the process, and throws ESRCH when it is gone', async () => {
  const child = spawn('/bin/sleep', ['60']);
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  const pidfd = pidfdOpen(child.pid ?? 0);
  onTestFinished(() => closeSync(pidfd));
  expect(isCloseOnExec(pidfd)).toBe(true);
  pidfdSendSignal(pidfd, constants.signals.SIGTERM);
  expect(await ended).toBe('SIGTERM');
  expect(() => pidfdSendSignal(pidfd, 0)).toThrow(
    expect.objectContaining({ syscall: 'pidfd_send_signal', code: 'ESRCH' }),
  );
});

test('pidfdOpen throws ESRCH for a pid that cannot exist', () => {
  expect(() => pidfdOpen(2 ** 30)).toThrow(expect.objectContaining({ syscall: 'pidfd_open', code: 'ESRCH' }));
});

test('setCloseOnExec and closeOnExecFrom change the flag of descriptors', () => {
  const [low, high] = [open('/dev/null'), open('/dev/null')].toSorted((a, b) => a - b) as [number, number];
  setCloseOnExec(low, false);
  setCloseOnExec(high, false);
  expect([isCloseOnExec(low), isCloseOnExec(high)]).toEqual([false, false]);
  closeOnExecFrom(high);
  expect([isCloseOnExec(low), isCloseOnExec(high)]).toEqual([false, true]);
  setCloseOnExec(low, true);
  expect(isCloseOnExec(low)).toBe(true);
});

test('reapPid is undefined for what is no child of ours', () => {
  expect(reapPid(1)).toBeUndefined();
});

test('signalName knows ordinary, real-time and impossible signals', () => {
  expect([6, 15, 29, 34, 37, 64, 99].map(signalName)).toEqual([
    'SIGABRT',
    'SIGTERM',
    'SIGIO',
    'SIGRTMIN+0',
    'SIGRTMIN+3',
    'SIGRTMIN+30',
    'SIG99',
  ]);
});

// Only where it must fail for lack of the right to: this is the one call here that could end the machine.
test.skipIf(process.getuid?.() === 0)('reboot throws EPERM for an ordinary user', () => {
  expect(() => reboot('ctrl-alt-del-on')).toThrow(expect.objectContaining({ code: 'EPERM' }));
});
