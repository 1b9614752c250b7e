/** Runs the scripts of one phase side by side, each with its output kept together. */
import type { ScriptRecord } from '../core/scripts/last-rc.ts';
import type { ParallelPhase } from '../core/scripts/rc-phases.ts';
import { INIT_D } from '../core/system-paths.ts';
import { createSchedule, type Task } from '../core/scripts/rc-schedule.ts';
import { openOutputPty } from '../os/terminal/pty.ts';
import { windowSize } from '../os/stdio.ts';
import { groupOutput, type GroupedOutput, type OutputLimits } from './grouped-output.ts';
import { runSchedule } from './run-schedule.ts';
import { runScriptStep, type StepContext } from './run-script-step.ts';
import { recordSkip, type RunStep } from './script-record.ts';

/** What Debian's rc asks of startpar: `-t 20 -T 3`. */
const LIMITS: OutputLimits = { silenceMs: 20_000, quietMs: 3_000 };

export interface PhaseContext extends StepContext {
  readonly jobs: number;
  readonly out: (text: string) => void;
  readonly add: (script: ScriptRecord) => void;
  readonly isStopped: () => boolean;
}

/** Comes when every script of the phase has ended, or the run was. */
export async function runPhase(phase: ParallelPhase, context: PhaseContext): Promise<void> {
  for (const step of phase.skipped) context.add(recordSkip(step));
  const schedule = createSchedule(phase.tasks);
  for (const [name, need] of schedule.dropped) {
    context.err(
      `rc: ${name} needs ${need}, which needs ${name}; going on without that, insserv shows the loop\n`,
    );
  }
  const output = groupOutput(LIMITS, (_, text) => context.out(text));
  await runSchedule({
    schedule,
    jobs: context.jobs,
    isStopped: context.isStopped,
    start: async (task) => {
      const step = phase.steps.get(task.name);
      if (step !== undefined) context.add(await runTask(step, task, context, output));
    },
  });
}

async function runTask(
  step: RunStep,
  task: Task,
  context: PhaseContext,
  output: GroupedOutput,
): Promise<ScriptRecord> {
  output.begin(task.name);
  const pty = task.interactive
    ? undefined
    : openOutputPty(windowSize(), (text) => output.add(task.name, text));
  const how = { outputFd: pty?.fd, path: `${INIT_D}/${step.name}`, after: task.needs };
  const script = await runScriptStep(step, how, context);
  pty?.close();
  output.end(task.name);
  return script;
}
