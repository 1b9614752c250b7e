/** Runs a script as a person at a terminal does, and hangs up afterwards. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ExitStatus, Millis, Pid } from '../../core/units.ts';
import { killProcess } from '../process/kill-process.ts';
import { openOutputPty, type OutputPty } from './pty.ts';

export interface TerminalCall {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** As a shell writes it. */
  readonly umask: string;
  /** Open for reading at descriptor 7. */
  readonly openFile: string;
  readonly timeoutMs: Millis;
  readonly cancelSignal: AbortSignal;
}

export interface TerminalRun {
  readonly end: { readonly kind: 'ended'; readonly status: ExitStatus } | { readonly kind: 'timed-out' };
  readonly output: string;
  readonly durationMs: Millis;
  /** Session of the shell at the terminal, which is still there. */
  readonly sid: Pid;
  /** Undefined where there are no pseudo terminals. */
  readonly terminal: string | undefined;
  /** Ends the shell and closes the terminal. */
  readonly hangUp: () => Promise<void>;
}

/**
 * The leader of the session: it opens the terminal, which makes it the controlling one, runs the script in the
 * foreground, tells its exit status, and stays until its standard input ends.
 */
const SHELL = `exec 3<&0 4>&1
exec <"$1" >"$1" 2>&1 7<"$4"
umask "$2"
cd "$3" || exit
shift 4
"$@" 3<&- 4>&-
echo "$?" >&4
read -r _ <&3`;

/** Comes back when the script is over; its terminal is still open then. */
export async function startAtTerminal(call: TerminalCall): Promise<TerminalRun> {
  const started = performance.now();
  let output = '';
  const pty = openOutputPty(undefined, (text) => (output += text));
  const terminal = pty === undefined ? undefined : readlinkSync(`/proc/self/fd/${pty.fd}`);
  const words = [terminal ?? '/dev/null', call.umask, call.cwd, call.openFile, call.path, ...call.args];
  const child = spawn('/bin/sh', ['-c', SHELL, 'sh', ...words], {
    env: call.env,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const closed = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const code = await readStatus(child, call);
  let hungUp: Promise<void> | undefined;
  return {
    end: code === undefined ? { kind: 'timed-out' } : { kind: 'ended', status: { kind: 'exited', code } },
    get output() {
      return output;
    },
    durationMs: Math.round(performance.now() - started),
    sid: child.pid ?? 0,
    terminal,
    hangUp: () => (hungUp ??= hangUp(child, pty, closed)),
  };
}

/** @returns Undefined at the time limit or when the shell was ended. */
async function readStatus(child: ChildProcess, call: TerminalCall): Promise<number | undefined> {
  const killGroup = (): void => killProcess(child.pid === undefined ? undefined : -child.pid);
  const limit = setTimeout(killGroup, call.timeoutMs);
  call.cancelSignal.addEventListener('abort', killGroup);
  try {
    return await new Promise<number | undefined>((resolve) => {
      if (child.stdout === null) return resolve(undefined);
      child.once('error', () => resolve(undefined));
      child.once('exit', () => resolve(undefined));
      createInterface({ input: child.stdout }).once('line', (line) => resolve(Number(line)));
    });
  } finally {
    clearTimeout(limit);
    call.cancelSignal.removeEventListener('abort', killGroup);
  }
}

async function hangUp(child: ChildProcess, pty: OutputPty | undefined, closed: Promise<void>): Promise<void> {
  child.stdin?.on('error', () => undefined);
  child.stdin?.end();
  pty?.close();
  if (child.exitCode === null && child.signalCode === null) await closed;
  child.stdout?.destroy();
}
