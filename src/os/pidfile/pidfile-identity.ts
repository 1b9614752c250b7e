/** Whether the process a pid file names is the one that was started for it. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import {
  compareIdentity,
  parseSidecar,
  type DaemonSidecar,
  type Identity,
} from '../../core/daemon/daemon-sidecar.ts';
import type { Pid } from '../../core/units.ts';
import { describeProcess } from '../process/process-view.ts';
import { rootSidecarPaths, sidecarPaths, type SidecarPlace } from './sidecar-folder.ts';

const MAX_BYTES = 128;

/** The sidecar of a pid file; undefined if we did not write that file, or nobody trustworthy wrote the sidecar. */
export function readSidecar(pidfile: string, place: SidecarPlace): DaemonSidecar | undefined {
  const ours = sidecarPaths(pidfile, place).sidecar;
  const roots = rootSidecarPaths(pidfile).sidecar;
  return readTrusted(ours) ?? (roots === ours ? undefined : readTrusted(roots));
}

/**
 * Compares a process with what was recorded.
 * @param pid What stands in the pid file now.
 * @returns `dead` if no process has that pid, or only a zombie.
 */
export function identifyDaemon(recorded: DaemonSidecar | undefined, pid: Pid): Identity | 'dead' {
  const now = describeProcess(pid);
  return now === undefined ? 'dead' : compareIdentity(recorded, now);
}

function readTrusted(path: string): DaemonSidecar | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { uid, mode } = fstatSync(fd);
      if ((uid !== 0 && uid !== process.geteuid?.()) || (mode & 0o022) !== 0) return undefined;
      const bytes = Buffer.alloc(MAX_BYTES);
      return parseSidecar(bytes.toString('latin1', 0, readSync(fd, bytes, 0, MAX_BYTES, 0)));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
