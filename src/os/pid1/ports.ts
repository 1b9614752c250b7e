/**
 * Everything the init process may ask of the machine. `real.ts` builds it from the modules beside this one;
 * tests of the loop wire recorders. Nothing here throws: a failure is an answer, because PID 1 goes on.
 */
import type { OwedRecords, RecordFact } from '../../core/wire/init-records.ts';
import type { InittabFile } from '../../core/inittab/inittab-file.ts';
import type { DaemonSidecar } from '../../core/daemon/daemon-sidecar.ts';
import type { MainLook } from '../../core/engine/main-script.ts';
import type { EpochMillis, ExitStatus, Millis, Pid } from '../../core/units.ts';

export interface SpawnRequest {
  /** The program and its arguments; the program is looked up in `env.PATH`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Take the console as controlling terminal (waited-for entries of sysinit, boot and S). */
  readonly controllingTerminal: boolean;
}

export type SpawnResult =
  | { readonly kind: 'spawned'; readonly pid: Pid }
  /** `code` is an errno name, e.g. `ENOENT`. */
  | { readonly kind: 'failed'; readonly code: string };

export interface ReexecRequest {
  /** What descriptor 11 will say. */
  readonly stream: Uint8Array;
  /** Of the program that init becomes. */
  readonly env: Readonly<Record<string, string>>;
}

/** Names of the signals that mean something to init; the last two are SIGRTMIN+3 and SIGRTMIN+4. */
export type InitSignal =
  | 'SIGHUP'
  | 'SIGINT'
  | 'SIGTERM'
  | 'SIGQUIT'
  | 'SIGUSR1'
  | 'SIGUSR2'
  | 'SIGPWR'
  | 'SIGWINCH'
  | 'SIGTSTP'
  | 'SIGCONT'
  | 'SIGRTMIN+3'
  | 'SIGRTMIN+4';

export interface InitPorts {
  /** Monotonic; only differences mean something. */
  readonly now: () => Millis;
  readonly wallClock: () => EpochMillis;
  /** Calls back once after the time; the returned function cancels it. */
  readonly setTimer: (afterMs: Millis, fire: () => void) => () => void;

  /** Starts a program in a session of its own on the console, in the root, umask 022, signals at default. */
  readonly spawn: (request: SpawnRequest) => SpawnResult;
  /** The end of each process started by `spawn` or known to be inherited, exactly once. */
  readonly onExit: (listener: (pid: Pid, status: ExitStatus) => void) => void;
  /** Signals a process group; false if there is none any more. */
  readonly signalGroup: (leader: Pid, signal: 'SIGTERM' | 'SIGKILL') => boolean;
  /** Signals everything that is left: as PID 1 all of the namespace, in a folder all our descendants. */
  readonly signalRest: (signal: 'SIGTERM' | 'SIGKILL') => void;
  /** True if no child and no adopted orphan is left. */
  readonly isChildless: () => boolean;
  /** Called after children were reaped and none is left. */
  readonly onChildless: (listener: () => void) => void;

  readonly onSignal: (listener: (signal: InitSignal) => void) => void;
  /** Whole 384-byte requests and counts of bogus reads, as they come from the control fifo. */
  readonly onRequest: (listener: (request: Uint8Array) => void, bogus: () => void) => void;
  readonly openFifo: () => void;
  readonly closeFifo: () => void;

  /** The inittab, then the `.tab` files, whatever could be read of them. */
  readonly readTable: () => readonly InittabFile[];
  readonly hasInitscript: () => boolean;
  /** The first byte of the power state file, which is deleted; undefined if there is none. */
  readonly takePowerState: () => string | undefined;
  /** Writes the level file, `runlevel`'s file and the process title. Failures are reported once and tried again. */
  readonly writeLevel: (level: string, previous: string) => void;
  /** Writes a record of init's to utmp and wtmp, with those that could not be written before. */
  readonly record: (fact: RecordFact) => void;
  /** What of it could not be written yet. */
  readonly owedRecords: () => OwedRecords;

  /** One line on the console, in sysvinit's form (`\rINIT: text\r\n`). Never blocks. */
  readonly sayConsole: (text: string) => void;
  readonly saySyslog: (text: string) => void;
  /** Puts the console to sane modes and flushes it; does nothing where stdio is the console of somebody else. */
  readonly resetConsole: () => void;
  /** Asks for a run level on the console; the answer is one line. Nothing comes where there is no console. */
  readonly askConsole: (prompt: string, answer: (line: string | undefined) => void) => void;
  /** Answers the lines that come through the control socket, from now on. */
  readonly listen: (answer: (line: string, gone: AbortSignal) => Promise<string>) => void;
  /** What is to be seen of an init script's daemon, `followed` if it is known already. */
  readonly lookAtMain: (script: string, followed: DaemonSidecar | undefined) => MainLook;
  /** Runs `/sbin/shutdown -hP now`, once in init's life. */
  readonly powerOff: () => void;
  /** Stops this process like Ctrl-Z stops any other. */
  readonly stopSelf: () => void;
  /** True if init was started on a terminal that is gone now. */
  readonly lostTerminal: () => boolean;
  readonly exit: (status: number) => void;

  /** True for children of ours, dead or alive; also where it cannot be asked. */
  readonly isChild: (pid: Pid) => boolean;
  /** Tries the program at init's own path. `why` is undefined if it works. */
  readonly tryProgram: (answer: (why: string | undefined) => void) => void;
  /** Becomes that program. @returns Why that failed; then everything is as it was. */
  readonly reexec: (handover: ReexecRequest) => string;
}
