/** Runs one script of a level and tells how it ended. */
import type { ScriptRecord } from '../core/scripts/last-rc.ts';
import type { Millis } from '../core/units.ts';
import { monotonicNow } from '../os/clock.ts';
import { scriptPath } from '../os/scripts/script-path.ts';
import { startNext, startScript, type RunningScript } from '../os/scripts/script-runner.ts';
import type { Recorder } from './recorder.ts';
import { formatStillRunning } from './report.ts';
import { recordEnd, recordInterruption, type RunStep } from './script-record.ts';
import { watchScript, type WatchLimits } from './watch-script.ts';

/** What all scripts of a level have in common. */
export interface StepContext extends WatchLimits {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly err: (text: string) => void;
  readonly recorder: Recorder;
  /** Nothing else goes on beside the script. */
  readonly isAlone: boolean;
  /** The scripts at work. */
  readonly atWork: Set<RunningScript>;
  /** Settled by the signal that ends the run. */
  readonly interrupted: Promise<NodeJS.Signals>;
}

/** How one script is run. */
export interface StepHow {
  /** Where it prints to; our own standard streams without. */
  readonly outputFd: number | undefined;
  /** The path it is called by, inside the root. */
  readonly path: string;
  readonly after: readonly string[];
}

/** Never rejects. Comes with the end of the script, or of the run. */
export async function runScriptStep(
  step: RunStep,
  { outputFd, path, after }: StepHow,
  context: StepContext,
): Promise<ScriptRecord> {
  const { root, env, recorder, timeoutMs } = context;
  recorder.begin(step.name);
  const start = { at: Date.now(), after };
  const tick: Millis = monotonicNow();
  const script = (context.isAlone ? startNext : startScript)({
    path: scriptPath(root, path),
    args: [step.action],
    cwd: root,
    env,
    ownGroup: timeoutMs !== undefined,
    ...(outputFd !== undefined && { outputFd }),
  });
  context.atWork.add(script);
  const watched = watchScript(script, context, (elapsedMs) => {
    context.err(formatStillRunning(step.name, step.action, script.pid ?? 0, elapsedMs));
    recorder.save();
  });
  const end = await Promise.race([watched, context.interrupted]);
  context.atWork.delete(script);
  return typeof end === 'string'
    ? recordInterruption(step, start, end, monotonicNow() - tick)
    : recordEnd(step, start, end, timeoutMs);
}
