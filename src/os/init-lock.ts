/** One init per system root: a kernel lock that lives exactly as long as its holder. */
import { closeSync, constants, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { INIT_LOCK } from '../core/system-paths.ts';
import { inRoot } from './in-root.ts';
import { ffiProblem, flock } from './libc.ts';
import { makeFolder } from './make-folder.ts';

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

/**
 * Takes the lock for the rest of this process.
 * @returns `held` if another init has it, `unknown` where it cannot be asked (no FFI, read-only root).
 */
export function takeInitLock(root: string): 'taken' | 'held' | 'unknown' {
  if (ffiProblem() !== undefined) return 'unknown';
  try {
    const path = inRoot(root, INIT_LOCK);
    makeFolder(dirname(path), 0o755);
    const fd = openSync(path, O_CREAT | O_NOFOLLOW | O_RDWR, 0o600);
    if (flock(fd, 'exclusive', { wait: false })) return 'taken';
    closeSync(fd);
    return 'held';
  } catch {
    return 'unknown';
  }
}
