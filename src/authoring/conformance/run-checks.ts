/** The process that tries a script, in its room or here: asks for nothing, tells what it sees as events. */
import { captureScript } from '../../os/scripts/script-output.ts';
import { makeScratchFolder } from '../../os/file/scratch-folder.ts';
import { serviceEnvironment } from '../../rc/environment.ts';
import { findProgramFolders } from '../../rc/program-folders.ts';
import { Bench } from './bench.ts';
import { resultOf, type RunFacts } from './check.ts';
import { exitCodeOf } from './judge-action.ts';
import { makeDaemonLook } from './look-at-daemon.ts';
import { makePlace, makeTerminalSide, type Surroundings } from './make-place.ts';
import type { TestEvent, TestRequest } from './request.ts';
import { CHECKS, tryCheck } from './try-checks.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Tries the script and leaves the service stopped, or running if it was and that was allowed.
 * @param cancelSignal Ends what runs; the service is stopped all the same.
 */
export async function runChecks(
  request: TestRequest,
  env: Env,
  tell: (event: TestEvent) => void,
  cancelSignal: AbortSignal,
): Promise<void> {
  process.umask(0o022);
  const scratch = makeScratchFolder();
  let calls: RunFacts[] = [];
  let signal = cancelSignal;
  const around: Surroundings = {
    request,
    env,
    scratch,
    cancelSignal: () => signal,
    onCall: (run) => void calls.push(run),
  };
  const place = makePlace(around);
  const bench = new Bench(place);
  const takeCalls = (): readonly RunFacts[] => calls.splice(0);
  try {
    const { kind, why, wasRunning } = await begin(request, env, place.call, cancelSignal);
    if (kind === 'refused') return tell({ kind, why });
    const look = makeDaemonLook(bench, makeTerminalSide(around));
    takeCalls();
    for (const check of CHECKS.filter(({ info }) => request.checks.includes(info.name))) {
      if (cancelSignal.aborted) break;
      tell({ kind: 'begin', name: check.info.name });
      const started = performance.now();
      const verdict = await tryCheck(check, bench, look);
      const durationMs = Math.round(performance.now() - started);
      tell({ kind: 'result', result: resultOf(check.info, verdict, { durationMs, calls: takeCalls() }) });
    }
    // A cancelled one could stop nothing any more.
    signal = new AbortController().signal;
    if (request.place === 'here') await place.call([wasRunning ? 'restart' : 'stop'], 'plain');
  } finally {
    scratch.remove();
  }
}

interface Begun {
  readonly kind: 'begun' | 'refused';
  readonly why: string;
  readonly wasRunning: boolean;
}

async function begin(
  { prepare, place, force, root, timeoutMs }: TestRequest,
  env: Env,
  call: ReturnType<typeof makePlace>['call'],
  cancelSignal: AbortSignal,
): Promise<Begun> {
  if (prepare !== undefined) {
    const environment = serviceEnvironment(env, findProgramFolders(root));
    const words = { path: '/bin/sh', args: ['-c', prepare], cwd: root, env: environment };
    const end = await captureScript({ ...words, timeoutMs, cancelSignal });
    const isFine = end.kind === 'ended' && end.status.kind === 'exited' && end.status.code === 0;
    const said = end.output.trim().split('\n').at(-1) ?? '';
    if (!isFine)
      return { kind: 'refused', why: `the command of --prepare failed: ${said}`, wasRunning: false };
  }
  if (place === 'room') return { kind: 'begun', why: '', wasRunning: false };
  const wasRunning = exitCodeOf(await call(['status'], 'plain')) === 0;
  if (wasRunning && !force)
    return { kind: 'refused', why: 'it is running; stop it, or add --force', wasRunning };
  if (wasRunning) await call(['stop'], 'plain');
  return { kind: 'begun', why: '', wasRunning };
}
