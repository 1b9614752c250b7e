/**
 * Processes, locks and descriptors through libc, for what Node has no function for.
 * Everything here throws OsError{syscall, code}; the code is `ENOSYS` where there is no FFI.
 */
import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import type { ExitStatus, Pid } from '../../core/units.ts';
import { declareLibc, ffiProblem } from './ffi.ts';
import { OsError } from '../os-error.ts';

export { ffiProblem } from './ffi.ts';

const P_ALL = 0;
const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x0100_0000;

const SIGINFO_BYTES = 128;
/** Where si_pid is in siginfo_t: behind three ints, aligned for the pointers that may follow. */
const SI_PID_OFFSET = ['arm', 'ia32', 'mips', 'mipsel'].includes(process.arch) ? 12 : 16;

const PR_SET_CHILD_SUBREAPER = 36;
const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

/** Younger than the wrappers of some libcs; the same number on every architecture that koffi knows. */
const SYS_PIDFD_SEND_SIGNAL = 424;
const SYS_PIDFD_OPEN = 434;
const SYS_CLOSE_RANGE = 436;
const CLOSE_RANGE_CLOEXEC = 4;

/** libc's own function takes no message. */
const SYS_REBOOT: Readonly<Record<string, number>> = {
  x64: 169,
  arm64: 142,
  riscv64: 142,
  loong64: 142,
  arm: 88,
  ia32: 88,
  ppc64: 88,
  s390x: 88,
};
const REBOOT_MAGIC1 = 0xfee1_dead;
const REBOOT_MAGIC2 = 672_274_793;
const RESTART2 = 0xa1b2_c3d4;
/** No command of any kernel: it is refused after the caller's right was looked at. */
const NO_COMMAND = 0x0000_dead;

const SIGRTMIN = 34;
const SIGRTMAX = 64;

const SIGNAL_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, value]) => [value, name]),
);

const waitid = declareLibc('waitid', 'int, unsigned int, void *, int');
const waitpid = declareLibc('waitpid', 'int, void *, int');
const prctl = declareLibc('prctl', 'int, ...');
const flockCall = declareLibc('flock', 'int, int');
const mkfifoCall = declareLibc('mkfifo', 'const char *, unsigned int');
const fcntl = declareLibc('fcntl', 'int, int, ...');
const pipe2 = declareLibc('pipe2', 'void *, int');
const pidfdOpenCall = declareSyscall('pidfd_open');
const pidfdSendSignalCall = declareSyscall('pidfd_send_signal');
const closeRange = declareSyscall('close_range');
const rebootCall = declareLibc('reboot', 'unsigned int');
const rebootSyscall = declareSyscall('reboot');
const syncCall = declareLibc('sync', '', { result: 'void' });

function declareSyscall(name: string): ReturnType<typeof declareLibc> {
  return declareLibc(name, 'long, ...', { result: 'long', symbol: 'syscall' });
}

/**
 * Looks for a dead child without reaping it.
 * @returns Its pid, `none` if no child is dead, `childless` if there are no children at all.
 */
export function peekDeadChild(): Pid | 'none' | 'childless' {
  const info = Buffer.alloc(SIGINFO_BYTES);
  try {
    waitid(P_ALL, 0, info, WEXITED | WNOHANG | WNOWAIT);
  } catch (error) {
    if (error instanceof OsError && error.code === 'ECHILD') return 'childless';
    throw error;
  }
  const pid = info.readInt32LE(SI_PID_OFFSET);
  return pid === 0 ? 'none' : pid;
}

/** Whether the process is a child of ours, dead or alive. */
export function isChild(pid: Pid): boolean {
  try {
    waitid(P_PID, pid, Buffer.alloc(SIGINFO_BYTES), WEXITED | WNOHANG | WNOWAIT);
    return true;
  } catch (error) {
    if (error instanceof OsError && error.code === 'ECHILD') return false;
    throw error;
  }
}

/**
 * Reaps one child by its pid.
 * @returns How it ended; undefined if it is alive or no child of ours.
 */
export function reapPid(pid: Pid): ExitStatus | undefined {
  const status = Buffer.alloc(4);
  try {
    return waitpid(pid, status, WNOHANG) === pid ? decodeWaitStatus(status.readInt32LE(0)) : undefined;
  } catch (error) {
    if (error instanceof OsError && error.code === 'ECHILD') return undefined;
    throw error;
  }
}

function decodeWaitStatus(status: number): ExitStatus {
  const signo = status & 0x7f;
  if (signo === 0) return { kind: 'exited', code: (status >> 8) & 0xff };
  return { kind: 'signaled', signal: signalName(signo) };
}

/** The name of a signal number: `SIGTERM`, `SIGRTMIN+3`, or `SIG99` for what has none. */
export function signalName(signo: number): string {
  const known = SIGNAL_NAMES.get(signo);
  if (known !== undefined) return known;
  return signo >= SIGRTMIN && signo <= SIGRTMAX ? `SIGRTMIN+${signo - SIGRTMIN}` : `SIG${signo}`;
}

/** Makes orphaned descendants our children, as they are PID 1's otherwise. */
export function setChildSubreaper(): void {
  const zero = ['unsigned long', 0] as const;
  prctl(PR_SET_CHILD_SUBREAPER, 'unsigned long', 1, ...zero, ...zero, ...zero);
}

