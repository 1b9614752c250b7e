/** Where a file of a system root is on this machine, its own name never followed. */
import { accessSync, constants, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { inRoot } from '../file/in-root.ts';
import { errorCode } from '../os-error.ts';

/** The machine's path. Links in the folders above are followed, and never out of the root. */
export function placeInRoot(root: string, path: string): string {
  return join(inRoot(root, posix.dirname(path)), posix.basename(path));
}

/** A folder's path inside the root without links; what is missing of it keeps its name. */
function plainFolder(root: string, folder: string): string {
  if (root !== '/') return `/${posix.relative(root, inRoot(root, folder))}`;
  try {
    return realpathSync(folder);
  } catch {
    return folder === '/' ? '/' : join(plainFolder(root, posix.dirname(folder)), posix.basename(folder));
  }
}

/**
 * What a link at `path` has to say to lead to `name` below `folder`, wherever the root is seen from. Links below the folder stay
 * names.
 */
export function relativeTarget(root: string, path: string, folder: string, name: string): string {
  return posix.relative(plainFolder(root, posix.dirname(path)), posix.join(plainFolder(root, folder), name));
}

/** Whether two folders of the root are one. */
export function isSameFolder(root: string, a: string, b: string): boolean {
  return plainFolder(root, a) === plainFolder(root, b);
}

export interface SeenFile {
  readonly kind: 'folder' | 'link' | 'file';
  /** What a link says. */
  readonly target: string | undefined;
  /** Equal for two names of one file. */
  readonly identity: string;
}

/** Looks at the file itself, not through a link; undefined if there is none. */
export function seeFile(root: string, path: string): SeenFile | undefined {
  const place = placeInRoot(root, path);
  try {
    const stat = lstatSync(place, { bigint: true });
    const kind = stat.isDirectory() ? 'folder' : stat.isSymbolicLink() ? 'link' : 'file';
    const target = kind === 'link' ? readlinkSync(place) : undefined;
    return { kind, target, identity: `${stat.dev}:${stat.ino}` };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return undefined;
    throw error;
  }
}

/** The folder and those above it that are missing, those above first. */
export function missingFolders(root: string, folder: string): readonly string[] {
  const missing: string[] = [];
  for (let path = folder; path !== '/'; path = posix.dirname(path)) {
    if (seeFile('/', inRoot(root, path)) === undefined) missing.unshift(path);
  }
  return missing;
}

/** Why nothing can be written into the folder, e.g. EROFS, or undefined. A missing one is judged by the one above it. */
export function whyNotWritable(root: string, folder: string): string | undefined {
  try {
    accessSync(inRoot(root, folder), constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || folder === '/') return errorCode(error);
    return whyNotWritable(root, posix.dirname(folder));
  }
}

/** Whether there is an executable file at the path, through links too. */
export function isExecutable(root: string, path: string): boolean {
  try {
    accessSync(inRoot(root, path), constants.X_OK);
    return statSync(inRoot(root, path)).isFile();
  } catch {
    return false;
  }
}
