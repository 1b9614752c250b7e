import { statSync } from 'node:fs';
import { inRoot } from './in-root.ts';

/** Whether a path of a system root names a plain file, or a link to one. */
export function isFile(root: string, path: string): boolean {
  try {
    return statSync(inRoot(root, path)).isFile();
  } catch {
    return false;
  }
}
