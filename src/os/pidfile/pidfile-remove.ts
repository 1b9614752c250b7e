/** Removing a pid file, and never that of a daemon which was started meanwhile. */
import { rmSync, unlinkSync } from 'node:fs';
import type { Pid } from '../../core/units.ts';
import { errorCode } from '../os-error.ts';
import type { PidfileClaim } from './pidfile-claim.ts';
import { identifyDaemon, readSidecar } from './pidfile-identity.ts';
import { readPidfile } from './pidfile-read.ts';
import type { SidecarPlace } from './sidecar-folder.ts';

/**
 * Removes the pid file with its sidecar if what it names is over.
 * @param claim Held by the caller, so that nobody writes the file between the look and the removal.
 * @param isOver Judges a live process in the file: whether the file is stale all the same, because the caller has ended
 *   that process or knows it for a stranger. `unrecorded` is one that we did not start for this file.
 * @returns `kept` if there is a live daemon in the file, `missing` if there was no file.
 * @throws The error of unlink(2).
 */
export function removePidfile(
  pidfile: string,
  isOver: (pid: Pid, identity: 'same' | 'unrecorded') => boolean,
  claim: PidfileClaim,
  place: SidecarPlace,
): 'removed' | 'kept' | 'missing' {
  const reading = readPidfile(pidfile, false);
  if (reading.kind === 'pid' && isInUse(pidfile, reading.pid, isOver, place)) return 'kept';
  try {
    unlinkSync(pidfile);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'missing';
    throw error;
  }
  rmSync(claim.paths.sidecar, { force: true });
  // Those who wait for this lock notice that its name is gone, and take a new one.
  rmSync(claim.paths.lock, { force: true });
  return 'removed';
}

/** A process that has the number by chance is nobody. */
function isInUse(
  pidfile: string,
  pid: Pid,
  isOver: Parameters<typeof removePidfile>[1],
  place: SidecarPlace,
): boolean {
  const identity = identifyDaemon(readSidecar(pidfile, place), pid);
  return identity !== 'dead' && identity !== 'recycled' && !isOver(pid, identity);
}
