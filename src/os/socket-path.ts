/** Unix socket paths longer than the kernel takes: reached through a descriptor of their folder. */
import { closeSync, constants, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** sun_path with its final NUL, in bytes. */
const MAX_PATH_BYTES = 107;

export interface SocketPath {
  /** Short enough, and means the same file until `release`. */
  readonly path: string;
  readonly release: () => void;
}

/** @throws The error of open(2) if the path is long and its folder does not exist. */
export function shortSocketPath(path: string): SocketPath {
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return { path, release: () => undefined };
  const fd = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${fd}/${basename(path)}`, release: () => closeSync(fd) };
}
