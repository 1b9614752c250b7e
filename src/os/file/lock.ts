/**
 * The stand-in for flock where there is no FFI: a folder with a time stamp (proper-lockfile). It is weaker: a holder that
 * was killed keeps it until the stamp is old, and it does not pass to the shim. Only for programs that end soon; never
 * in init, where the library's signal handlers would replace our own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNow } from '../clock.ts';
import { errnoText, errorCode, OsError } from '../os-error.ts';
import type { Millis } from '../../core/units.ts';

/** proper-lockfile takes no less. */
const SHORTEST_STALE_MS: Millis = 2_000;
const RETRY_MS: Millis = 25;

/**
 * Takes the lock for a file, which need not exist.
 * @param waitMs How long another holder is waited for.
 * @param staleMs How old a stamp must be to count as left by somebody killed: longer than a holder is ever at work without
 *   a pause in which the stamp could be renewed. At least 2000.
 * @returns What gives it back.
 * @throws {OsError} `EAGAIN` if it was held for all that time; or the error of mkdir(2), at once.
 */
export async function takeFolderLock(
  path: string,
  waitMs: Millis,
  staleMs: Millis = SHORTEST_STALE_MS,
): Promise<() => Promise<void>> {
  const { lock } = await import('proper-lockfile');
  const deadline = monotonicNow() + waitMs;
  for (;;) {
    try {
      // Its own retries would also wait for a folder that is not there, or not ours to write to.
      return await lock(path, {
        realpath: false,
        lockfilePath: `${path}.d`,
        stale: staleMs,
        // The work it guards is short; that somebody took it over meanwhile can only be found out too late.
        onCompromised: () => undefined,
      });
    } catch (cause) {
      const code = errorCode(cause) === 'ELOCKED' ? 'EAGAIN' : errorCode(cause);
      if (code !== 'EAGAIN' || monotonicNow() >= deadline)
        throw new OsError(`cannot lock "${path}": ${errnoText(code)}`, {
          code,
          syscall: 'lock',
          path,
          cause,
        });
    }
    await sleep(RETRY_MS);
  }
}
