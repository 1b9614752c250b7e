/**
 * Writing a pid file: a new file beside it that takes its name when the pid is in it, so that nobody ever reads half of
 * one. Only for the holder of the claim.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { formatSidecar } from '../../core/daemon/daemon-sidecar.ts';
import type { Pid } from '../../core/units.ts';
import { OsError } from '../os-error.ts';
import type { PidfileClaim } from './pidfile-claim.ts';
import { describeProcess } from '../process/process-view.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

export interface PreparedPidfile {
  /** Empty, beside the pid file. */
  readonly newPath: string;
  /** Open for writing: the pid, and the sidecar. */
  readonly fd: number;
  readonly sidecarFd: number;
  /** Closes both and removes what was not renamed. */
  readonly drop: () => void;
}

/**
 * Opens everything a daemon-to-be needs to write its pid. What can go wrong goes wrong here, while there is none yet.
 * @param mode Of the pid file, exactly.
 * @throws The error of open(2), or {OsError} `ELOOP` where the pid file is a link, `EISDIR` or `EINVAL` where it is
 *   something else than a file.
 */
export function preparePidfile(pidfile: string, mode: number, claim: PidfileClaim): PreparedPidfile {
  refuseNonFile(pidfile);
  const newPath = join(dirname(pidfile), `.${basename(pidfile)}.rcinit-new`);
  // Left by a start that was killed; nobody but the holder of the claim uses the name.
  rmSync(newPath, { force: true });
  const fd = openSync(newPath, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  try {
    fchmodSync(fd, mode);
    const sidecarFd = openSync(claim.paths.sidecar, O_CREAT | O_NOFOLLOW | O_TRUNC | O_WRONLY, 0o644);
    fchmodSync(sidecarFd, 0o644);
    for (const one of [fd, sidecarFd]) reserve(one);
    return { newPath, fd, sidecarFd, drop: () => drop(newPath, [fd, sidecarFd]) };
  } catch (error) {
    drop(newPath, [fd]);
    throw error;
  }
}

/** Writes the pid of a process that is running already, usually our own. @throws The error of write(2) or rename(2). */
export function commitPidfile(pidfile: string, pid: Pid, prepared: PreparedPidfile): void {
  const described = describeProcess(pid);
  if (described !== undefined) writeSync(prepared.sidecarFd, formatSidecar(described));
  writeSync(prepared.fd, `${pid}\n`);
  renameSync(prepared.newPath, pidfile);
}

/** A full disk is noticed now: the pid replaces this byte, from the same place on. */
function reserve(fd: number): void {
  writeSync(fd, ' ', 0);
}

function refuseNonFile(pidfile: string): void {
  const stats = lstatSync(pidfile, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return;
  const code = stats.isSymbolicLink() ? 'ELOOP' : stats.isDirectory() ? 'EISDIR' : 'EINVAL';
  throw new OsError(`"${pidfile}" is not a file`, { code, syscall: 'open', path: pidfile });
}

function drop(newPath: string, fds: readonly number[]): void {
  for (const fd of fds) closeSync(fd);
  rmSync(newPath, { force: true });
}
