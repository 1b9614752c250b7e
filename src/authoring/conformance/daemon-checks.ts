/** The steps of daemon(7) as far as they can be seen from outside, each with its judgement. Pure. */
import type { Pid } from '../../core/units.ts';
import type { CheckInfo, PidfileFacts, ProcessFacts, Verdict } from './check.ts';
import { nameProcesses } from './special-checks.ts';

/** A daemon that was started from a terminal, and what its starter had that it should not have kept. */
export interface DaemonFacts {
  /** All processes of the service, those that are init's children first. */
  readonly processes: readonly ProcessFacts[];
  readonly tops: readonly Pid[];
  readonly pidfiles: readonly PidfileFacts[];
  readonly starter: Starter;
  /** Of the daemon, when it was started with umask 022. */
  readonly usualUmask: number | undefined;
}

interface Starter {
  readonly sid: Pid;
  /** Undefined where there are no pseudo terminals; then it was started without one. */
  readonly terminal: string | undefined;
  readonly folder: string;
  /** A file that the starter had open at a descriptor above 2. */
  readonly openFile: string;
  readonly umask: number;
  /** The script's path and action, as they stand in a shell's arguments. */
  readonly words: readonly string[];
}

export interface DaemonCheck extends CheckInfo {
  readonly judge: (facts: DaemonFacts) => Verdict;
}

const SIGTERM_BIT = 1n << 14n;
const daemon7 = (step: string): string => `daemon(7), SysV daemons, ${step}`;

export const DAEMON_CHECKS: readonly DaemonCheck[] = [
  {
    name: 'daemon-pidfile',
    groups: ['daemon'],
    title: 'the pid file holds the pid of the daemon',
    level: 'required',
    rule: daemon7('12: write the daemon PID to a PID file'),
    mend: 'let the daemon write it, or start-stop-daemon --background --make-pidfile; $$ in the script is the script',
    needsDaemon: true,
    judge: judgePidfile,
  },
  {
    name: 'daemon-pidfile-folder',
    groups: ['daemon'],
    title: 'nobody else can write the pid file or put another in its place',
    level: 'required',
    rule: daemon7('12; start-stop-daemon(8) on insecure pid files'),
    mend: 'put it into /run or a folder there that is not writable for all; umask 022 before it is made',
    needsDaemon: true,
    judge: judgePidfileFolder,
  },
  {
    name: 'daemon-parent',
    groups: ['daemon'],
    title: 'no shell of the script stays beside the daemon',
    level: 'advice',
    rule: daemon7('8 and 15: the starting processes end, init is the parent'),
    mend: 'start the program itself: exec it, or start-stop-daemon --background; ( … ) & keeps a shell',
    needsDaemon: true,
    judge: judgeParent,
  },
  {
    name: 'daemon-session',
    groups: ['daemon'],
    title: 'the daemon is in a session of its own',
    level: 'required',
    rule: daemon7('6: setsid()'),
    mend: 'start-stop-daemon --background does it; so does setsid(1)',
    needsDaemon: true,
    judge: judgeSession,
  },
  {
    name: 'daemon-terminal',
    groups: ['daemon'],
    title: 'the daemon has no controlling terminal',
    level: 'required',
    rule: daemon7('6 and 7: it can never get a terminal again'),
    mend: 'start-stop-daemon --background does it; so does setsid(1)',
    needsDaemon: true,
    judge: judgeTerminal,
  },
  {
    name: 'daemon-stdio',
    groups: ['daemon'],
    title: 'its descriptors 0 to 2 are open, and not the terminal of its starter',
    level: 'required',
    rule: daemon7('9: connect /dev/null to standard input, output and error'),
    mend: '</dev/null >/dev/null 2>&1, or a log file; never <&- or >&-: the next file it opens becomes its standard output',
    needsDaemon: true,
    judge: judgeStdio,
  },
  {
    name: 'daemon-descriptors',
    groups: ['daemon'],
    title: 'it keeps no file open that its starter had open',
    level: 'advice',
    rule: daemon7('1: close all open file descriptors'),
    mend: 'the daemon should close them; a script can: … 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-',
    needsDaemon: true,
    judge: judgeDescriptors,
  },
  {
    name: 'daemon-cwd',
    groups: ['daemon'],
    title: 'it does not sit in the folder it was started from',
    level: 'advice',
    rule: daemon7('11: change the current directory to /'),
    mend: 'cd / at the top of the script, or start-stop-daemon --chdir /; else that file system cannot be unmounted',
    needsDaemon: true,
    judge: judgeFolder,
  },
  {
    name: 'daemon-umask',
    groups: ['daemon'],
    title: 'its umask is not that of its starter',
    level: 'advice',
    rule: daemon7('10: reset the umask'),
    mend: 'umask 022 at the top of the script, or start-stop-daemon --umask 022',
    needsDaemon: true,
    judge: judgeUmask,
  },
  {
    name: 'daemon-signals',
    groups: ['daemon'],
    title: 'SIGTERM can end it',
    level: 'advice',
    rule: daemon7('2 and 3: reset signal handlers and mask'),
    mend: "no trap '' TERM before the daemon is started; --retry needs a signal it hears",
    needsDaemon: true,
    judge: judgeSignals,
  },
];

function topsOf({ processes, tops }: DaemonFacts): readonly ProcessFacts[] {
  return processes.filter(({ pid }) => tops.includes(pid));
}

