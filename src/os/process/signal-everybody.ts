/** Signalling all processes but a few, without missing those that are just being born. */
import type { Pid } from '../../core/units.ts';
import { isKernelThread } from './process-view.ts';
import { descendantsOf, listPids, readStat } from './procfs.ts';

export interface Scope {
  readonly omitted: ReadonlySet<Pid>;
  /** Only the descendants of this process; undefined: everybody but init. */
  readonly below: Pid | undefined;
}

const INIT: Pid = 1;

/**
 * Signals everybody in the scope but ourselves, our session, the kernel and who is omitted. They are all stopped first,
 * so that nobody can fork while we look; not if somebody is to be left in peace, who might depend on another.
 * @returns How many were signalled.
 */
export function signalEverybody(signo: number, scope: Scope): number {
  const stops = scope.omitted.size === 0;
  const stopped = stops ? stopAll(scope) : [];
  let count = 0;
  for (const pid of findTargets(scope)) if (send(pid, signo)) count += 1;
  for (const pid of stopped) send(pid, 'SIGCONT');
  return count;
}

/** Until a look finds nobody new: who was born before its parent was stopped is found then. */
function stopAll(scope: Scope): readonly Pid[] {
  const stopped = new Set<Pid>();
  for (;;) {
    const fresh = findTargets(scope).filter((pid) => !stopped.has(pid));
    if (fresh.length === 0) return [...stopped];
    for (const pid of fresh) {
      stopped.add(pid);
      send(pid, 'SIGSTOP');
    }
  }
}

function findTargets({ omitted, below }: Scope): readonly Pid[] {
  const session = readStat('self')?.sid;
  const candidates = below === undefined ? listPids() : descendantsOf(below);
  return candidates.filter((pid) => {
    if (pid === INIT || pid === process.pid || omitted.has(pid)) return false;
    const stat = readStat(pid);
    if (stat === undefined || stat.state === 'Z' || stat.state === 'X') return false;
    return stat.sid !== session && !isKernelThread(pid);
  });
}

function send(pid: Pid, signal: number | NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
