/** The checks that take more than one call, and the judgement of what was seen. Pure. */
import type { Pid } from '../../core/units.ts';
import type { CheckInfo, PidfileFacts, RunFacts, Verdict } from './check.ts';
import { ADD_STATUS, describeEnd, describeNoStatus, exitCodeOf, quote, saysUsage } from './judge-action.ts';

const ACTIONS = 'LSB 3.1, 20.2 "Init Script Actions"';
const PACEMAKER = 'Pacemaker Administration, "LSB Resource Agents"';
const SETTLED = `${PACEMAKER}: start and stop must not return before status agrees`;

type SpecialName =
  | 'statusKilled'
  | 'startWaits'
  | 'stopWaits'
  | 'stopLeavesNothing'
  | 'pipeReleased'
  | 'terminalHangup'
  | 'concurrentStarts'
  | 'stopDuringStart';

export const SPECIAL_CHECKS: Readonly<Record<SpecialName, CheckInfo>> = {
  statusKilled: {
    name: 'status-killed',
    groups: ['pacemaker', 'lsb'],
    title: 'status after the daemon was killed exits 1, or 3 where it left no pid file',
    level: 'required',
    rule: `${PACEMAKER}, 7; ${ACTIONS}, status code 1 "dead and pid file exists"`,
    mend: 'end status with status_of_proc -p PIDFILE DAEMON NAME, and exit with its code, unchanged',
    needsDaemon: true,
  },
  startWaits: {
    name: 'start-waits',
    groups: ['lsb'],
    title: 'start comes back when status says running, not before',
    level: 'required',
    rule: SETTLED,
    mend: 'wait for the pid file or a sign of life, with a limit; or start it with --background --make-pidfile, or --notify-await',
  },
  stopWaits: {
    name: 'stop-waits',
    groups: ['lsb'],
    title: 'stop comes back when the service is gone, not before',
    level: 'required',
    rule: SETTLED,
    mend: 'add --retry TERM/30/KILL/5 to start-stop-daemon --stop',
  },
  stopLeavesNothing: {
    name: 'stop-leaves-nothing',
    groups: ['daemon'],
    title: 'stop leaves no process behind',
    level: 'required',
    rule: `${ACTIONS}, stop`,
    mend: 'end the daemon, not only its first process: let it end its workers, or stop them by --exec or their group too',
    needsDaemon: true,
  },
  pipeReleased: {
    name: 'pipe-released',
    groups: ['daemon'],
    title: 'nothing keeps the output of start open',
    level: 'required',
    rule: 'daemon(7), SysV daemons, 9: connect /dev/null to standard input, output and error',
    mend: 'start the daemon with </dev/null >/dev/null 2>&1 or into a log; start-stop-daemon --background does it. Else `service NAME start | cat`, ssh and Ansible wait for ever',
  },
  terminalHangup: {
    name: 'terminal-hangup',
    groups: ['caller'],
    title: 'the daemon lives on when the terminal it was started from is gone',
    level: 'required',
    rule: 'daemon(7), SysV daemons, 6: setsid() detaches from any terminal',
    mend: 'start it by start-stop-daemon --background, or setsid; a plain & leaves it in the session of the terminal',
    needsDaemon: true,
  },
  concurrentStarts: {
    name: 'concurrent-starts',
    groups: ['race'],
    title: 'four starts at the same moment make one daemon',
    level: 'required',
    rule: `${ACTIONS}: sensible when already running; boot, package scripts and a person can meet`,
    mend: 'looking and then starting is two steps: let start-stop-daemon do both (--make-pidfile or --notify-await), or take a lock (flock)',
    needsDaemon: true,
  },
  stopDuringStart: {
    name: 'stop-during-start',
    groups: ['race'],
    title: 'a stop during a start leaves nothing that a later stop cannot find',
    level: 'required',
    rule: `${ACTIONS}, stop`,
    mend: 'have the pid on disk before the daemon runs, and never leave start without it',
    needsDaemon: true,
  },
};

export interface KilledFacts {
  readonly run: RunFacts;
  /** Files that named the daemon before, and are still there. */
  readonly left: readonly PidfileFacts[];
}

/** 2 needs a lock file, which only the script knows; it says "dead" as well. */
export function judgeStatusKilled({ run, left }: KilledFacts): Verdict {
  const code = exitCodeOf(run);
  const file = left[0]?.path;
  const codes = file === undefined ? [1, 2, 3] : [1, 2];
  const expected =
    file === undefined ? 'exit 3 (not running), or 1 (dead)' : `exit 1 (dead, but its pid file exists)`;
  const there = file === undefined ? 'no pid file is left' : `${file} is left`;
  const got = `${describeEnd(run)} while it is dead and ${there}`;
  if (saysUsage(run)) return { kind: 'broken', expected, got: describeNoStatus(run), mend: ADD_STATUS };
  if (code !== undefined && codes.includes(code)) return { kind: 'held', expected, got };
  return { kind: 'broken', expected, got: got + quote(run.output) };
}

