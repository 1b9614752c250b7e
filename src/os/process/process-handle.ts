/** A process that is certainly the one that was meant: signalled and waited for by pidfd, however often its pid is used. */
import { closeSync } from 'node:fs';
import type { Millis, Pid } from '../../core/units.ts';
import { ffiProblem, pidfdOpen, pidfdSendSignal } from '../libc/libc.ts';
import { pollReadable } from '../libc/libc-process.ts';
import { errorCode, OsError } from '../os-error.ts';

export interface ProcessHandle {
  readonly pid: Pid;
  /** Undefined without FFI or before Linux 5.3: then the pid has to do, and a moment remains in which it may change hands. */
  readonly pidfd: number | undefined;
}

/** Between two looks where there is nothing to wait on. */
const PAUSE_MS: Millis = 20;

/**
 * Gets hold of a process.
 * @param isMeant Asked when it cannot change any more which process is held.
 * @returns `gone` if there is no such process, or it is another one by now.
 */
export function holdProcess(pid: Pid, isMeant: () => boolean): ProcessHandle | 'gone' {
  const pidfd = tryPidfd(pid);
  if (pidfd === 'gone') return 'gone';
  const handle = { pid, pidfd };
  if (isMeant()) return handle;
  releaseProcess(handle);
  return 'gone';
}

export function releaseProcess({ pidfd }: ProcessHandle): void {
  if (pidfd !== undefined) closeSync(pidfd);
}

/** @throws {OsError} `ESRCH` if it has ended, `EPERM`, `EINVAL` if there is no such signal. */
export function signalProcess({ pid, pidfd }: ProcessHandle, signo: number): void {
  if (pidfd !== undefined) pidfdSendSignal(pidfd, signo);
  else signalByPid(pid, signo);
}

/** Blocks until one of them has ended or the time is over; may come back early. */
export function waitForEnd(handles: readonly ProcessHandle[], timeoutMs: Millis): void {
  const fds = handles.flatMap(({ pidfd }) => (pidfd === undefined ? [] : [pidfd]));
  if (fds.length === handles.length && fds.length > 0) {
    pollReadable(fds, timeoutMs);
    return;
  }
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(PAUSE_MS, timeoutMs));
}

function tryPidfd(pid: Pid): number | undefined | 'gone' {
  try {
    if (ffiProblem() === undefined) return pidfdOpen(pid);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return 'gone';
    // ENOSYS, EPERM of a seccomp profile, EMFILE, or EINVAL for a thread: the pid has to do.
  }
  return isThere(pid) ? undefined : 'gone';
}

/** Also for a process of somebody else, whom we may not signal. */
function isThere(pid: Pid): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

function signalByPid(pid: Pid, signo: number): void {
  try {
    process.kill(pid, signo);
  } catch (cause) {
    const code = errorCode(cause);
    throw new OsError(`kill: ${code}`, { code, syscall: 'kill', pid, cause });
  }
}
