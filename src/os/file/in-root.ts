/** Turns a path inside a system root into a path of the machine, never leaving the root through a link. */
import { readlinkSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { errorCode } from '../os-error.ts';

/** As many links as the kernel follows. */
const MAX_LINKS = 40;

/** Longer than any file name (NAME_MAX is 255), so that nothing can have it. */
const IMPOSSIBLE_NAME = 'too-many-symbolic-links'.padEnd(256, '-');

/**
 * Resolves `path` as the kernel would after chroot(root): absolute links start at the root again
 * and `..` stops there. Missing parts are kept as they are, so that files can be made. Where there are too many
 * links, the path is one that the kernel refuses with ELOOP.
 * @param root `/` or an absolute folder; with `/` the path is returned unchanged.
 * @param path Absolute inside the root.
 * @param lastLink `keep` leaves a link in the last component alone, to look at the link itself.
 */
export function inRoot(root: string, path: string, lastLink: 'follow' | 'keep' = 'follow'): string {
  if (root === '/') return path;
  const todo = path.split('/').filter((part) => part !== '');
  let done: string[] = [];
  let links = 0;
  while (todo.length > 0) {
    const part = todo.shift() ?? '';
    if (part === '.') continue;
    if (part === '..') {
      done = done.slice(0, -1);
      continue;
    }
    const target =
      lastLink === 'keep' && todo.length === 0 ? undefined : linkTarget(posix.join(root, ...done, part));
    if (target === undefined) {
      done.push(part);
      continue;
    }
    if (++links > MAX_LINKS) return loopingPath(root, posix.join(root, ...done, part));
    if (target.startsWith('/')) done = [];
    todo.unshift(...target.split('/').filter((piece) => piece !== ''));
  }
  return posix.join(root, ...done);
}

/**
 * The link itself where the kernel calls it a loop too. Else it might lead out of the root, and the path is one that
 * the kernel gives up (`/proc/self` is a link, too), and that still names nothing when `..` was taken out of it.
 */
function loopingPath(root: string, link: string): string {
  try {
    statSync(link);
  } catch (error) {
    if (errorCode(error) === 'ELOOP') return link;
  }
  return `/proc${'/self/..'.repeat(MAX_LINKS + 1)}/..${root}/${IMPOSSIBLE_NAME}`;
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (errorCode(error) === 'UNKNOWN') throw error;
    return undefined;
  }
}
