/** Runs a script for what it prints, with a time limit. For commands that may take the time to load execa. */
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import type { ExitStatus, Millis } from '../../core/units.ts';
import { openOutputPipe } from './output-pipe.ts';
import { explainStartFailure } from '../process/start-failure.ts';

export interface OutputCall {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: Millis;
  /** Ends the script early, with its group. */
  readonly cancelSignal: AbortSignal;
  /** Our own when absent; only root can take another. */
  readonly identity?: { readonly uid: number; readonly gid: number };
  /** How long to wait for the end of its output when it has ended itself. */
  readonly drainMs?: Millis;
}

export type OutputEnd = (
  | { readonly kind: 'ended'; readonly status: ExitStatus }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'not-started'; readonly why: string }
) & {
  /** Standard output and error together, at most the first 64 KiB. */
  readonly output: string;
  /** Somebody still had the output open a little after the script's own end. */
  readonly isHeld: boolean;
  readonly durationMs: Millis;
};

const MAX_OUTPUT_CHARACTERS = 65_536;
/** What the script itself has printed is in the pipe when it ends; a daemon it left may hold the pipe for ever. */
const DRAIN_MS: Millis = 200;

/**
 * Runs the script in a session of its own, nothing to read. At the time limit its whole group is killed.
 * Never rejects.
 */
export async function captureScript(call: OutputCall): Promise<OutputEnd> {
  const started = performance.now();
  const pipe = openOutputPipe(call.identity);
  // The types of execa have no other numbers than 0 to 2; it hands on any.
  const end = (pipe?.fd ?? 'pipe') as 'pipe';
  const child = execa(call.path, call.args, {
    cwd: call.cwd,
    env: call.env,
    extendEnv: false,
    stdin: 'ignore',
    stdout: end,
    stderr: end,
    all: true,
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
    ...call.identity,
  });
  pipe?.letGo();
  const collected = collectOutput(pipe?.stream ?? child.all);
  const killGroup = (): void => killScriptGroup(child.pid);
  let isTimedOut = false;
  const limit = setTimeout(() => {
    isTimedOut = true;
    killGroup();
  }, call.timeoutMs);
  call.cancelSignal.addEventListener('abort', killGroup);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // A script that could not be started has no exit event; execa's own result then comes at once.
  await Promise.race([exited, child]);
  clearTimeout(limit);
  call.cancelSignal.removeEventListener('abort', killGroup);
  const durationMs = Math.round(performance.now() - started);
  const facts = { ...(await collected.end(call.drainMs ?? DRAIN_MS)), durationMs };
  if (isTimedOut) return { kind: 'timed-out', ...facts };
  if (child.exitCode !== null && child.exitCode >= 0) {
    return { kind: 'ended', status: { kind: 'exited', code: child.exitCode }, ...facts };
  }
  if (child.signalCode !== null) {
    return { kind: 'ended', status: { kind: 'signaled', signal: child.signalCode }, ...facts };
  }
  const { cause } = await child;
  return { kind: 'not-started', why: explainStartFailure(call.path, cause), ...facts };
}

type Collected = Pick<OutputEnd, 'output' | 'isHeld'>;

function collectOutput(stream: Readable): { readonly end: (withinMs: Millis) => Promise<Collected> } {
  let text = '';
  let isHeld = true;
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (text.length < MAX_OUTPUT_CHARACTERS) text += chunk.slice(0, MAX_OUTPUT_CHARACTERS - text.length);
  });
  const ended = new Promise<void>((resolve) => stream.once('end', resolve).once('close', resolve));
  void ended.then(() => (isHeld = false));
  return {
    end: async (withinMs) => {
      let timer: NodeJS.Timeout | undefined;
      const drained = new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs)));
      await Promise.race([ended, drained]);
      clearTimeout(timer);
      const collected = { output: text, isHeld };
      stream.destroy();
      return collected;
    },
  };
}

function killScriptGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: it ended meanwhile.
  }
}
