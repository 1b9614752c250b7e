/** What an init script has to say and do, whatever form it is written in. */
import type { Word } from '../core/shell/shell-quote.ts';

export type Command =
  | {
      readonly kind: 'run';
      readonly words: readonly Word[];
      readonly mayFail: boolean;
      /** Not as the service's user. */
      readonly asRoot: boolean;
    }
  /** Sends the daemon a signal. */
  | { readonly kind: 'signal'; readonly signal: string };

/** By what the daemon is known, beside its pid file. */
export type Criterion =
  /** Its executable. */
  | { readonly kind: 'exec' }
  /** What the kernel calls it: at most 15 characters. */
  | { readonly kind: 'name'; readonly name: string }
  /** Nothing but its user: the program is a script that becomes another one. */
  | { readonly kind: 'user' };

export interface Daemon {
  readonly kind: 'daemon';
  /** Absolute, and executable by the kernel: of a script, its interpreter. */
  readonly program: string;
  /** The script that the program reads; it is the first of the arguments, or behind those of the interpreter. */
  readonly script: string | undefined;
  readonly args: readonly Word[];
  readonly criterion: Criterion;
  /** It puts itself into the background, and ends its first process when it is ready. */
  readonly forks: boolean;
  /** It tells NOTIFY_SOCKET when it is ready. */
  readonly notifies: boolean;
  /** It is not started as the service's user. */
  readonly asRoot: boolean;
  /** Undefined: it forks and leaves none. */
  readonly pidFile: string | undefined;
  readonly reload: readonly Command[];
  /** A file for what it writes. */
  readonly log: string | undefined;
}

/** Commands that end. */
export interface OneShot {
  readonly kind: 'oneshot';
  readonly commands: readonly Command[];
  readonly reload: readonly Command[];
}

export interface Folder {
  readonly path: string;
  /** Octal digits. */
  readonly mode: string;
  /** It belongs to the service's user, if there is one. */
  readonly isOwned: boolean;
}

export interface Condition {
  /** A test(1) on a path: `-e /etc/foo`. */
  readonly test: '-e' | '-d' | '-L' | '-r' | '-x' | '-s' | '-f';
  readonly path: string;
  readonly isNegated: boolean;
}

export interface ServiceDescription {
  readonly name: string;
  readonly shortDescription: string;
  /** Lines of further description. */
  readonly description: readonly string[];
  /** What is said under the header about where it comes from. */
  readonly remarks: readonly string[];
  readonly main: Daemon | OneShot;
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly directory: string | undefined;
  /** Octal digits. */
  readonly umask: string | undefined;
  readonly nice: number | undefined;
  /** Names of prlimit(1) options, with their values: `nofile`, `1024:4096`. */
  readonly limits: readonly (readonly [name: string, value: string])[];
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly environmentFiles: readonly { readonly path: string; readonly isOptional: boolean }[];
  readonly folders: readonly Folder[];
  readonly conditions: readonly Condition[];
  readonly before: readonly Command[];
  readonly after: readonly Command[];
  readonly stop: readonly Command[];
  readonly afterStop: readonly Command[];
  /** Without SIG. */
  readonly stopSignal: string;
  /** Until it is killed. */
  readonly stopSeconds: number;
  readonly killsAfterwards: boolean;
  /** Until it has to be ready. */
  readonly startSeconds: number;
  readonly requires: readonly string[];
  readonly wants: readonly string[];
  /** Services before which this one starts. */
  readonly startsBefore: readonly string[];
  readonly startLevels: readonly string[];
  readonly stopLevels: readonly string[];
  /** The administrator's settings in /etc/default/NAME are read, DAEMON_OPTS added to the arguments. */
  readonly readsDefaults: boolean;
}
