/** `rcinit plan LEVEL`: what a change of level would do, in order, and why. Nothing is done. */
import { formatExplainedPlan } from '../core/explain/explained-plan.ts';
import type { RunLevel } from '../core/runlevel.ts';
import { explainChange } from '../rc/explain-plan.ts';
import { describeDoubt, planChange } from '../rc/level-change.ts';
import type { AppletIo } from './applet.ts';
import { printable } from './printable.ts';
import { startProgress } from './progress.ts';

interface PlanOptions {
  /** Absolute. */
  readonly root: string;
  readonly level: RunLevel;
  readonly json: boolean;
}

export async function runPlan({ root, level, json }: PlanOptions, io: AppletIo): Promise<number> {
  const complain = (text: string): void => io.err(`rcinit: ${text}\n`);
  const progress = startProgress(io);
  progress.update('waiting for the answer of init …');
  const change = await planChange(root, level, complain);
  progress.stop();
  const plan = explainChange(root, change);
  if (json) {
    io.out(`${JSON.stringify({ version: 1, ...plan }, undefined, 2)}\n`);
    return 0;
  }
  const doubt = describeDoubt(change, root);
  if (doubt !== undefined) complain(doubt);
  io.out(formatExplainedPlan(plan, printable));
  return 0;
}
