/** Starts one script on our own standard streams and tells how it ended. Nobody here decides what to run. */
import type { ChildProcess } from 'node:child_process';
import type { ExitStatus, Millis, Pid } from '../../core/units.ts';
import { monotonicNow } from '../clock.ts';
import { errorCode } from '../os-error.ts';
import { ffiProblem } from '../libc/ffi.ts';
import { loadBuiltin } from '../load-builtin.ts';
import { awaitChild, posixSpawn } from '../libc/posix-spawn.ts';
import { explainStartFailure } from '../process/start-failure.ts';

export interface ScriptCall {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A session and process group of its own, so that all of it can be signalled at once. */
  readonly ownGroup: boolean;
  /** Where it prints to, with nothing to read; without it our own standard streams are the script's. */
  readonly outputFd?: number;
}

export type ScriptEnd =
  | { readonly kind: 'ended'; readonly status: ExitStatus; readonly durationMs: Millis }
  /** `code` is an errno name; `why` says it in words. */
  | {
      readonly kind: 'not-started';
      readonly code: string;
      readonly why: string;
      readonly durationMs: Millis;
    };

export interface RunningScript {
  /** Undefined if it could not be started. */
  readonly pid: Pid | undefined;
  /** Never rejects. Comes with the end of the script itself, whoever may still hold its streams. */
  readonly ended: Promise<ScriptEnd>;
  /** Signals the script, or its whole group if it has its own. Does nothing when nobody is there. */
  readonly signal: (signal: NodeJS.Signals) => void;
}

/** More than a thread needs to wake up on a busy machine; only waited for after a script was killed. */
const SIGNAL_DELAY_MS: Millis = 50;

/**
 * Starts a script as `startScript` does, with less work for the kernel and for us: for those who have nothing else to do
 * until it has ended. May block for a moment. What cannot be started that way is started, or fails, in the other.
 */
export function startNext(call: ScriptCall): RunningScript {
  if (call.outputFd !== undefined || ffiProblem() !== undefined) return startScript(call);
  const started = monotonicNow();
  let pid: Pid;
  try {
    const argv = [call.path, ...call.args];
    pid = posixSpawn({ ...call, argv, ownSession: call.ownGroup, stdio: [0, 1, 2] });
  } catch {
    return startScript(call);
  }
  const ended = new Promise<ScriptEnd>((resolve) => {
    awaitChild(pid, (status) => {
      const end = { kind: 'ended', status, durationMs: monotonicNow() - started } as const;
      hearSignalsFirst(status, () => resolve(end));
    });
  });
  return { pid, ended, signal: (signal) => sendSignal(call.ownGroup ? -pid : pid, signal) };
}

/**
 * Who signals our group signals script and us. Our own signal has to be heard first, or the end would pass for an
 * ordinary one and the next script be started; but it may come behind the SIGCHLD, in its queue or, if the kernel gave
 * it to another thread of Node's, a little later.
 */
function hearSignalsFirst(status: ExitStatus, then: () => void): void {
  if (status.kind === 'exited' && status.code <= 128) setImmediate(then);
  else setTimeout(then, SIGNAL_DELAY_MS);
}

/** Starts a script. A file without an interpreter line is run by /bin/sh, as every shell does. */
export function startScript(call: ScriptCall): RunningScript {
  const started = monotonicNow();
  let child = spawnScript(call, call.path, call.args);
  const ended = new Promise<ScriptEnd>((resolve) => {
    const durationMs = (): Millis => monotonicNow() - started;
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      const status = toStatus(code, signal);
      const end = { kind: 'ended', status, durationMs: durationMs() } as const;
      hearSignalsFirst(status, () => resolve(end));
    };
    const onError = (error: unknown): void => {
      const code = errorCode(error);
      // Where libc's execvp does not do it (musl), the shell is asked here.
      if (code === 'ENOEXEC' && child.spawnfile !== '/bin/sh') {
        child = spawnScript(call, '/bin/sh', [call.path, ...call.args])
          .once('exit', onExit)
          .once('error', onError);
      } else
        resolve({
          kind: 'not-started',
          code,
          why: explainStartFailure(call.path, error),
          durationMs: durationMs(),
        });
    };
    child.once('exit', onExit).once('error', onError);
  });
  return {
    get pid() {
      return child.pid;
    },
    ended,
    signal: (signal) => signalScript(child, signal, call.ownGroup),
  };
}

function spawnScript(call: ScriptCall, file: string, args: readonly string[]): ChildProcess {
  const { cwd, env, ownGroup: detached, outputFd } = call;
  const stdio = outputFd === undefined ? 'inherit' : (['ignore', outputFd, outputFd] as const);
  // Loaded here: it costs 3 ms, and the scripts of a level do without it.
  const { spawn } = loadBuiltin('node:child_process');
  return spawn(file, args, { cwd, env, stdio: typeof stdio === 'string' ? stdio : [...stdio], detached });
}

function toStatus(code: number | null, signal: NodeJS.Signals | null): ExitStatus {
  return signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signaled', signal };
}

function signalScript(child: ChildProcess, signal: NodeJS.Signals, group: boolean): void {
  if (child.pid === undefined) return;
  if (group) sendSignal(-child.pid, signal);
  else child.kill(signal);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: it ended meanwhile, which is what was wanted.
  }
}
