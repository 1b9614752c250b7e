/** Replacing a file as a whole: a reader sees the old text or the new one, never a part. */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode, errorText, OsError } from '../os-error.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

export interface AtomicWriteOptions {
  /** Waits until the text is on the disk, so that it outlives a power failure. */
  readonly sync?: boolean;
  /** Whose the file is to be; ours when absent. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/**
 * Writes a temporary file beside `path` and renames it. On failure the temporary file is removed and the old file is
 * as it was. A link at `path` is replaced, not followed.
 * @param mode Exactly; the umask does not count.
 * @throws {OsError} With `path`: ENOSPC, EDQUOT, EFBIG, EROFS, EACCES, ENOENT (no such folder), EISDIR …
 */
export function writeFileAtomicSync(
  path: string,
  text: string | Uint8Array,
  mode: number,
  { sync = false, owner }: AtomicWriteOptions = {},
): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${randomSuffix()}`);
  let made = false;
  try {
    const fd = openSync(temporary, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
    made = true;
    try {
      writeWhole(fd, Buffer.from(text));
      // Before the mode: a change of owner takes set-user-ID away.
      if (owner !== undefined) fchownSync(fd, owner.uid, owner.gid);
      fchmodSync(fd, mode);
      if (sync) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    if (made) rmSync(temporary, { force: true });
    throw writeError(path, error);
  }
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(writeSync(fd, rest));
}

function randomSuffix(): string {
  return Math.random().toString(36).slice(2, 10);
}

function writeError(path: string, cause: unknown): OsError {
  return new OsError(`cannot write "${path}": ${errorText(cause)}`, {
    code: errorCode(cause),
    syscall: 'write',
    path,
    cause,
  });
}
