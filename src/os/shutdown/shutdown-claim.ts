/**
 * One waiting shutdown per system root. The pid file is sysvinit's; beside it a kernel lock, which ends with its holder,
 * decides between ours, so that neither a race nor a file left behind matters. A shutdown of sysvinit holds no lock and
 * is known by its name.
 */
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parsePidText } from '../../core/daemon/pidfile-text.ts';
import { SHUTDOWN_LOCK, SHUTDOWN_PID } from '../../core/system-paths.ts';
import type { Pid } from '../../core/units.ts';
import { writeFileAtomicSync } from '../file/atomic-file.ts';
import { inRoot } from '../file/in-root.ts';
import { ffiProblem, flock } from '../libc/libc.ts';
import { makeFolder } from '../file/make-folder.ts';
import { isRunning, viewProcess } from '../process/process-view.ts';
import { readTextIfAny } from '../file/text-file.ts';

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
/** `shutdown`, `node …/shutdown`, `node …/rcinit shutdown`. */
const NAME_WITHIN_WORDS = 3;

export type ShutdownClaim =
  | { readonly kind: 'running' }
  | {
      readonly kind: 'claimed';
      /** The machine's path of a pid file that could not be written. */
      readonly unwritable: string | undefined;
      /** Removes the pid file; may be called more than once. */
      readonly release: () => void;
    };

/** Takes the place of the one shutdown. A pid file that nobody stands behind is replaced. */
export function claimShutdown(root: string): ShutdownClaim {
  const lock = tryLock(root);
  if (lock === 'held') return { kind: 'running' };
  const pid = readShutdownPid(root);
  if (pid !== undefined && pid !== process.pid && isShutdown(pid)) {
    if (lock !== undefined) closeSync(lock);
    return { kind: 'running' };
  }
  const path = inRoot(root, SHUTDOWN_PID, 'keep');
  const unwritable = writePid(path) ? undefined : path;
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    if (unwritable === undefined) rmSync(path, { force: true });
    if (lock !== undefined) closeSync(lock);
  };
  return { kind: 'claimed', unwritable, release };
}

/** @returns The pid in the pid file, whether it lives or not; undefined if there is none. */
export function readShutdownPid(root: string): Pid | undefined {
  const found = parsePidText(readTextIfAny(root, SHUTDOWN_PID) ?? '');
  return found.kind === 'pid' ? found.pid : undefined;
}

/** Whether the process in the pid file is a shutdown, and not one that was given its number since. */
export function isShutdownRunning(root: string, pid: Pid): boolean {
  if (!isRunning(pid)) return false;
  const lock = tryLock(root);
  if (typeof lock === 'number') closeSync(lock);
  return lock === 'held' || isShutdown(pid);
}

function isShutdown(pid: Pid): boolean {
  if (!isRunning(pid)) return false;
  const words = viewProcess(pid).argv().slice(0, NAME_WITHIN_WORDS);
  return words.some((word) => basename(word) === 'shutdown');
}

/** The file is for its owner only: whoever can open it could hold it. @returns Undefined where no lock can be had. */
function tryLock(root: string): number | 'held' | undefined {
  if (ffiProblem() !== undefined) return undefined;
  try {
    const path = inRoot(root, SHUTDOWN_LOCK);
    makeFolder(dirname(path), 0o755);
    const fd = openSync(path, O_CREAT | O_NOFOLLOW | O_RDWR, 0o600);
    if (flock(fd, 'exclusive', { wait: false })) return fd;
    closeSync(fd);
    return 'held';
  } catch {
    return undefined;
  }
}

function writePid(path: string): boolean {
  try {
    makeFolder(dirname(path), 0o755);
    writeFileAtomicSync(path, `${process.pid}\n`, 0o644);
    return true;
  } catch {
    return false;
  }
}
