/**
 * The files of utmp(5) and wtmp(5): reading, and writing as pututline(3) and updwtmp(3) do it. Nothing here throws or
 * waits for long, because PID 1 writes them too; a file that is not there is not made.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import {
  decodeUtmp,
  encodeUtmp,
  findReplaced,
  UTMP_BYTES,
  type UtmpRecord,
} from '../../core/wire/utmp-record.ts';
import type { Millis } from '../../core/units.ts';
import { tryWriteLock } from '../libc/libc-file-lock.ts';
import { makeFolder } from '../file/make-folder.ts';
import { errorCode } from '../os-error.ts';

/** libc holds the lock for microseconds. Whoever holds it longer does not hold up PID 1 as well. */
const LOCK_TRIES = 10;
const LOCK_RETRY_MS: Millis = 1;

/** Far more than any utmp has; a file beyond that is something else, and not for PID 1 to read. */
const MAX_UTMP_BYTES: number = 16_384 * UTMP_BYTES;

/** A fifo or a terminal in place of the file must not hold anybody up. */
const CAREFUL: number = constants.O_NONBLOCK | constants.O_NOCTTY;

/** @returns The records of a file of the machine, in order; none where it is missing or cannot be read. */
export function readUtmp(path: string): readonly UtmpRecord[] {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | CAREFUL);
    return fstatSync(fd).isFile() ? decodeUtmp(readFileSync(fd)) : [];
  } catch {
    return [];
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * Makes utmp empty, and makes it if it is missing, as init does at its start.
 * @returns False if that cannot be done.
 */
export function startUtmp(path: string): boolean {
  try {
    makeFolder(dirname(path), 0o755);
    closeSync(openSync(path, constants.O_WRONLY | constants.O_CREAT | CAREFUL, 0o644));
    return change(path, (fd) => ftruncateSync(fd));
  } catch {
    return false;
  }
}

/**
 * Puts a record into utmp in place of the one it follows: the same id for processes, else the same type.
 * @param options.unless Told of the record that is to be replaced; true leaves it alone, and counts as written.
 * @returns False if the file is missing, cannot be written, or somebody holds a lock on it.
 */
export function putUtmp(
  path: string,
  record: UtmpRecord,
  options: { readonly unless?: (replaced: UtmpRecord) => boolean } = {},
): boolean {
  return change(path, (fd, size) => {
    const records = decodeUtmp(readStart(fd, size));
    const index = findReplaced(records, record);
    const replaced = records[index];
    if (replaced !== undefined && options.unless?.(replaced) === true) return;
    if (replaced === undefined) append(fd, size, record);
    else writeSync(fd, encodeUtmp(record), 0, UTMP_BYTES, index * UTMP_BYTES);
  });
}

/**
 * Appends a record to wtmp.
 * @returns False if the file is missing, cannot be written, or somebody holds a lock on it.
 */
export function appendWtmp(path: string, record: UtmpRecord): boolean {
  return change(path, (fd, size) => append(fd, size, record));
}

/** Half a record that somebody left at the end goes, and so does what a full disk leaves of this one. */
function append(fd: number, size: number, record: UtmpRecord): void {
  const end = size - (size % UTMP_BYTES);
  if (end !== size) ftruncateSync(fd, end);
  let written = 0;
  try {
    written = writeSync(fd, encodeUtmp(record), 0, UTMP_BYTES, end);
  } finally {
    if (written !== UTMP_BYTES) ftruncateSync(fd, end);
  }
  if (written !== UTMP_BYTES) throw new Error('short write');
}

function readStart(fd: number, size: number): Uint8Array {
  if (size > MAX_UTMP_BYTES) throw new Error('no utmp file');
  const bytes = new Uint8Array(size);
  return bytes.subarray(0, size === 0 ? 0 : readSync(fd, bytes, 0, size, 0));
}

/** Changes a file that is there, under the lock that libc takes for it. */
function change(path: string, act: (fd: number, size: number) => void): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDWR | CAREFUL);
    if (!fstatSync(fd).isFile() || !lock(fd)) return false;
    act(fd, fstatSync(fd).size);
    return true;
  } catch {
    return false;
  } finally {
    // Closing gives the lock back.
    if (fd !== undefined) closeSync(fd);
  }
}

/** Without FFI, or on a file system without locks, writing unlocked is better than not writing. */
function lock(fd: number): boolean {
  try {
    for (let tries = 1; !tryWriteLock(fd); tries++) {
      if (tries === LOCK_TRIES) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_RETRY_MS);
    }
    return true;
  } catch (error) {
    return ['ENOSYS', 'ENOLCK', 'EINVAL'].includes(errorCode(error));
  }
}
