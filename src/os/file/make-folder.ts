/** Making a folder with those above it. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../os-error.ts';

/**
 * Makes the folder and every missing one above it.
 * Not with Node's own `recursive`: where the system says ENOENT of a folder although the one above is there (below
 * `/proc`), or of one in `/` because our root was deleted, that tries the same two for ever, and PID 1 with it.
 * @throws The error of mkdir, e.g. ENOENT, EROFS, or EEXIST for a file in the way.
 */
export function makeFolder(path: string, mode = 0o777): void {
  // Nearly always it is there, and an exception costs many times a look.
  if (isFolderThere(path)) return;
  try {
    makeOne(path, mode);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path), mode);
    makeOne(path, mode);
  }
}

function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // On a read-only file system a folder that is there is EROFS to some kernels, not EEXIST.
    if (errorCode(error) === 'ENOENT' || !isFolderThere(path)) throw error;
  }
}

function isFolderThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
