/** What a process can do to itself before it becomes another program, through libc. Throws OsError as all of `libc*`. */
import { constants } from 'node:os';
import { declareLibc } from './ffi.ts';
import { OsError } from '../os-error.ts';

const RLIMIT_NOFILE = 7;
const IOPRIO_WHO_PROCESS = 1;
const IOPRIO_CLASS_SHIFT = 13;
/** ioprio_set has no wrapper in libc. */
const SYS_IOPRIO_SET: Readonly<Record<string, number>> = { x64: 251, arm64: 30, riscv64: 30, loong64: 30 };

const POLLIN = 1;
const POLLFD_BYTES = 8;
const POLLFD_EVENTS = 4;
const POLLFD_REVENTS = 6;
/** The longest wait that fits into poll's int. */
const MAX_POLL_MS = 0x7fff_ffff;

const execveCall = declareLibc('execve', 'const char *, const char **, const char **');
const chrootCall = declareLibc('chroot', 'const char *');
const getrlimitCall = declareLibc('getrlimit', 'int, _Out_ void *');
const setrlimitCall = declareLibc('setrlimit', 'int, void *');
const schedSetschedulerCall = declareLibc('sched_setscheduler', 'int, int, void *');
const ioprioSetCall = declareLibc('ioprio_set', 'long, ...', { result: 'long', symbol: 'syscall' });
const signalCall = declareLibc('signal', 'int, void *', { result: 'intptr_t' });
const setsidCall = declareLibc('setsid', '');
const dup2Call = declareLibc('dup2', 'int, int');
const pollCall = declareLibc('poll', 'void *, unsigned long, int');

/** Runs another program in this process. Returns only by throwing. The caller has seen to descriptors and signals. */
export function execve(path: string, argv: readonly string[], env: readonly string[]): never {
  execveCall(path, [...argv, null], [...env, null]);
  throw new OsError('execve returned', { code: 'UNKNOWN', syscall: 'execve', path });
}

/** Does not change the working directory. */
export function chroot(path: string): void {
  chrootCall(path);
}

/** Sets the limits of open files, soft and hard. */
export function setOpenFilesLimit(soft: bigint, hard: bigint): void {
  const limits = Buffer.alloc(16);
  limits.writeBigUInt64LE(soft, 0);
  limits.writeBigUInt64LE(hard, 8);
  setrlimitCall(RLIMIT_NOFILE, limits);
}

/** The hard limit of open files. */
export function hardOpenFilesLimit(): bigint {
  const limits = Buffer.alloc(16);
  getrlimitCall(RLIMIT_NOFILE, limits);
  return limits.readBigUInt64LE(8);
}

/** Makes this process the leader of a session and a process group. `EPERM` if it leads a group already. */
export function startSession(): void {
  setsidCall();
}

/** Makes `onto` mean what `fd` means; it stays open over an exec. */
export function duplicateOnto(fd: number, onto: number): void {
  dup2Call(fd, onto);
}

/** @param policy SCHED_*. Applies to the thread that forks and execs, which is all a new program inherits. */
export function setProcessScheduler(policy: number, priority: number): void {
  const parameters = Buffer.alloc(4);
  parameters.writeInt32LE(priority);
  schedSetschedulerCall(0, policy, parameters);
}

/** The kernel's form of class and priority. */
export function ioPriorityMask(ioClass: number, priority: number): number {
  return (ioClass << IOPRIO_CLASS_SHIFT) | priority;
}

/** @throws {OsError} `ENOSYS` also where the number of the call is not known. */
export function setIoPriority(mask: number): void {
  const number = SYS_IOPRIO_SET[process.arch];
  if (number === undefined)
    throw new OsError('ioprio_set: ENOSYS', { code: 'ENOSYS', syscall: 'ioprio_set' });
  ioprioSetCall(number, 'int', IOPRIO_WHO_PROCESS, 'int', 0, 'int', mask);
}

/** Node ignores SIGPIPE and SIGXFSZ, and what is ignored stays ignored over an exec. */
export function resetIgnoredSignals(): void {
  for (const signo of [constants.signals.SIGPIPE, constants.signals.SIGXFSZ]) signalCall(signo, 0n);
}

/**
 * Blocks the whole process until one of the descriptors can be read or the time is over.
 * @param timeoutMs Any length; longer ones than poll(2) knows come back early.
 * @returns Which descriptors are readable; none after the time, or when a signal came.
 */
export function pollReadable(fds: readonly number[], timeoutMs: number): readonly number[] {
  const table = Buffer.alloc(Math.max(fds.length, 1) * POLLFD_BYTES);
  for (const [index, fd] of fds.entries()) {
    table.writeInt32LE(fd, index * POLLFD_BYTES);
    table.writeInt16LE(POLLIN, index * POLLFD_BYTES + POLLFD_EVENTS);
  }
  try {
    pollCall(table, fds.length, Math.max(0, Math.min(Math.ceil(timeoutMs), MAX_POLL_MS)));
  } catch (error) {
    if (!(error instanceof OsError) || error.code !== 'EINTR') throw error;
    return [];
  }
  return fds.filter((_, index) => table.readInt16LE(index * POLLFD_BYTES + POLLFD_REVENTS) !== 0);
}
