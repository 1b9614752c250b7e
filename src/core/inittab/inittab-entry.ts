/** The parts of an inittab, as everything behind the parser sees them. */
import type { RunLevel } from '../runlevel.ts';

/** All actions of inittab(5) but `initdefault`, which names a level and is no entry. */
export type Action =
  | 'sysinit'
  | 'boot'
  | 'bootwait'
  | 'wait'
  | 'once'
  | 'respawn'
  | 'ondemand'
  | 'powerwait'
  | 'powerfail'
  | 'powerfailnow'
  | 'powerokwait'
  | 'ctrlaltdel'
  | 'kbrequest'
  | 'off';

export interface InittabEntry {
  readonly id: string;
  /** Internal list: `#`, `*`, or characters out of `0`–`9`, `S`, `A`–`C` (upper case) and whatever else stood there. */
  readonly levels: string;
  readonly action: Action;
  /** The process field without its `+` and `@` prefixes. */
  readonly command: string;
  /** False with the `+` prefix: no utmp and wtmp records for this process. */
  readonly records: boolean;
  /** `never` with the `@` prefix: the command is split at blanks and run as it stands. */
  readonly shell: 'auto' | 'never';
  readonly file: string;
  /** 1-based line in `file`. */
  readonly line: number;
}

export interface Inittab {
  /** In the order in which they are started: the power group first (in its own order), then the rest. */
  readonly entries: readonly InittabEntry[];
  /** The level of the first usable `initdefault` line. */
  readonly defaultLevel: RunLevel | undefined;
}
