/** The fcntl(2) lock that libc takes on utmp and wtmp, without ever waiting for it. */
import { LITTLE_ENDIAN } from '../../core/wire/byte-order.ts';
import { declareLibc } from './ffi.ts';
import { errorCode } from '../os-error.ts';

const fcntl = declareLibc('fcntl', 'int, int, ...');

const F_SETLK = 6;
const F_WRLCK = 1;
/** `struct flock`, and as long on a 32-bit machine as it needs to be. All but the type at 0 is zero: the whole file. */
const FLOCK_BYTES = 32;

/**
 * Tries once for a write lock on the whole file. It belongs to this process and ends when any descriptor of the file
 * is closed.
 * @returns False if somebody else has a lock on it.
 * @throws {OsError} `ENOSYS` where there is no FFI; `ENOLCK`, `EBADF` …
 */
export function tryWriteLock(fd: number): boolean {
  const lock = Buffer.alloc(FLOCK_BYTES);
  if (LITTLE_ENDIAN) lock.writeInt16LE(F_WRLCK);
  else lock.writeInt16BE(F_WRLCK);
  try {
    fcntl(fd, F_SETLK, 'void *', lock);
    return true;
  } catch (error) {
    if (['EAGAIN', 'EACCES'].includes(errorCode(error))) return false;
    throw error;
  }
}