export interface SoonFacts {
  readonly run: RunFacts;
  /** Asked at once, without waiting. */
  readonly status: RunFacts;
  /** The processes at that moment. */
  readonly pids: readonly Pid[];
  /** A status that never agrees is not a matter of waiting. */
  readonly later: RunFacts;
}

export function judgeStartWaits({ status, later }: SoonFacts): Verdict {
  const expected = 'status exits 0 as soon as start is back';
  if (exitCodeOf(status) === 0) return { kind: 'held', expected, got: describeEnd(status) };
  if (exitCodeOf(later) !== 0)
    return { kind: 'skipped', why: `status never says running (${describeEnd(later)})` };
  return {
    kind: 'broken',
    expected,
    got: `start was back, and status still said ${describeEnd(status)}; a little later ${describeEnd(later)}`,
  };
}

export function judgeStopWaits({ status, later, pids }: SoonFacts): Verdict {
  const expected = 'no process, and status not 0, as soon as stop is back';
  const isLate = pids.length > 0 || (exitCodeOf(status) === 0 && exitCodeOf(later) !== 0);
  if (!isLate) return { kind: 'held', expected, got: describeEnd(status) };
  const still = pids.length > 0 ? `pid ${pids.join(', ')} still ran` : `status still said 0`;
  return { kind: 'broken', expected, got: `stop was back, and ${still}` };
}

export interface NamedProcess {
  readonly pid: Pid;
  readonly comm: string;
}

export function judgeStopLeavesNothing(left: readonly NamedProcess[]): Verdict {
  const expected = 'no process a little after stop';
  if (left.length === 0) return { kind: 'held', expected, got: 'none' };
  return { kind: 'broken', expected, got: `${nameProcesses(left)} left` };
}

/** @param holders Processes of the service with a pipe as standard output or error. */
export function judgePipeReleased(run: RunFacts, holders: readonly NamedProcess[]): Verdict {
  const expected = 'end of file on the output of start when it is back';
  if (!run.isHeld) return { kind: 'held', expected, got: 'end of file' };
  const who = holders.length === 0 ? 'some process' : nameProcesses(holders);
  return { kind: 'broken', expected, got: `${who} keeps it open` };
}

export interface ConcurrentFacts {
  readonly runs: readonly RunFacts[];
  /** Daemons after one start, and after the starts together. */
  readonly usual: number;
  readonly tops: readonly NamedProcess[];
}

export function judgeConcurrentStarts({ runs, usual, tops }: ConcurrentFacts): Verdict {
  const expected = usual === 1 ? 'one daemon' : `${usual} processes, as after one start`;
  const codes = runs.map((run) => exitCodeOf(run) ?? '?').join(', ');
  const got = `${tops.length === 0 ? 'none' : nameProcesses(tops)}; the starts exited ${codes}`;
  return { kind: tops.length > usual || tops.length === 0 ? 'broken' : 'held', expected, got };
}

export interface CrossingFacts {
  readonly start: RunFacts;
  readonly stop: RunFacts;
  readonly lastStop: RunFacts;
  /** After both, and after the last stop. */
  readonly tops: readonly NamedProcess[];
  readonly left: readonly NamedProcess[];
  readonly usual: number;
}

export function judgeStopDuringStart({ start, stop, lastStop, tops, left, usual }: CrossingFacts): Verdict {
  const expected = 'it runs or it does not, and one more stop ends it for sure';
  const story = `start: ${describeEnd(start)}; stop: ${describeEnd(stop)}`;
  if (tops.length > usual) return { kind: 'broken', expected, got: `${story}; then ${nameProcesses(tops)}` };
  if (left.length > 0) {
    return {
      kind: 'broken',
      expected,
      got: `${story}; one more stop: ${describeEnd(lastStop)}, and ${nameProcesses(left)} left`,
    };
  }
  return { kind: 'held', expected, got: story };
}

export function judgeHangup(survivors: readonly NamedProcess[], ran: boolean): Verdict {
  const expected = 'the daemon runs on';
  if (!ran) return { kind: 'broken', expected, got: 'nothing ran even before the terminal was gone' };
  if (survivors.length > 0) return { kind: 'held', expected, got: nameProcesses(survivors) };
  return { kind: 'broken', expected, got: 'it ended with its terminal' };
}

/** `nginx (pid 12), sleep (pid 13)` */
export function nameProcesses(processes: readonly NamedProcess[]): string {
  return processes.map(({ comm, pid }) => `${comm} (pid ${pid})`).join(', ');
}
