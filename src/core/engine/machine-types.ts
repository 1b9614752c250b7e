/** The alphabet of the engine: its states, the events that move it, and the effects it asks for. All of it is data. */
import type { Inittab, InittabEntry } from '../inittab/inittab-entry.ts';
import type { RecordFact } from '../wire/init-records.ts';
import type { InitRequest } from '../wire/initctl-message.ts';
import type { DemandLevel, InitLevel, PreviousLevel, RunLevel } from '../runlevel.ts';
import type { LastEnd, Slot } from './slot.ts';
import type { ExitStatus, Millis, Pid } from '../units.ts';

/** A machine has reboot(2) at its end; a container and a folder end with the init process. */
export type Place = 'machine' | 'container' | 'folder';

/** What every state remembers. */
export interface Core {
  readonly place: Place;
  readonly level: InitLevel;
  /** What programs are told: RUNLEVEL (`S` during sysinit and boot) … */
  readonly shownLevel: RunLevel;
  /** … and PREVLEVEL. */
  readonly previous: PreviousLevel;
  readonly slots: readonly Slot[];
  readonly tableDefault: RunLevel | undefined;
  /** The level named on the command line; used once. */
  readonly wantedLevel: RunLevel | undefined;
  /** True when `boot` and `bootwait` have had their turn. */
  readonly booted: boolean;
  /** TERM to KILL, set by each request. */
  readonly graceMs: Millis;
  /** `INIT_*` variables set through the fifo, in order. */
  readonly extraEnv: readonly (readonly [name: string, value: string])[];
  /** "no more processes left" is said once. */
  readonly saidIdle: boolean;
  /** How often a container manager or a terminal asked for the end; from the second time on there is hurry. */
  readonly leaves: number;
  /** The id of the entry with which everything ends. */
  readonly main: string | undefined;
  /** How the main entry's process, or the main script's daemon, ended before anybody asked for the end. */
  readonly mainEnd: ExitStatus | undefined;
  /** Events that came while the engine was in the middle of something, oldest first. */
  readonly deferred: readonly Event[];
}

/** Why the table is being read. */
export type Purpose =
  | { readonly kind: 'change' }
  | { readonly kind: 'reload' }
  | { readonly kind: 'demand'; readonly letter: DemandLevel };

interface StateBase {
  readonly core: Core;
}
/** Before `started`. */
export interface OffState extends StateBase {
  readonly kind: 'off';
}
/** The emergency shell of `-b` runs; sysinit follows. */
export interface EmergencyState extends StateBase {
  readonly kind: 'emergency';
  readonly table: Inittab;
  readonly pid: Pid | undefined;
}
/** A phase (`#`, `*`) or a level: entries are started, restarted, waited for. */
export interface RunningState extends StateBase {
  readonly kind: 'running';
}
/** Nobody said which level is the default; the console was asked. */
export interface AskingState extends StateBase {
  readonly kind: 'asking';
}
/** `readTable` was asked for; the answer is the next event. */
export interface ReadingState extends StateBase {
  readonly kind: 'reading';
  readonly purpose: Purpose;
}
/** TERM, later KILL, was sent to the leaving; nothing new starts before they are gone or given up. */
export interface StoppingState extends StateBase {
  readonly kind: 'stopping';
  readonly purpose: Purpose;
  readonly table: Inittab;
  readonly leaving: ReadonlySet<string>;
  /** Every process group that got TERM, dead leaders too: KILL is for all of them. */
  readonly groups: readonly Pid[];
  readonly step: 'term' | 'kill';
}
/** SIGTSTP: everything waits for SIGCONT. */
export interface PausedState extends StateBase {
  readonly kind: 'paused';
  readonly resume: Exclude<State, PausedState>;
}
/** Level 0 or 6 is done where there is no reboot(2): what is left gets TERM, then KILL, then init exits. */
export interface EndingState extends StateBase {
  readonly kind: 'ending';
  readonly status: number;
  readonly step: 'term' | 'kill' | 'gone';
}

export type State =
  | OffState
  | EmergencyState
  | RunningState
  | AskingState
  | ReadingState
  | StoppingState
  | PausedState
  | EndingState;

