/** The files by which a shutdown speaks to programs: who may log in, and what the next boot does about file systems. */
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { FASTBOOT, FORCEFSCK, NOLOGIN } from '../../core/system-paths.ts';
import { writeFileAtomicSync } from '../file/atomic-file.ts';
import { inRoot } from '../file/in-root.ts';

const { O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * Keeps users out from now on; the text is what login programs show.
 * @throws {OsError} As writeFileAtomicSync.
 */
export function writeNologin(root: string, text: string): void {
  writeFileAtomicSync(inRoot(root, NOLOGIN, 'keep'), text, 0o644);
}

export function removeNologin(root: string): void {
  remove(root, NOLOGIN);
}

/**
 * Asks the next boot to skip checking the file systems, or to check all.
 * @throws The error of open(2), e.g. EROFS.
 */
export function makeBootFile(root: string, which: 'fast' | 'check'): void {
  const path = inRoot(root, which === 'fast' ? FASTBOOT : FORCEFSCK, 'keep');
  closeSync(openSync(path, O_CREAT | O_NOFOLLOW | O_WRONLY, 0o644));
}

export function removeBootFiles(root: string): void {
  for (const path of [FASTBOOT, FORCEFSCK]) remove(root, path);
}

function remove(root: string, path: string): void {
  try {
    rmSync(inRoot(root, path, 'keep'), { force: true });
  } catch {
    // A read-only file system keeps it, and would have kept us from making it.
  }
}
