/**
 * The lock of the link farm: whoever changes links holds it from the first look to the last change. A kernel lock on
 * `.rcinit-links.lock` beside the link directories, which ends with its holder, however that ends; the file goes when
 * nobody needs it. Where there is no FFI, or no such lock on that file system, a folder with a time stamp stands in.
 */
import { closeSync, constants, fstatSync, openSync, statSync, unlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Millis } from '../../core/units.ts';
import type { FarmPlace } from './farm-paths.ts';
import { inRoot } from '../file/in-root.ts';
import { ffiProblem, flock } from '../libc/libc.ts';
import { takeFolderLock } from '../file/lock.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

const NAME = '.rcinit-links.lock';
const FIRST_PAUSE_MS: Millis = 2;
/** Of two hundred who wait, one asks every millisecond; more would take the processor from the holder. */
const LONGEST_PAUSE_MS: Millis = 200;
/** Longer than any holder is at work without a pause, so that nobody takes the lock of one who lives. */
const STALE_MS: Millis = 5_000;

/**
 * Takes the lock.
 * @param waitMs How long another holder is waited for; with 0 it is tried once.
 * @returns What gives it back. On a file system that is read-only there is nothing to guard, and none is taken.
 * @throws {OsError} `EAGAIN` if it was held for all that time; or why it cannot be made.
 */
export async function takeFarmLock(
  { root, initDir }: FarmPlace,
  waitMs: Millis,
): Promise<() => void | Promise<void>> {
  const path = inRoot(root, posix.join(initDir, '..', NAME), 'keep');
  if (ffiProblem() !== undefined) return takeFolderLock(path, waitMs, STALE_MS);
  const deadline = performance.now() + waitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const result = tryLock(path);
    if (result === 'removed') continue;
    if (typeof result === 'function') return result;
    if (result === 'unsupported')
      return takeFolderLock(path, Math.max(0, deadline - performance.now()), STALE_MS);
    if (performance.now() >= deadline) throw heldError(path, waitMs);
    // Those who began to wait together shall not go on asking together.
    await delay(pauseMs * (0.5 + Math.random()));
  }
}

/** `removed`: by its last holder, between our look and our lock. */
type Attempt = (() => void) | 'held' | 'removed' | 'unsupported';

function tryLock(path: string): Attempt {
  const fd = openLock(path);
  if (fd === undefined) return () => undefined;
  try {
    const isLocked = flock(fd, 'exclusive', { wait: false });
    if (isLocked && isStillThere(fd, path)) return () => release(fd, path);
    closeSync(fd);
    return isLocked ? 'removed' : 'held';
  } catch (error) {
    closeSync(fd);
    if (['EBADF', 'EINVAL', 'ENOLCK', 'ENOSYS', 'ENOTSUP'].includes(errorCode(error))) return 'unsupported';
    throw lockError(path, error);
  }
}

function openLock(path: string): number | undefined {
  try {
    return openSync(path, O_CREAT | O_NOFOLLOW | O_RDWR, 0o600);
  } catch (error) {
    if (errorCode(error) === 'EROFS') return undefined;
    throw lockError(path, error);
  }
}

/** The last holder removed the file; who opened it before that has a lock that nobody else sees. */
function isStillThere(fd: number, path: string): boolean {
  const ours = fstatSync(fd);
  const there = statSync(path, { throwIfNoEntry: false });
  return there !== undefined && there.ino === ours.ino && there.dev === ours.dev;
}

function release(fd: number, path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // A file that stays is a lock that is free.
  }
  closeSync(fd);
}

function heldError(path: string, waitMs: Millis): OsError {
  const why = `held by another run for more than ${waitMs / 1_000} s; see who has it: fuser "${path}"`;
  return new OsError(`cannot lock "${path}": ${why}`, { code: 'EAGAIN', syscall: 'flock', path });
}

function lockError(path: string, cause: unknown): OsError {
  const code = errorCode(cause);
  return new OsError(`cannot lock "${path}": ${errorText(cause)}`, { code, syscall: 'flock', path, cause });
}
