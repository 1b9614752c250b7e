/** A failed operation on the system, with the facts a message needs. */

export interface OsErrorFacts {
  /** The symbolic errno, e.g. `ENOENT`. */
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
  readonly pid?: number;
  readonly cause?: unknown;
}

export class OsError extends Error {
  override readonly name = 'OsError';
  readonly code: string;
  readonly syscall: string;
  readonly path: string | undefined;
  readonly pid: number | undefined;

  constructor(message: string, facts: OsErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.syscall = facts.syscall;
    this.path = facts.path;
    this.pid = facts.pid;
  }
}

/** The errno name of anything Node or this project throws; `UNKNOWN` where there is none. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'UNKNOWN';
}

const ERROR_TEXTS: Readonly<Record<string, string>> = {
  E2BIG: 'Argument list too long',
  EACCES: 'Permission denied',
  EAGAIN: 'Resource temporarily unavailable',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EINVAL: 'Invalid argument',
  EIO: 'Input/output error',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  EMFILE: 'Too many open files',
  ENAMETOOLONG: 'File name too long',
  ENOENT: 'No such file or directory',
  ENOEXEC: 'Exec format error',
  ENOMEM: 'Cannot allocate memory',
  ENOSPC: 'No space left on device',
  ENOSYS: 'Function not implemented',
  ENOTDIR: 'Not a directory',
  ENXIO: 'No such device or address',
  EPERM: 'Operation not permitted',
  EPIPE: 'Broken pipe',
  EROFS: 'Read-only file system',
  ESRCH: 'No such process',
  ETXTBSY: 'Text file busy',
};

/** What strerror(3) says of an errno name, in its words, so that our messages read like everybody's. */
export function errnoText(code: string): string {
  return ERROR_TEXTS[code] ?? code;
}

/** The same of an error that was thrown. Why a call of ours cannot be made at all stands in its message only. */
export function errorText(error: unknown): string {
  const isOurs = error instanceof OsError && error.code === 'ENOSYS';
  const known = isOurs ? undefined : ERROR_TEXTS[errorCode(error)];
  if (known !== undefined) return known;
  return error instanceof Error ? error.message : String(error);
}