export type Event =
  | { readonly kind: 'started'; readonly table: Inittab; readonly emergency: boolean; readonly at: Millis }
  /** `undefined`: nothing usable was read, the old table stays. */
  | { readonly kind: 'tableRead'; readonly table: Inittab | undefined; readonly at: Millis }
  | { readonly kind: 'spawned'; readonly key: string; readonly pid: Pid; readonly at: Millis }
  | {
      readonly kind: 'spawnFailed';
      readonly key: string;
      /** What could not be executed: the program, without its arguments. */
      readonly program: string;
      readonly code: string;
      readonly at: Millis;
    }
  | { readonly kind: 'childExited'; readonly pid: Pid; readonly status: ExitStatus; readonly at: Millis }
  | { readonly kind: 'timerFired'; readonly timer: TimerName; readonly at: Millis }
  | { readonly kind: 'request'; readonly request: InitRequest; readonly at: Millis }
  /** SIGHUP. */
  | { readonly kind: 'reload'; readonly at: Millis }
  /** SIGINT. */
  | { readonly kind: 'ctrlAltDel'; readonly at: Millis }
  /** SIGWINCH. */
  | { readonly kind: 'keyboard'; readonly at: Millis }
  /** SIGPWR on a machine, with the first byte of the power state file. */
  | { readonly kind: 'power'; readonly state: string | undefined; readonly at: Millis }
  /** A container manager or a terminal asks for an orderly end; or the main process made one due by its own. */
  | { readonly kind: 'leave'; readonly main?: ExitStatus; readonly at: Millis }
  /** SIGTSTP and SIGCONT. */
  | { readonly kind: 'pause'; readonly at: Millis }
  | { readonly kind: 'resume'; readonly at: Millis }
  /** The console's answer; undefined if there is no console to ask. */
  | { readonly kind: 'answered'; readonly line: string | undefined; readonly at: Millis }
  /** No child and no orphan is left. */
  | { readonly kind: 'childless'; readonly at: Millis };

/**
 * `grace` bounds the waits of `stopping` and `ending`, `hurry` all waits after a second request to end; `held:KEY` wakes
 * one slot; `reexec` comes when the program that init is to become was tried, and everything that was on its way to
 * this one has arrived.
 */
export type TimerName = 'grace' | 'hurry' | 'reexec' | `held:${string}`;

export type Effect =
  | {
      readonly kind: 'spawn';
      readonly key: string;
      readonly entry: InittabEntry;
      readonly level: InitLevel;
      readonly shownLevel: RunLevel;
      readonly previous: PreviousLevel;
      readonly extraEnv: Core['extraEnv'];
      readonly controllingTerminal: boolean;
    }
  | { readonly kind: 'signalGroup'; readonly pid: Pid; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'signalRest'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly kind: 'setTimer'; readonly timer: TimerName; readonly afterMs: Millis }
  | { readonly kind: 'clearTimer'; readonly timer: TimerName }
  | { readonly kind: 'readTable' }
  /** The level shown to programs changed: level file, `runlevel`, process title. */
  | { readonly kind: 'showLevel'; readonly level: InitLevel; readonly previous: PreviousLevel }
  /** Looks whether the program at init's own path works; if so, `timerFired` for `reexec` follows. */
  | { readonly kind: 'tryProgram' }
  /** Init becomes that program. */
  | { readonly kind: 'reexec' }
  /** Something for utmp and wtmp. The start of a process is recorded where it is spawned, as soon as its pid is known. */
  | { readonly kind: 'record'; readonly fact: Exclude<RecordFact, { kind: 'start' }> }
  | { readonly kind: 'resetConsole' }
  | { readonly kind: 'askLevel' }
  | { readonly kind: 'say'; readonly to: 'console' | 'syslog' | 'both'; readonly text: string }
  /** An entry was turned off for a while: its command, how it ended, and when it is tried again. */
  | {
      readonly kind: 'sayHeld';
      readonly entry: InittabEntry;
      readonly last: LastEnd | undefined;
      readonly forMs: Millis;
    }
  | { readonly kind: 'exit'; readonly status: number };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** A step while it is being worked out: the memory so far and the effects so far. Never outlives step(). */
export interface Turn {
  core: Core;
  readonly effects: Effect[];
  readonly at: Millis;
}
