/**
 * Following the daemon of the main init script: found by its pid file once the level is reached, replaced when the
 * script is restarted, over when it ends and nobody takes its place. Pure; `init/main-script` asks and acts.
 */
import type { DaemonSidecar } from '../daemon/daemon-sidecar.ts';
import { describeEnd } from './describe-end.ts';
import type { ExitStatus, Millis, Pid } from '../units.ts';

export type MainWatch =
  /** The level is not reached: its scripts may still run. */
  | { readonly kind: 'waiting' }
  /** The scripts have run, and the daemon is looked for. */
  | { readonly kind: 'seeking'; readonly until: Millis; readonly givenUpAt: Millis }
  | { readonly kind: 'following'; readonly daemon: DaemonSidecar }
  /** The daemon has ended; a restart may bring another. */
  | {
      readonly kind: 'replacing';
      readonly daemon: DaemonSidecar;
      readonly status: ExitStatus | undefined;
      readonly quietUntil: Millis;
      readonly givenUpAt: Millis;
    }
  | { readonly kind: 'over' };

/** What the machine shows of script and daemon right now. */
export interface MainLook {
  /** The live process that the pid file names. */
  readonly daemon: DaemonSidecar | undefined;
  /** The pid file that is there, whatever it names. */
  readonly pidfile: string | undefined;
  /** The pid in that file if no such process lives. */
  readonly deadPid: Pid | undefined;
  /** Whether the daemon that is followed is still alive. */
  readonly isAlive: boolean;
  /** The end of the followed or the new daemon will be told to us: it is our child. */
  readonly isChild: boolean;
  /** The script, or `service` for it, is at work. */
  readonly isBusy: boolean;
  /** Whether `rc` has a record of it in this boot. */
  readonly wasRun: boolean;
  /** What `rc` noted of the script if its start failed or was left out. */
  readonly failure: string | undefined;
}

export interface MainFacts {
  readonly at: Millis;
  /** Nothing of the present level is waited for any more. */
  readonly isReached: boolean;
  /** How a process ended, if we were told. */
  readonly endOf: (pid: Pid) => ExitStatus | undefined;
}

export interface MainStep {
  readonly watch: MainWatch;
  /** For the console. */
  readonly say?: string;
  /** Everything ends, with this status. */
  readonly verdict?: ExitStatus;
  /** When to look again even if nothing happens. */
  readonly lookAfterMs?: Millis;
}

/** The script's daemon could not be followed to its end: sysexits' EX_UNAVAILABLE. */
export const EXIT_NO_DAEMON = 69;

/** A daemon may write its pid file a little after its script has ended. */
const SEEK_MS: Millis = 10_000;
/** So long after a daemon's end a new one may appear in the pid file if nobody is at work on the script. */
const REPLACE_MS: Millis = 1_000;
/** A restart that takes longer is none. */
const MAX_WORK_MS: Millis = 300_000;
/** Between two looks while something is about to change, and while somebody else would be told of the end. */
const SHORT_MS: Millis = 100;
const LONG_MS: Millis = 1_000;

/** Takes a look. `say` and `verdict` are given once. */
export function stepMain(watch: MainWatch, look: MainLook, facts: MainFacts): MainStep {
  switch (watch.kind) {
    case 'waiting':
      if (!facts.isReached) return { watch };
      return seek(
        { kind: 'seeking', until: facts.at + SEEK_MS, givenUpAt: facts.at + MAX_WORK_MS },
        look,
        facts,
      );
    case 'seeking':
      return seek(watch, look, facts);
    case 'following':
      return follow(watch, look, facts);
    case 'replacing':
      return replace(watch, look, facts);
    case 'over':
      return { watch };
  }
}

function seek(watch: Extract<MainWatch, { kind: 'seeking' }>, look: MainLook, facts: MainFacts): MainStep {
  if (look.daemon !== undefined) return adopt(look.daemon, look, 'its daemon is');
  if ((look.isBusy || !facts.isReached) && facts.at < watch.givenUpAt)
    return { watch, lookAfterMs: SHORT_MS };
  if (look.failure !== undefined) return giveUp(look.failure);
  const status = look.deadPid === undefined ? undefined : facts.endOf(look.deadPid);
  if (status !== undefined) return end(status);
  if (facts.at < watch.until) return { watch, lookAfterMs: SHORT_MS };
  if (look.pidfile === undefined)
    return giveUp(
      look.wasRun
        ? 'no daemon of it is known: there is no pid file; name one in the script (# pidfile: PATH)'
        : 'no daemon of it is known, and rc has no record of it: give it a start link in this level, and rc a /run to write to',
    );
  return giveUp(`no daemon of it runs: "${look.pidfile}" names nobody`);
}

function follow(
  watch: Extract<MainWatch, { kind: 'following' }>,
  look: MainLook,
  facts: MainFacts,
): MainStep {
  const { daemon } = watch;
  if (look.isAlive && facts.endOf(daemon.pid) === undefined)
    return look.isChild ? { watch } : { watch, lookAfterMs: LONG_MS };
  return replace(
    {
      kind: 'replacing',
      daemon,
      status: facts.endOf(daemon.pid),
      quietUntil: facts.at + REPLACE_MS,
      givenUpAt: facts.at + MAX_WORK_MS,
    },
    look,
    facts,
  );
}

function replace(
  watch: Extract<MainWatch, { kind: 'replacing' }>,
  look: MainLook,
  facts: MainFacts,
): MainStep {
  const { daemon } = look;
  const isOther = daemon?.pid !== watch.daemon.pid || daemon.startTime !== watch.daemon.startTime;
  if (daemon !== undefined && isOther) return adopt(daemon, look, 'its new daemon is');
  const isBusy = look.isBusy || !facts.isReached;
  if (isBusy && facts.at < watch.givenUpAt)
    return { watch: { ...watch, quietUntil: facts.at + REPLACE_MS }, lookAfterMs: SHORT_MS };
  if (!isBusy && facts.at < watch.quietUntil) return { watch, lookAfterMs: SHORT_MS };
  const status = watch.status ?? facts.endOf(watch.daemon.pid);
  return status === undefined
    ? giveUp(`its daemon, pid ${watch.daemon.pid}, has ended; only its parent knows how`)
    : end(status);
}

function adopt(daemon: DaemonSidecar, look: MainLook, words: string): MainStep {
  const again = look.isChild ? {} : { lookAfterMs: LONG_MS };
  return { watch: { kind: 'following', daemon }, say: `${words} pid ${daemon.pid}`, ...again };
}

function end(status: ExitStatus): MainStep {
  return { watch: { kind: 'over' }, say: `its daemon ${describeEnd(status)}`, verdict: status };
}

function giveUp(why: string): MainStep {
  const verdict = { kind: 'exited', code: EXIT_NO_DAEMON } as const;
  return { watch: { kind: 'over' }, say: `${why}; exiting with ${EXIT_NO_DAEMON}`, verdict };
}

/** Whether somebody is at work on the script: the script itself, by its own name or a link's, or a tool that calls it. */
export function isWorkOnScript(argv: readonly string[], name: string): boolean {
  return argv.some((word, index) => {
    const tool = word.slice(word.lastIndexOf('/') + 1);
    if (tool === 'service' || tool === 'invoke-rc.d') return argv[index + 1] === name;
    const [, folder, file = ''] = /(?:^|\/)(init\.d|rc.\.d)\/([^/]+)$/.exec(word) ?? [];
    return folder === 'init.d' ? file === name : /^[SK]\d\d/.test(file) && file.slice(3) === name;
  });
}
