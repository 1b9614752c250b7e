/** How paths inside a root are shown to people. */
import { posix } from 'node:path';

/** As an editor opens it from here: relative where it is below the current folder. */
export function shownPath(root: string, path: string, cwd: string): string {
  if (root === '/') return path;
  const full = posix.join(root, path);
  const relative = posix.relative(cwd, full);
  return relative.startsWith('..') ? full : relative;
}
