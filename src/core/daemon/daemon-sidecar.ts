/**
 * The sidecar: what we keep beside a pid file that we wrote. With a pid alone one cannot tell a daemon from a stranger
 * that was given its number later; with start time and boot id one can.
 */
import type { Pid } from '../units.ts';

export interface DaemonSidecar {
  readonly pid: Pid;
  /** Clock ticks after boot, field 22 of /proc/PID/stat. */
  readonly startTime: number;
  readonly bootId: string;
}

/** What the process that has the pid now is, compared with the one that was recorded. */
export type Identity =
  /** The daemon we started, without doubt. */
  | 'same'
  /** The number was given to another process since. */
  | 'recycled'
  /** The pid file is not ours, or somebody has written another pid into it since. */
  | 'unrecorded';

/** One line; the shim writes the same. */
export function formatSidecar({ pid, startTime, bootId }: DaemonSidecar): string {
  return `${pid} ${startTime} ${bootId}\n`;
}

/** @returns Undefined for what is no sidecar: empty, cut short, or somebody else's. */
export function parseSidecar(text: string): DaemonSidecar | undefined {
  const [, pid, startTime, bootId] = /^([1-9]\d*) (\d+) ([0-9a-f-]{36})\n/.exec(text) ?? [];
  if (pid === undefined || startTime === undefined || bootId === undefined) return undefined;
  return { pid: Number(pid), startTime: Number(startTime), bootId };
}

/** @param now The process that has the pid now. */
export function compareIdentity(recorded: DaemonSidecar | undefined, now: DaemonSidecar): Identity {
  if (recorded === undefined || recorded.pid !== now.pid) return 'unrecorded';
  return recorded.startTime === now.startTime && recorded.bootId === now.bootId ? 'same' : 'recycled';
}
