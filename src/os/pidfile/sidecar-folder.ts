/**
 * Where the lock and the sidecar of a pid file are: not beside it. There they would be in the way of `rmdir`, of scripts
 * that list or empty their run folder, and of daemons that own theirs; and whoever may write to the folder of a pid file
 * could hold the lock or replace the sidecar. They are in one folder that only the starting user writes to:
 *
 * - `ROOT/run/rcinit/pidfiles` for pid files below a system root that was named (`RCINIT_ROOT`),
 * - `/run/rcinit/pidfiles` for root,
 * - `$XDG_RUNTIME_DIR/rcinit/pidfiles`, else `/tmp/rcinit-UID/pidfiles`, for anybody else.
 *
 * The name tells the pid file: its resolved path with `/` as `%2F`. Nothing in there outlives a boot with a meaning, and
 * deleting it all at rest does no harm: pid files are then taken for foreign ones.
 */
import { lstatSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PIDFILES_DIR } from '../../core/system-paths.ts';
import { inRoot } from '../file/in-root.ts';
import { loadBuiltin } from '../load-builtin.ts';
import { OsError } from '../os-error.ts';
import { realPath } from '../file/real-path.ts';

/** What decides where sidecars are, from the caller's environment. */
export interface SidecarPlace {
  /** `/` or the absolute system root. */
  readonly root: string;
  /** XDG_RUNTIME_DIR. */
  readonly runtimeDir: string | undefined;
}

export interface SidecarPaths {
  readonly folder: string;
  readonly lock: string;
  readonly sidecar: string;
}

/** Longer names get a hash instead of their beginning; the kernel's limit is 255 with our suffix. */
const MAX_NAME_BYTES = 200;

/** @param pidfile Absolute; the folder it is in need not exist. */
export function sidecarPaths(pidfile: string, place: SidecarPlace): SidecarPaths {
  const path = join(realPath(dirname(pidfile)), basename(pidfile));
  return pathsIn(folderFor(path, place), path);
}

/** Root's, for anybody who only wants to know: sidecars are readable for all. */
export function rootSidecarPaths(pidfile: string): SidecarPaths {
  const path = join(realPath(dirname(pidfile)), basename(pidfile));
  return pathsIn(PIDFILES_DIR, path);
}

/**
 * Makes the folder and looks whether it is safe.
 * @throws {OsError} `EPERM` if others may write to it or own it; or the error of mkdir(2).
 */
export function makeSidecarFolder(folder: string): void {
  for (const path of [dirname(folder), folder]) {
    mkdirSync(path, { recursive: true, mode: 0o755 });
    const stats = lstatSync(path);
    const isOurs = stats.uid === process.geteuid?.() || stats.uid === 0;
    if (stats.isDirectory() && isOurs && (stats.mode & 0o022) === 0) continue;
    throw new OsError(`others can write to "${path}"`, { code: 'EPERM', syscall: 'open', path });
  }
}

function folderFor(path: string, { root, runtimeDir }: SidecarPlace): string {
  if (root !== '/' && [root, realPath(root)].some((top) => path.startsWith(`${top}/`)))
    return inRoot(root, PIDFILES_DIR);
  const uid = process.geteuid?.() ?? 0;
  if (uid === 0) return PIDFILES_DIR;
  return runtimeDir?.startsWith('/') === true && ownerOf(runtimeDir) === uid
    ? join(runtimeDir, 'rcinit/pidfiles')
    : `/tmp/rcinit-${uid}/pidfiles`;
}

function ownerOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.uid;
}

function pathsIn(folder: string, path: string): SidecarPaths {
  const stem = join(folder, nameFor(path));
  return { folder, lock: `${stem}.lock`, sidecar: `${stem}.id` };
}

function nameFor(path: string): string {
  const name = path.replaceAll('%', '%25').replaceAll('/', '%2F');
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  // Loaded only here: it would cost every call its share of the start-up.
  const { createHash } = loadBuiltin('node:crypto');
  return `${createHash('sha256').update(path).digest('hex')}-${basename(path).slice(-40)}`;
}
