/** One init per system root: a kernel lock that lives exactly as long as its holder. */
import { closeSync, constants, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { INIT_LOCK } from '../../core/system-paths.ts';
import { keepHanded } from './handed-state.ts';
import { inRoot } from '../file/in-root.ts';
import { ffiProblem, flock } from '../libc/libc.ts';
import { makeFolder } from '../file/make-folder.ts';

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;

/** The descriptor is the lock: whoever has it open holds it. */
export type InitLock =
  | { readonly kind: 'taken'; readonly fd: number }
  | { readonly kind: 'held' }
  | { readonly kind: 'unknown' };

/**
 * Takes the lock for the rest of this process.
 * @param handed The descriptor that held it before a re-exec.
 * @returns `held` if another init has it, `unknown` where it cannot be asked (no FFI, read-only root).
 */
export function takeInitLock(root: string, handed?: number): InitLock {
  if (ffiProblem() !== undefined) return { kind: 'unknown' };
  try {
    const path = inRoot(root, INIT_LOCK);
    if (handed !== undefined && keepHanded(handed, path)) return { kind: 'taken', fd: handed };
    makeFolder(dirname(path), 0o755);
    const fd = openSync(path, O_CREAT | O_NOFOLLOW | O_RDWR, 0o600);
    if (flock(fd, 'exclusive', { wait: false })) return { kind: 'taken', fd };
    closeSync(fd);
    return { kind: 'held' };
  } catch {
    return { kind: 'unknown' };
  }
}
