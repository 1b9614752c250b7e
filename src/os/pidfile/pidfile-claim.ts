/**
 * The claim of a pid file: from here to the release nobody else starts a daemon for it.
 *
 * It is a kernel lock on an open file description. The shim inherits the descriptor, so the claim holds until the pid is
 * on disk even if the starter is killed, and ends by itself when both are gone: no clock, no stale lock.
 */
import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Millis } from '../../core/units.ts';
import { ffiProblem, flock } from '../libc/libc.ts';
import { takeFolderLock } from '../file/lock.ts';
import { errorCode, OsError } from '../os-error.ts';
import { makeSidecarFolder, sidecarPaths, type SidecarPaths, type SidecarPlace } from './sidecar-folder.ts';

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

/** Longer than any start takes that is not stuck; only a live starter can make us wait. */
const MAX_WAIT_MS: Millis = 30_000;
const FIRST_PAUSE_MS: Millis = 1;
const LONGEST_PAUSE_MS: Millis = 16;
/** So often it is asked whether the stand-in for the lock is still needed. */
const FOLDER_LOCK_TRY_MS: Millis = 100;

export interface PidfileClaim {
  readonly paths: SidecarPaths;
  /** The locked descriptor, for the shim to inherit; without FFI one that guards nothing. */
  readonly fd: number;
  readonly release: () => Promise<void>;
}

/**
 * Waits for other starters and takes the claim.
 * @param pidfile Absolute.
 * @param isNeedless Asked again and again while somebody else has the claim: whether it need not be had any more, because
 *   the daemon runs. Then the result is undefined.
 * @throws {OsError} `EAGAIN` if another start is stuck, or why the lock file cannot be made or must not be trusted.
 */
export function claimPidfile(pidfile: string, place: SidecarPlace): Promise<PidfileClaim>;
export function claimPidfile(
  pidfile: string,
  place: SidecarPlace,
  isNeedless: () => boolean,
): Promise<PidfileClaim | undefined>;
export async function claimPidfile(
  pidfile: string,
  place: SidecarPlace,
  isNeedless: () => boolean = () => false,
): Promise<PidfileClaim | undefined> {
  const paths = sidecarPaths(pidfile, place);
  makeSidecarFolder(paths.folder);
  if (ffiProblem() === undefined) return lockFile(paths, isNeedless);
  const unlock = await waitForFolderLock(paths, isNeedless);
  return unlock && makeClaim(paths, openLock(paths.lock), unlock);
}

/** Giving a claim back twice does nothing. */
function makeClaim(paths: SidecarPaths, fd: number, unlock?: () => Promise<void>): PidfileClaim {
  let isHeld = true;
  const release = async () => {
    if (!isHeld) return;
    isHeld = false;
    closeSync(fd);
    await unlock?.();
  };
  return { paths, fd, release };
}

async function lockFile(paths: SidecarPaths, isNeedless: () => boolean): Promise<PidfileClaim | undefined> {
  const deadline = performance.now() + MAX_WAIT_MS;
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    const fd = openLock(paths.lock);
    if (flock(fd, 'exclusive', { wait: false })) {
      if (isStillThere(fd, paths.lock)) return makeClaim(paths, fd);
      closeSync(fd);
      continue;
    }
    closeSync(fd);
    if (isNeedless()) return undefined;
    if (performance.now() > deadline) {
      throw new OsError(`locked: ${paths.lock}`, { code: 'EAGAIN', syscall: 'flock', path: paths.lock });
    }
    await delay(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** Where there is no FFI. */
async function waitForFolderLock(
  { lock }: SidecarPaths,
  isNeedless: () => boolean,
): Promise<(() => Promise<void>) | undefined> {
  const deadline = performance.now() + MAX_WAIT_MS;
  for (;;) {
    try {
      return await takeFolderLock(lock, FOLDER_LOCK_TRY_MS);
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN' || performance.now() > deadline) throw error;
      if (isNeedless()) return undefined;
    }
  }
}

/** Whoever removed the file while we waited has let others in under a new one. */
function isStillThere(fd: number, path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && stats.ino === fstatSync(fd).ino;
}

/** 0600: whoever can open it can hold it. */
function openLock(path: string): number {
  const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  const stats = fstatSync(fd);
  if (stats.isFile() && stats.uid === process.geteuid?.()) return fd;
  closeSync(fd);
  throw new OsError(`"${path}" is not our file`, { code: 'EPERM', syscall: 'open', path });
}
