/** Settings of a process that its children and the program it becomes inherit: umask, nice level, schedulers. */
import { spawnSync } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import type { SchedulerChoice } from '../../core/daemon/scheduler-options.ts';
import { attempt } from './become-program.ts';
import { ffiProblem } from '../libc/libc.ts';
import { ioPriorityMask, setIoPriority, setProcessScheduler } from '../libc/libc-process.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';

export interface ProcessSettings {
  readonly umask: number | undefined;
  /** Added to the nice level. */
  readonly nice: number;
  readonly processScheduler: SchedulerChoice | undefined;
  readonly ioScheduler: SchedulerChoice | undefined;
}

const LOWEST_NICE = -20;
const HIGHEST_NICE = 19;
const UMASK_BITS = 0o777;

/**
 * Applies them to this process, in the original's order.
 * @returns Warnings: the I/O priority is not worth a failure.
 * @throws {OsError} With the original's text.
 */
export function adjustProcess(settings: ProcessSettings): readonly string[] {
  const { umask, nice, processScheduler, ioScheduler } = settings;
  if (umask !== undefined) process.umask(umask & UMASK_BITS);
  if (nice !== 0) attempt(`alter nice level by ${nice}`, () => addNice(nice));
  if (processScheduler !== undefined)
    attempt('set process scheduler', () => applyProcessScheduler(processScheduler));
  return ioScheduler === undefined ? [] : applyIoScheduler(ioScheduler);
}

/** As nice(3): what is out of range is the end of the range, and EACCES is called EPERM. */
function addNice(increment: number): void {
  try {
    setPriority(0, Math.max(LOWEST_NICE, Math.min(HIGHEST_NICE, getPriority(0) + increment)));
  } catch (cause) {
    const code = errorCode(cause) === 'ERR_SYSTEM_ERROR' ? 'EPERM' : errorCode(cause);
    throw new OsError(`nice: ${code}`, { code, syscall: 'nice', cause });
  }
}

function applyProcessScheduler({ name, number, priority }: SchedulerChoice): void {
  if (ffiProblem() === undefined) setProcessScheduler(number, priority);
  else runTool('chrt', [`--${name}`, '--pid', `${priority}`, `${process.pid}`]);
}

function applyIoScheduler({ number, priority }: SchedulerChoice): readonly string[] {
  const mask = ioPriorityMask(number, priority);
  try {
    if (ffiProblem() === undefined) setIoPriority(mask);
    else runTool('ionice', ['-c', `${number}`, '-n', `${priority}`, '-p', `${process.pid}`]);
    return [];
  } catch (error) {
    return [`unable to alter IO priority to mask ${mask} (${errorText(error)})`];
  }
}

/** util-linux, where there is no FFI. */
function runTool(name: string, args: readonly string[]): void {
  const { status, error } = spawnSync(name, args, { stdio: 'ignore' });
  if (status === 0) return;
  const code = error === undefined ? 'EPERM' : errorCode(error);
  throw new OsError(`${name}: ${code}`, { code, syscall: name, cause: error });
}
