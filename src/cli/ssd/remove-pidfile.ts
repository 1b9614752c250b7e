/** Removing the pid file of a daemon that was stopped or never came to be. */
import type { Pid } from '../../core/units.ts';
import { errorText } from '../../os/os-error.ts';
import { claimPidfile, type PidfileClaim } from '../../os/pidfile/pidfile-claim.ts';
import { removePidfile } from '../../os/pidfile/pidfile-remove.ts';
import type { SsdContext } from './context.ts';
import { failWith } from './failure.ts';
import type { Finder } from './find.ts';

/**
 * `--remove-pidfile`: under the claim, so that no daemon is just being written into the file. A live process in a file
 * that we did not write is a stranger if the criteria do not fit it: its pid file is as stale as a dead one's.
 * @param stopped Who was signalled.
 * @throws {SsdFailure} If it is there and cannot be removed.
 */
export async function removeOwnPidfile(
  context: SsdContext,
  finder: Finder,
  stopped: ReadonlySet<Pid>,
): Promise<void> {
  const { pidfile, place, request } = context;
  if (pidfile === undefined) return;
  let claim: PidfileClaim | undefined;
  try {
    claim = await claimPidfile(pidfile, place);
    const isOver: Parameters<typeof removePidfile>[1] = (pid, identity) =>
      stopped.has(pid) || (identity === 'unrecorded' && !finder.isMeant(pid));
    removePidfile(pidfile, isOver, claim, place);
  } catch (error) {
    throw failWith(`cannot remove pidfile '${request.pidfile}'`, errorText(error));
  } finally {
    await claim?.release();
  }
}
