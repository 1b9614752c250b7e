/**
 * The stand-in for flock where there is no FFI: a folder with a time stamp (proper-lockfile). It is weaker: a holder that
 * was killed keeps it until the stamp is old, and it does not pass to the shim. Only for programs that end soon; never
 * in init, where the library's signal handlers would replace our own.
 */
import { errorCode, OsError } from './os-error.ts';
import type { Millis } from '../core/units.ts';

/** proper-lockfile takes no less. */
const SHORTEST_STALE_MS: Millis = 2_000;
const RETRY_MS: Millis = 25;

/**
 * Takes the lock for a file, which need not exist.
 * @param waitMs How long another holder is waited for.
 * @param staleMs How old a stamp must be to count as left by somebody killed: longer than a holder is ever at work without
 *   a pause in which the stamp could be renewed. At least 2000.
 * @returns What gives it back.
 * @throws {OsError} `EAGAIN` if it was held for all that time; or the error of mkdir(2).
 */
export async function takeFolderLock(
  path: string,
  waitMs: Millis,
  staleMs: Millis = SHORTEST_STALE_MS,
): Promise<() => Promise<void>> {
  const { lock } = await import('proper-lockfile');
  try {
    return await lock(path, {
      realpath: false,
      lockfilePath: `${path}.d`,
      stale: staleMs,
      retries: {
        retries: Math.ceil(waitMs / RETRY_MS),
        factor: 1,
        minTimeout: RETRY_MS,
        maxTimeout: RETRY_MS,
      },
      // The work it guards is short; that somebody took it over meanwhile can only be found out too late.
      onCompromised: () => undefined,
    });
  } catch (cause) {
    const code = errorCode(cause) === 'ELOCKED' ? 'EAGAIN' : errorCode(cause);
    throw new OsError(`cannot lock "${path}": ${code}`, { code, syscall: 'lock', path, cause });
  }
}
