/** State files below /run of a system root, whose folder may not exist yet. */
import { dirname } from 'node:path';
import { writeFileAtomicSync } from './atomic-file.ts';
import { inRoot } from './in-root.ts';
import { makeFolder } from './make-folder.ts';

/**
 * Replaces the file, world-readable.
 * @throws The error of mkdir, or {OsError} of the write.
 */
export function writeRunFile(root: string, path: string, text: string): void {
  const file = inRoot(root, path);
  makeFolder(dirname(file), 0o755);
  writeFileAtomicSync(file, text, 0o644);
}
