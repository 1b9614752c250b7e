/** Which processes a request means, now. */
import type { DaemonSidecar } from '../../core/daemon/daemon-sidecar.ts';
import { isWithoutCriteria, matchesCriteria } from '../../core/daemon/match.ts';
import type { SsdCommand } from '../../core/daemon/ssd-options.ts';
import type { Pid } from '../../core/units.ts';
import { errnoText } from '../../os/os-error.ts';
import { identifyDaemon, readSidecar } from '../../os/pidfile/pidfile-identity.ts';
import { readPidfile, type PidfileReading } from '../../os/pidfile/pidfile-read.ts';
import { isRunning, isZombie, viewProcess } from '../../os/process/process-view.ts';
import { listPids } from '../../os/process/procfs.ts';
import type { SsdContext } from './context.ts';
import { failWith, SsdFailure } from './failure.ts';

export interface Finding {
  readonly kind: 'running' | 'dead-pidfile' | 'dead' | 'unknown';
  readonly pids: readonly Pid[];
}

export interface Finder {
  readonly find: () => Finding;
  /** Whether a pid is meant; asked again when it cannot change hands any more. */
  readonly isMeant: (pid: Pid) => boolean;
}

const DEAD: Finding = { kind: 'dead', pids: [] };
const INIT: Pid = 1;

/**
 * Makes a finder for one run. A pid that was read from a pid file stays the one that is meant: what is written there
 * later is another daemon.
 */
export function makeFinder(context: SsdContext): Finder {
  const { request, pidfile } = context;
  let read: { readonly pid: Pid; readonly sidecar: DaemonSidecar | undefined } | undefined;
  const isMeant = (pid: Pid) => isMeantAs(context, pid, read?.sidecar);
  const find = (): Finding => {
    if (request.pid !== undefined) return isMeant(request.pid) ? running([request.pid]) : DEAD;
    if (pidfile === undefined) return scan(isMeant);
    if (read === undefined) {
      const reading = readPidfile(pidfile, isOnlyCriterion(context));
      if (reading.kind !== 'pid') return judgeReading(context, reading);
      const sidecar = readSidecar(pidfile, context.place);
      if (isImplausible(context, reading.pid, sidecar)) return { kind: 'unknown', pids: [] };
      read = { pid: reading.pid, sidecar };
    }
    return isMeant(read.pid) ? running([read.pid]) : { kind: 'dead-pidfile', pids: [] };
  };
  return { find, isMeant };
}

function running(pids: readonly Pid[]): Finding {
  return { kind: 'running', pids };
}

function scan(isMeant: (pid: Pid) => boolean): Finding {
  const all = listPids();
  if (all.length === 0) throw new SsdFailure('nothing in /proc - not mounted?');
  const pids = all.filter(isMeant);
  return pids.length > 0 ? running(pids) : DEAD;
}

/**
 * What `--stop` does not ask is whether the process lives: the attempt to signal it says so, in the original's words.
 * A daemon that we started for this pid file counts for `--start` whatever else was asked: there are never two.
 */
function isMeantAs({ criteria, request }: SsdContext, pid: Pid, sidecar: DaemonSidecar | undefined): boolean {
  if (pid === process.pid || isZombie(pid)) return false;
  const command: SsdCommand = request.command;
  if (sidecar?.pid === pid) {
    const identity = identifyDaemon(sidecar, pid);
    if (identity !== 'same') return false;
    if (command === 'start') return true;
  }
  if (!matchesCriteria(criteria, viewProcess(pid))) return false;
  return command === 'stop' || isRunning(pid);
}

function isOnlyCriterion({ criteria }: SsdContext): boolean {
  return isWithoutCriteria(criteria);
}

/** Nothing but a number says that init itself should be signalled: that is an accident. */
function isImplausible(context: SsdContext, pid: Pid, sidecar: DaemonSidecar | undefined): boolean {
  if (pid !== INIT || sidecar?.pid === INIT || !isOnlyCriterion(context)) return false;
  const text = `pidfile '${context.request.pidfile}' names process 1, which is init; add --exec or --name if it is meant`;
  complain(context, text);
  return true;
}

function judgeReading(context: SsdContext, reading: Exclude<PidfileReading, { kind: 'pid' }>): Finding {
  const path = context.request.pidfile ?? '';
  switch (reading.kind) {
    case 'missing':
      return DEAD;
    case 'none':
    case 'not-a-file':
      break;
    case 'impossible':
      complain(context, `pidfile '${path}' holds no process ID but ${reading.number}; remove it`);
      break;
    case 'unreadable':
      throw failWith(`unable to open pidfile ${path}`, errnoText(reading.code));
    case 'insecure':
      throw new SsdFailure(explainInsecure(path, reading.why));
  }
  return { kind: 'unknown', pids: [] };
}

function explainInsecure(path: string, why: 'world-writable' | 'foreign' | 'foreign-link'): string {
  if (why === 'world-writable')
    return `matching on world-writable pidfile ${path} is insecure; run chmod o-w on it`;
  if (why === 'foreign')
    return `matching only on non-root pidfile ${path} is insecure; add --exec, --name, --user or --ppid`;
  return `matching on pidfile ${path} is insecure: it is a link that others can change; name the file itself`;
}

/** A start is not kept from replacing nonsense; the other commands cannot do what they were asked. */
function complain({ request, io }: SsdContext, text: string): void {
  if (request.command === 'start') return;
  if (request.command === 'stop') throw new SsdFailure(text);
  io.err(`${io.name}: ${text}\n`);
}