function judgePidfile({ processes, pidfiles }: DaemonFacts): Verdict {
  if (pidfiles.length === 0) return { kind: 'skipped', why: 'start left no file *.pid in /run' };
  const expected = 'the pid of a running process of the service';
  const wrong = pidfiles.filter(({ pid }) => !processes.some((one) => one.pid === pid));
  const names = nameProcesses(processes);
  const [first] = wrong;
  if (first === undefined || wrong.length < pidfiles.length) {
    return { kind: 'held', expected, got: pidfiles.map(({ path, pid }) => `${path}: ${pid}`).join(', ') };
  }
  const held = first.pid === undefined ? 'no number' : `${first.pid}, which is no process of the service`;
  return { kind: 'broken', expected, got: `${first.path} holds ${held}; running: ${names}` };
}

const WRITABLE_FOR_ALL = 0o002;

function judgePidfileFolder({ pidfiles }: DaemonFacts): Verdict {
  if (pidfiles.length === 0) return { kind: 'skipped', why: 'start left no file *.pid in /run' };
  const expected = 'neither the file nor its folder is writable for all';
  const open = pidfiles.find(
    ({ mode, folderMode }) => (mode & WRITABLE_FOR_ALL) !== 0 || (folderMode & WRITABLE_FOR_ALL) !== 0,
  );
  if (open === undefined) return { kind: 'held', expected, got: pidfiles.map(({ path }) => path).join(', ') };
  const { path, mode, folderMode } = open;
  return {
    kind: 'broken',
    expected,
    got: `${path} has mode ${toOctal(mode)}, its folder ${toOctal(folderMode)}`,
  };
}

function judgeParent({ processes, starter }: DaemonFacts): Verdict {
  const expected = 'only the processes of the daemon';
  const shells = processes.filter(({ argv }) => starter.words.every((word) => argv.includes(word)));
  if (shells.length === 0) return { kind: 'held', expected, got: nameProcesses(processes) };
  return { kind: 'broken', expected, got: `${nameProcesses(shells)} is still the script` };
}

function judgeSession(facts: DaemonFacts): Verdict {
  const expected = 'another session than that of its starter';
  const inside = topsOf(facts).filter(({ sid }) => sid === facts.starter.sid);
  if (inside.length === 0)
    return { kind: 'held', expected, got: `session ${topsOf(facts)[0]?.sid ?? 'unknown'}` };
  return { kind: 'broken', expected, got: `${nameProcesses(inside)} is in the session of its starter` };
}

function judgeTerminal(facts: DaemonFacts): Verdict {
  if (facts.starter.terminal === undefined)
    return { kind: 'skipped', why: 'there are no pseudo terminals here' };
  const expected = 'no terminal';
  const bound = facts.processes.filter(({ terminal }) => terminal !== 0);
  if (bound.length === 0) return { kind: 'held', expected, got: 'none' };
  return { kind: 'broken', expected, got: `${nameProcesses(bound)} has the terminal of its starter` };
}

function judgeStdio(facts: DaemonFacts): Verdict {
  const expected = '/dev/null, a log or a socket';
  const seen = topsOf(facts).map((process) => ({
    process,
    faults: [0, 1, 2].flatMap((fd) => {
      const target = process.descriptors.find((one) => one.fd === fd)?.target;
      if (target === undefined) return [`${fd} is closed`];
      return target === facts.starter.terminal ? [`${fd} is ${target}`] : [];
    }),
  }));
  const wrong = seen.filter(({ faults }) => faults.length > 0);
  if (wrong.length > 0) {
    const got = wrong.map(({ process, faults }) => `${nameProcesses([process])}: ${faults.join(', ')}`);
    return { kind: 'broken', expected, got: got.join('; ') };
  }
  const targets = seen[0]?.process.descriptors.filter(({ fd }) => fd < 3).map(({ target }) => target) ?? [];
  return { kind: 'held', expected, got: targets.join(', ') };
}

function judgeDescriptors({ processes, starter }: DaemonFacts): Verdict {
  const expected = 'no file of its starter';
  const keepers = processes.filter(({ descriptors }) =>
    descriptors.some(({ target }) => target === starter.openFile),
  );
  if (keepers.length === 0) return { kind: 'held', expected, got: 'none' };
  const [keeper] = keepers;
  const fd = keeper?.descriptors.find(({ target }) => target === starter.openFile)?.fd;
  return { kind: 'broken', expected, got: `${nameProcesses(keepers)} has its descriptor ${fd} open` };
}

function judgeFolder(facts: DaemonFacts): Verdict {
  const expected = '/ or a folder of its own';
  const inside = topsOf(facts).filter(({ cwd }) => cwd === facts.starter.folder);
  if (inside.length === 0) return { kind: 'held', expected, got: topsOf(facts)[0]?.cwd ?? '' };
  return { kind: 'broken', expected, got: `${nameProcesses(inside)} is in the folder of its starter` };
}

function judgeUmask(facts: DaemonFacts): Verdict {
  const [first] = topsOf(facts);
  if (first?.umask === undefined || facts.usualUmask === undefined)
    return { kind: 'skipped', why: 'this kernel does not tell umasks' };
  const { starter, usualUmask } = facts;
  const expected = `the same from a starter with 022 and with ${toOctal(starter.umask)}`;
  const got = `${toOctal(usualUmask)} and ${toOctal(first.umask)}`;
  return { kind: first.umask === usualUmask ? 'held' : 'broken', expected, got };
}

function judgeSignals(facts: DaemonFacts): Verdict {
  const expected = 'SIGTERM neither ignored nor blocked';
  const deaf = topsOf(facts).filter(
    ({ ignored, blocked, caught }) =>
      (ignored & SIGTERM_BIT) !== 0n || (blocked & ~caught & SIGTERM_BIT) !== 0n,
  );
  if (deaf.length === 0) return { kind: 'held', expected, got: 'so it is' };
  return { kind: 'broken', expected, got: `${nameProcesses(deaf)} does not hear it` };
}

/** `0022` */
function toOctal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