/**
 * Takes or drops a lock on an open file. It belongs to the open file description: whoever inherited the
 * descriptor holds it too.
 * @param wait Blocks the whole process until the lock is free.
 * @returns False if somebody else has the lock and `wait` is false.
 */
export function flock(fd: number, kind: 'exclusive' | 'shared' | 'unlock', how: { wait: boolean }): boolean {
  const operation = { exclusive: LOCK_EX, shared: LOCK_SH, unlock: LOCK_UN }[kind];
  try {
    flockCall(fd, operation | (how.wait ? 0 : LOCK_NB));
    return true;
  } catch (error) {
    if (error instanceof OsError && error.code === 'EAGAIN') return false;
    throw error;
  }
}

/** Makes a fifo; the umask takes its bits off `mode`. */
export function mkfifo(path: string, mode: number): void {
  mkfifoCall(path, mode);
}

/** A descriptor (close-on-exec) that means this very process, even when the pid is used again. */
export function pidfdOpen(pid: Pid): number {
  return pidfdOpenCall(SYS_PIDFD_OPEN, 'int', pid, 'unsigned int', 0);
}

/** Signals the process behind a pidfd; `ESRCH` if it is gone. */
export function pidfdSendSignal(pidfd: number, signo: number): void {
  pidfdSendSignalCall(SYS_PIDFD_SEND_SIGNAL, 'int', pidfd, 'int', signo, 'void *', null, 'unsigned int', 0);
}

/**
 * Marks all descriptors from `first` on close-on-exec; where the kernel knows how, in one call however many there may be.
 * @throws {OsError} `ENOSYS` without FFI; `EINVAL` or `ENOSYS` from kernels before 5.11 where there is no /proc.
 */
export function closeOnExecFrom(first: number): void {
  try {
    closeRange(
      SYS_CLOSE_RANGE,
      'unsigned int',
      first,
      'unsigned int',
      0xffff_ffff,
      'int',
      CLOSE_RANGE_CLOEXEC,
    );
  } catch (error) {
    if (ffiProblem() !== undefined) throw error;
    // The kernel is older, or a container's seccomp profile is: then it may also be EPERM.
    for (const fd of openDescriptors(error)) if (fd >= first) markIfOpen(fd);
  }
}

function openDescriptors(otherwise: unknown): readonly number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    throw otherwise;
  }
}

/** The list has the descriptor through which it was read. */
function markIfOpen(fd: number): void {
  try {
    setCloseOnExec(fd, true);
  } catch (error) {
    if (!(error instanceof OsError) || error.code !== 'EBADF') throw error;
  }
}

export function setCloseOnExec(fd: number, on: boolean): void {
  fcntl(fd, F_SETFD, 'int', on ? FD_CLOEXEC : 0);
}

export type RebootCommand =
  | 'restart'
  /** Into the kernel that was loaded before; `EINVAL` if none was. */
  | 'kexec'
  | 'halt'
  | 'poweroff'
  | 'ctrl-alt-del-on'
  | 'ctrl-alt-del-off';

/** A pipe, closed in programs that are started. @returns The end to read from and the end to write to. */
export function openPipe(how: { readonly nonBlocking: boolean }): {
  readonly readEnd: number;
  readonly writeEnd: number;
} {
  const ends = Buffer.alloc(8);
  pipe2(ends, O_CLOEXEC | (how.nonBlocking ? O_NONBLOCK : 0));
  return { readEnd: ends.readInt32LE(0), writeEnd: ends.readInt32LE(4) };
}

/** @see reboot(2) */
const REBOOT_COMMANDS = {
  restart: 0x0123_4567,
  kexec: 0x4558_4543,
  halt: 0xcdef_0123,
  poweroff: 0x4321_fedc,
  'ctrl-alt-del-on': 0x89ab_cdef,
  'ctrl-alt-del-off': 0,
} satisfies Record<RebootCommand, number>;

/** Ends the machine, or decides what Ctrl-Alt-Del does. Does not sync the disks. `EPERM` without the right to. */
export function reboot(command: RebootCommand): void {
  rebootCall(REBOOT_COMMANDS[command]);
}

/**
 * Restarts the machine and gives the firmware a message, e.g. a Raspberry Pi the partition to boot from.
 * @throws {OsError} `ENOSYS` also where the number of the call is not known.
 */
export function rebootWithMessage(message: string): void {
  const number = SYS_REBOOT[process.arch];
  if (number === undefined) throw new OsError('reboot: ENOSYS', { code: 'ENOSYS', syscall: 'reboot' });
  const uint = 'unsigned int';
  rebootSyscall(number, uint, REBOOT_MAGIC1, uint, REBOOT_MAGIC2, uint, RESTART2, 'const char *', message);
}

/** Why this process may not end the machine, as an errno name; undefined if it may. Changes nothing. */
export function whyNoReboot(): string | undefined {
  try {
    rebootCall(NO_COMMAND);
    return undefined;
  } catch (error) {
    const code = error instanceof OsError ? error.code : 'UNKNOWN';
    return code === 'EINVAL' ? undefined : code;
  }
}

/** Writes everything to the disks and waits for it. */
export function sync(): void {
  syncCall();
}
