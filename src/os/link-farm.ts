/** Changes the link farm: applies a plan, under the lock that keeps two of those who change it apart. */
import { mkdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { posix } from 'node:path';
import type { FarmPlan, LinkChange } from '../core/rc-links.ts';
import type { Millis } from '../core/units.ts';
import { writeFileAtomicSync } from './atomic-file.ts';
import { linkDir, type FarmPaths } from './farm-paths.ts';
import { inRoot } from './in-root.ts';
import { takeFolderLock } from './lock.ts';
import { errorCode, errorText, OsError } from './os-error.ts';

/** dpkg configures hundreds of packages one after the other; each run takes a fraction of a second. */
const LOCK_WAIT_MS: Millis = 120_000;
const LOCK_NAME = '.rcinit-links';
const DIR_MODE = 0o755;
const FILE_MODE = 0o644;

/**
 * Holds the lock of the farm while something reads it, plans and changes it.
 * @throws {OsError} Where the lock cannot be had; and whatever `work` throws.
 */
export async function withFarmLock<T>(paths: FarmPaths, work: () => T | Promise<T>): Promise<T> {
  const release = await takeFolderLock(
    inRoot(paths.root, posix.join(paths.initDir, '..', LOCK_NAME)),
    LOCK_WAIT_MS,
  );
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * Applies a plan, which was made from what is there now. The caller holds the lock.
 * @throws {OsError} The first operation that failed; what was done before it stays done.
 */
export function applyFarmPlan(paths: FarmPaths, plan: FarmPlan): void {
  for (const level of plan.makeDirs)
    attempt('make', linkDir(paths, level), (dir) => mkdirSync(dir, DIR_MODE));
  for (const change of plan.changes) applyChange(linkDir(paths, change.level), change);
  for (const { name, text } of plan.files)
    writeFileAtomicSync(posix.join(inRoot(paths.root, paths.dependDir), name), text, FILE_MODE);
}

function applyChange(dir: string, change: LinkChange): void {
  if (change.kind !== 'add') {
    const old = change.kind === 'remove' ? change.name : change.from;
    attempt('remove', `${dir}/${old}`, (path) => unlinkSync(path));
  }
  if (change.kind !== 'remove') {
    const name = change.kind === 'add' ? change.name : change.to;
    attempt('make', `${dir}/${name}`, (path) => symlinkSync(change.target, path));
  }
}

function attempt(verb: string, path: string, operation: (path: string) => void): void {
  try {
    operation(path);
  } catch (cause) {
    const code = errorCode(cause);
    throw new OsError(`cannot ${verb} "${path}": ${errorText(cause)}`, { code, syscall: verb, path, cause });
  }
}
