/** Runs programs side by side with the output of each kept together: the work of startpar, without its files. */
import { createSchedule, type Task } from '../core/scripts/rc-schedule.ts';
import type { TaskEnd } from '../core/scripts/startpar-report.ts';
import { openOutputPty } from '../os/terminal/pty.ts';
import { startScript } from '../os/scripts/script-runner.ts';
import { windowSize } from '../os/stdio.ts';
import { groupOutput, type GroupedOutput, type OutputLimits } from './grouped-output.ts';
import { runSchedule } from './run-schedule.ts';

export interface TogetherRun {
  readonly tasks: readonly Task[];
  readonly jobs: number;
  readonly limits: OutputLimits;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly args: readonly string[];
  readonly pathOf: (task: Task) => string;
  /** Gets output of a task, and why one could not be started. */
  readonly show: (name: string, text: string) => void;
  /** A need that was dropped because it closes a circle. */
  readonly onLoop: (name: string, need: string) => void;
}

/** @returns How each task ended, in the order of the tasks. */
export async function runTogether(run: TogetherRun): Promise<readonly TaskEnd[]> {
  const schedule = createSchedule(run.tasks);
  for (const [name, need] of schedule.dropped) run.onLoop(name, need);
  const output = groupOutput(run.limits, run.show);
  const ends = new Map<string, TaskEnd>();
  await runSchedule({
    schedule,
    jobs: run.jobs,
    isStopped: () => false,
    start: async (task) => void ends.set(task.name, await runOne(task, run, output)),
  });
  return run.tasks.flatMap(({ name }) => ends.get(name) ?? []);
}

async function runOne(task: Task, run: TogetherRun, output: GroupedOutput): Promise<TaskEnd> {
  const { name } = task;
  output.begin(name);
  const pty = task.interactive ? undefined : openOutputPty(windowSize(), (text) => output.add(name, text));
  const { cwd, env, args } = run;
  const call = { path: run.pathOf(task), args, cwd, env, ownGroup: false };
  const end = await startScript({ ...call, ...(pty && { outputFd: pty.fd }) }).ended;
  pty?.close();
  if (end.kind === 'not-started') output.add(name, `${call.path}: ${end.why}\n`);
  output.end(name);
  return { name, status: end.kind === 'ended' ? end.status : undefined };
}
