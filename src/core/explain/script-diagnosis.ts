/** Whether the daemon of an init script runs, why not, and what to do: told from what files and processes show. */
import type { Identity } from '../daemon/daemon-sidecar.ts';
import type { ScriptRecord } from '../scripts/last-rc.ts';
import type { RcFileKind } from '../scripts/rc-plan.ts';

export interface ScriptFacts {
  readonly name: string;
  /** What is in init.d under that name. */
  readonly file: RcFileKind;
  /** The level the system is in; undefined where nobody knows. */
  readonly level: string | undefined;
  /** Levels that start it by a link that works, e.g. `2345`, and that stop it. */
  readonly startLevels: string;
  readonly stopLevels: string;
  readonly last: ScriptRecord | undefined;
  /** The last record in words. */
  readonly lastWords: string | undefined;
  readonly daemon: DaemonFacts | undefined;
  /** The script, or a tool that calls it, is running now. */
  readonly isAtWork: boolean;
  /** Required services that are not there or not started, as sentences. */
  readonly missing: readonly string[];
}

export interface DaemonFacts {
  readonly pidfile: string;
  readonly pid: number | undefined;
  readonly identity: Identity | 'dead' | undefined;
}

export interface ScriptDiagnosis {
  /** `unknown`: there is no pid file to go by. */
  readonly state: 'running' | 'at-work' | 'stopped' | 'unknown';
  readonly why: readonly string[];
  readonly next: readonly string[];
}

/** Nothing is run for it: what the script's own `status` says may differ. */
export function diagnoseScript(facts: ScriptFacts): ScriptDiagnosis {
  const { name, daemon, isAtWork } = facts;
  if (daemon?.identity === 'same' || daemon?.identity === 'unrecorded') return describeRunning(facts, daemon);
  if (isAtWork)
    return {
      state: 'at-work',
      why: ['its script is running at this moment'],
      next: [`rcinit explain ${name}`],
    };
  const causes = [...diagnoseFile(facts), ...diagnoseDaemon(daemon), ...diagnoseLevel(facts)];
  const more = causes.some(({ isFinal }) => isFinal)
    ? []
    : [...diagnoseLast(facts), ...diagnoseMissing(facts)];
  const all = [...causes, ...more];
  const isUnknown = daemon === undefined && facts.last?.outcome === 'ok' && facts.last.action === 'start';
  const next = [...new Set(all.flatMap((cause) => cause.next))];
  return {
    state: isUnknown && facts.file === 'script' ? 'unknown' : 'stopped',
    why: all.map(({ why }) => why),
    next: next.length > 0 ? next : [`service ${name} start`],
  };
}

interface Cause {
  readonly why: string;
  readonly next: readonly string[];
  /** Nothing else matters before this is put right. */
  readonly isFinal?: true;
}

function describeRunning({ name, startLevels }: ScriptFacts, daemon: DaemonFacts): ScriptDiagnosis {
  const proof =
    daemon.identity === 'same'
      ? 'it is the process that start-stop-daemon started'
      : 'nothing but the number says that it is this daemon';
  return {
    state: 'running',
    why: [`pid ${daemon.pid ?? ''} by ${daemon.pidfile}; ${proof}`],
    next: startLevels === '' ? [`update-rc.d ${name} enable   (no level starts it at the next boot)`] : [],
  };
}

const FILE_CAUSES: Readonly<Record<Exclude<RcFileKind, 'script'>, readonly [why: string, next: string]>> = {
  dangling: [
    'is not there, or is a link to nothing',
    'install it, or remove the links: update-rc.d NAME remove',
  ],
  'not-executable': ['is not executable, so rc and service pass over it', 'chmod +x /etc/init.d/NAME'],
  directory: ['is a directory, not a script', 'put a script in its place'],
  special: ['is no regular file', 'put a script in its place'],
};

function diagnoseFile({ name, file }: ScriptFacts): readonly Cause[] {
  if (file === 'script') return [];
  const [why, next] = FILE_CAUSES[file];
  return [{ why: `/etc/init.d/${name} ${why}`, next: [next.replace('NAME', name)], isFinal: true }];
}

function diagnoseDaemon(daemon: DaemonFacts | undefined): readonly Cause[] {
  if (daemon === undefined) return [];
  const { pidfile, pid, identity } = daemon;
  const next = ['look into its log: it ended without its script'];
  if (identity === 'dead') return [{ why: `${pidfile} names pid ${pid ?? ''}, which has ended`, next }];
  if (identity === 'recycled')
    return [{ why: `${pidfile} names pid ${pid ?? ''}, which is another process by now`, next }];
  return [{ why: `${pidfile} has no pid in it that could be trusted`, next: [`look at ${pidfile}`] }];
}

function diagnoseLevel({ name, file, level, startLevels, stopLevels }: ScriptFacts): readonly Cause[] {
  // What is not there cannot be enabled, and its links are named already.
  if (file === 'dangling') return [];
  if (startLevels === '')
    return [
      { why: 'no level starts it: it has no start link that works', next: [`update-rc.d ${name} enable`] },
    ];
  if (level === undefined)
    return [{ why: 'no run level is on record: no init has run here since the boot', next: [] }];
  if (startLevels.includes(level) || startLevels.includes('S')) return [];
  const stops = stopLevels.includes(level) ? 'stops' : 'does not start';
  return [
    {
      why: `run level ${level} ${stops} it; only ${startLevels.split('').join(' ')} would start it`,
      next: [`service ${name} start   (for now)`, `update-rc.d ${name} enable ${level}   (for good)`],
    },
  ];
}

/** What to do about the exit code of a start. @see LSB core, "Init Script Actions" */
const EXIT_ADVICE: Readonly<Record<number, string>> = {
  2: 'rcinit lint /etc/init.d/NAME',
  3: 'rcinit lint /etc/init.d/NAME',
  4: 'service NAME start   (as root)',
  5: 'install the program that the script starts',
  6: 'complete its configuration, often /etc/default/NAME',
  126: 'look at the first line of the script: its interpreter cannot be run',
  127: 'look for a command that is not installed, or not in PATH',
};

function diagnoseLast({ name, last, lastWords = '', level, startLevels }: ScriptFacts): readonly Cause[] {
  if (last === undefined) {
    const isDue = level !== undefined && (startLevels.includes(level) || startLevels.includes('S'));
    const why = 'rc has not run it since the boot, as far as its record goes';
    return isDue ? [{ why, next: [`service ${name} start`] }] : [];
  }
  if (last.outcome === 'skipped')
    return [{ why: `rc passed over ${last.link}: ${last.why ?? ''}`, next: [] }];
  if (last.outcome === 'ok' && last.action === 'stop')
    return [{ why: `rc stopped it by ${last.link}`, next: [`service ${name} start`] }];
  if (last.outcome === 'ok')
    return [
      {
        why: 'its start succeeded, and no pid file tells what became of it',
        next: [`service ${name} status`],
      },
    ];
  const advice = last.exit === null ? undefined : EXIT_ADVICE[last.exit];
  const next = [
    ...(advice === undefined ? [] : [advice.replace('NAME', name)]),
    `service ${name} start   (and read what it says)`,
  ];
  return [{ why: `rc called ${last.link}: ${lastWords}`, next }];
}

function diagnoseMissing({ missing }: ScriptFacts): readonly Cause[] {
  return missing.map((why) => ({ why, next: [] }));
}
