/** A process as matching and identifying see it: read from /proc when asked, never kept. */
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import type { DaemonSidecar } from '../../core/daemon/daemon-sidecar.ts';
import type { FileIdentity, ProcessView } from '../../core/daemon/match.ts';
import type { Pid } from '../../core/units.ts';
import { bootId, readStat } from './procfs.ts';

/** Flag of stat(5): the process is a thread of the kernel. */
const PF_KTHREAD = 0x0020_0000;
const DELETED = ' (deleted)';

/** The same process cannot be promised for two answers; ask for the identity first and last where that matters. */
export function viewProcess(pid: Pid): ProcessView {
  return {
    exe: () => exeOf(pid),
    ppid: () => readStat(pid)?.ppid,
    uid: () => orUndefined(() => statSync(`/proc/${pid}`).uid),
    comm: () => readStat(pid)?.comm,
    argv: () => orUndefined(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')) ?? [],
  };
}

/** @throws The error of stat(2). */
export function identifyFile(path: string): FileIdentity {
  const { dev, ino } = statSync(path, { bigint: true });
  return { dev, ino };
}

/** What would stand in the sidecar of this process; undefined if there is none, or only its remains (a zombie). */
export function describeProcess(pid: Pid): DaemonSidecar | undefined {
  const stat = readStat(pid);
  const boot = bootId();
  if (stat === undefined || boot === undefined || isDead(stat.state)) return undefined;
  return { pid, startTime: stat.startTime, bootId: boot };
}

/** Undefined where there is no such file. */
export function fileIdentityOf(path: string): FileIdentity | undefined {
  return orUndefined(() => identifyFile(path));
}

/** Whether the process has the root folder that we have. */
export function isSameRoot(pid: Pid): boolean {
  const [theirs, ours] = [`/proc/${pid}/root`, '/proc/self/root'].map((path) =>
    orUndefined(() => readlinkSync(path)),
  );
  return theirs !== undefined && theirs === ours;
}

/** Also for what cannot be read. */
export function isKernelThread(pid: Pid): boolean {
  const text = orUndefined(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const flags = Number(text?.slice(text.lastIndexOf(')') + 2).split(' ')[6] ?? PF_KTHREAD);
  return (flags & PF_KTHREAD) !== 0;
}

/** False for kernel threads, zombies, and while a process changes its program. */
export function hasArguments(pid: Pid): boolean {
  return (orUndefined(() => readFileSync(`/proc/${pid}/cmdline`)) ?? []).length > 0;
}

export function isZombie(pid: Pid): boolean {
  const state = readStat(pid)?.state;
  return state !== undefined && isDead(state);
}

/** False for zombies: they only wait for their parent to look. */
export function isRunning(pid: Pid): boolean {
  const state = readStat(pid)?.state;
  return state !== undefined && !isDead(state);
}

function isDead(state: string): boolean {
  return state === 'Z' || state === 'X';
}

/**
 * The file the process runs, by what its name means now: after an upgrade that is the new file, and the old daemon
 * still matches. Some OpenVZ kernels put ` (deleted)` in front.
 */
function exeOf(pid: Pid): FileIdentity | undefined {
  return orUndefined(() => {
    let path = readlinkSync(`/proc/${pid}/exe`);
    if (path.endsWith(DELETED)) path = path.slice(0, -DELETED.length);
    else if (path.startsWith(`${DELETED.trimStart()}/`)) path = path.slice(DELETED.length - 1);
    return identifyFile(path);
  });
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
