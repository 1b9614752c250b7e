/** What is compared: views of a machine, without what must differ between any two (times, pids, versions). */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readUtmpRecords } from './records.ts';
import type { Machine } from './machine.ts';

/** Where a case begins in everything that grows. */
export interface Mark {
  readonly console: number;
  readonly log: number;
  readonly syslog: number;
  readonly wtmp: number;
}

export function markNow(machine: Machine): Mark {
  return {
    console: machine.console.raw.length,
    log: machine.log().length,
    syslog: machine.syslog().length,
    wtmp: sizeOf(machine.path('/var/log/wtmp')),
  };
}

export const BOOT_MARK: Mark = { console: 0, log: 0, syslog: 0, wtmp: 0 };

type View = (machine: Machine, since: Mark) => unknown;

export const VIEWS = {
  /** Every byte that came to the terminal, but for the first line, which may have been flushed away. */
  console: (machine, since) =>
    maskText(machine.console.raw.slice(since.console)).replace(/^\rINIT: version VERSION booting\r+\n/, ''),
  /** The lines init itself said, for cases where programs write there at the same time. */
  said: (machine, since) => readSaid(machine, since),
  /** For messages in the order of a folder. */
  sortedSaid: (machine, since) => readSaid(machine, since).toSorted(),
  log: (machine, since) => machine.log().slice(since.log),
  /** For programs that start at the same moment. */
  sortedLog: (machine, since) => machine.log().slice(since.log).toSorted(),
  syslog: (machine, since) => readSyslog(machine, since),
  sortedSyslog: (machine, since) => readSyslog(machine, since).toSorted(),
  probes: (machine) => readProbes(machine),
  processes: (machine) => listProcesses(machine),
  title: (machine) => readFileSync(machine.path('/proc/1/cmdline'), 'latin1').replace(/[\0 ]+$/, ''),
  /** What programs know init by, whatever its title is. */
  shortName: (machine) => readFileSync(machine.path('/proc/1/comm'), 'latin1'),
  /** In the order of their ids: new ones get the next free place, and processes that start together race for it. */
  utmp: (machine) => sorted(readUtmpRecords(machine.path('/var/run/utmp'))),
  wtmp: (machine, since) => readUtmpRecords(machine.path('/var/log/wtmp'), since.wtmp),
  /** For processes that start or end at the same moment. */
  sortedWtmp: (machine, since) => sorted(readUtmpRecords(machine.path('/var/log/wtmp'), since.wtmp)),
  level: (machine) => readIfAny(machine.path('/var/run/runlevel')),
  fifo: (machine) => describeFile(machine.path('/run/initctl')),
} as const satisfies Readonly<Record<string, View>>;

function sorted(records: readonly string[] | 'missing'): readonly string[] | 'missing' {
  return records === 'missing' ? records : records.toSorted();
}

export type ViewName = keyof typeof VIEWS;

/** Versions and pids. */
function maskText(text: string): string {
  return text
    .replaceAll(/INIT: version \S+/g, 'INIT: version VERSION')
    .replaceAll(/\b[Pp]id \d+/g, 'pid PID')
    .replaceAll(/shutdown\[\d+\]/g, 'shutdown[PID]')
    .replaceAll(/\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, 'TIME');
}

/**
 * The first line is often lost, because the console is flushed for what is waited for at boot. How long a killed process
 * may take before it "seems to hang" is a race in the original.
 */
const MAY_BE_MISSING = / booting$| seems to hang$/;

function readSaid(machine: Machine, since: Mark): readonly string[] {
  return maskText(machine.console.raw.slice(since.console))
    .split(/[\r\n]+/)
    .filter((line) => line.startsWith('INIT: ') && !MAY_BE_MISSING.test(line));
}

function readSyslog(machine: Machine, since: Mark): readonly string[] {
  return machine.syslog().slice(since.syslog).map(maskText).map(maskSyslogTime);
}

function maskSyslogTime(message: string): string {
  return message.replace(/^(<\d+>)\w{3} [ \d]\d \d\d:\d\d:\d\d /, '$1TIME ');
}

function readProbes(machine: Machine): Readonly<Record<string, readonly string[]>> {
  const names = readdirSync(machine.path('/probes')).filter((name) => !name.includes('.new'));
  const read = (name: string) =>
    readFileSync(machine.path(`/probes/${name}`), 'utf8')
      .replaceAll(/INIT_VERSION=\S+/g, 'INIT_VERSION=VERSION')
      .split('\n');
  return Object.fromEntries(names.toSorted().map((name) => [name, read(name)]));
}

export interface ProcessView {
  readonly argv: string;
  /** `init`, or the arguments of its parent. */
  readonly parent: string;
  readonly leads: 'session' | 'group' | 'nothing';
  readonly terminal: boolean;
  readonly isZombie: boolean;
}

/** All but init, and but those that came in from outside, whose parent nobody in there can see. */
function listProcesses(machine: Machine): readonly ProcessView[] {
  const stats = new Map(
    readdirSync(machine.path('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readProcess(machine, name)),
  );
  const argvOf = (pid: string): string => (pid === '1' ? 'init' : (stats.get(pid)?.argv ?? 'gone'));
  return [...stats]
    .filter(([pid, { parent }]) => pid !== '1' && parent !== '0')
    .map(([pid, { argv, state, parent, group, session, terminal }]) => ({
      argv,
      parent: argvOf(parent),
      leads: leadership(pid, group, session),
      terminal: terminal !== '0',
      isZombie: state === 'Z',
    }))
    .toSorted((a, b) => (a.argv < b.argv ? -1 : 1));
}

function leadership(pid: string, group: string, session: string): ProcessView['leads'] {
  if (session === pid) return 'session';
  return group === pid ? 'group' : 'nothing';
}

interface RawProcess {
  readonly argv: string;
  readonly state: string;
  readonly parent: string;
  readonly group: string;
  readonly session: string;
  readonly terminal: string;
}

function readProcess(machine: Machine, pid: string): readonly (readonly [string, RawProcess])[] {
  const stat = readIfAny(machine.path(`/proc/${pid}/stat`));
  const argv = readIfAny(machine.path(`/proc/${pid}/cmdline`));
  if (stat === undefined || argv === undefined) return [];
  const [state = '', parent = '', group = '', session = '', terminal = ''] = stat
    .slice(stat.lastIndexOf(') ') + 2)
    .split(' ');
  const name = argv.replaceAll('\0', ' ').trim() || (/\((.*)\)/.exec(stat)?.[1] ?? '');
  return [[pid, { argv: name, state, parent, group, session, terminal }]];
}

function describeFile(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'missing';
  const kind = stats.isFIFO() ? 'fifo' : 'other';
  return `${kind} ${(stats.mode & 0o7777).toString(8)} ${stats.uid}:${stats.gid}`;
}

function readIfAny(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
