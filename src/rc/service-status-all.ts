/** `service --status-all`: asks every script for its status, several at a time, and reports in the order of names. */
import { availableParallelism } from 'node:os';
import { INIT_D } from '../core/system-paths.ts';
import type { Millis } from '../core/units.ts';
import { captureScript } from '../os/scripts/script-output.ts';
import type { OutputEnd } from '../os/scripts/script-output.ts';
import { scriptPath } from '../os/scripts/script-path.ts';
import { catchSignals } from '../os/process/signals.ts';
import { serviceEnvironment } from './environment.ts';
import { findProgramFolders } from './program-folders.ts';

interface ServiceStatus {
  readonly name: string;
  readonly status: 'running' | 'stopped' | 'unknown';
  readonly exit: number | null;
  readonly signal: string | null;
  readonly durationMs: Millis;
  /** What stands in the way of a better answer; null where there is nothing to say. */
  readonly why: string | null;
}

export interface StatusAllRequest {
  readonly root: string;
  /** In the order of the report. */
  readonly names: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: Millis;
  /** Gets each status as soon as those of all names before it are there. */
  readonly onStatus: (status: ServiceStatus) => void;
}

/**
 * Runs `status` of every service, at most one per processor at a time.
 * SIGINT, SIGTERM and SIGHUP kill what is running and end the list.
 * @returns The signal that ended it early.
 */
export async function askServices(request: StatusAllRequest): Promise<NodeJS.Signals | undefined> {
  const { names } = request;
  const abort = new AbortController();
  let interrupted: NodeJS.Signals | undefined;
  const release = catchSignals(['SIGINT', 'SIGTERM', 'SIGHUP'], (signal) => {
    interrupted = signal;
    abort.abort();
  });
  const answers: (ServiceStatus | undefined)[] = names.map(() => undefined);
  let next = 0;
  let reported = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < names.length && !abort.signal.aborted; index = next++) {
      answers[index] = await askService(names[index] ?? '', request, abort.signal);
      if (abort.signal.aborted) return;
      for (let done = answers[reported]; done !== undefined; done = answers[++reported])
        request.onStatus(done);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  release();
  return interrupted;
}

async function askService(
  name: string,
  { root, env, timeoutMs }: StatusAllRequest,
  cancelSignal: AbortSignal,
): Promise<ServiceStatus> {
  const end = await captureScript({
    path: scriptPath(root, `${INIT_D}/${name}`),
    args: ['status'],
    cwd: root,
    env: serviceEnvironment(env, findProgramFolders(root)),
    timeoutMs,
    cancelSignal,
  });
  return { name, durationMs: end.durationMs, ...judge(end, timeoutMs) };
}

/** @see Debian's service(8): usage in the output, else exit 0 with some output, else anything. */
function judge(end: OutputEnd, timeoutMs: Millis): Pick<ServiceStatus, 'status' | 'exit' | 'signal' | 'why'> {
  const nothing = { exit: null, signal: null, why: null };
  if (end.kind === 'timed-out') {
    return { ...nothing, status: 'unknown', why: `no answer within ${timeoutMs / 1000} s, killed` };
  }
  if (end.kind === 'not-started')
    return { ...nothing, status: 'stopped', why: `cannot be started: ${end.why}` };
  const facts =
    end.status.kind === 'exited'
      ? { ...nothing, exit: end.status.code }
      : { ...nothing, signal: end.status.signal };
  if (/usage:/i.test(end.output)) return { ...facts, status: 'unknown', why: 'it has no status action' };
  // The shell's $(…) drops final newlines, so blank lines alone are no output.
  const isRunning = facts.exit === 0 && end.output.replace(/\n+$/, '') !== '';
  return { ...facts, status: isRunning ? 'running' : 'stopped' };
}
