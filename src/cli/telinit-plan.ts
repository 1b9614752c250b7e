/** `telinit --plan LEVEL`: what the change would stop and start, in order. Nothing is done. */
import type { RunLevel } from '../core/runlevel.ts';
import { describeDoubt, planChange, type LevelChangePlan } from '../rc/level-change.ts';
import { listWork } from '../rc/planned-scripts.ts';
import { formatPlan } from '../rc/report.ts';
import type { AppletIo } from './applet.ts';
import { printable } from './printable.ts';

export interface PlanRequest {
  readonly root: string;
  readonly level: RunLevel;
  readonly json: boolean;
}

export async function showPlan({ root, level, json }: PlanRequest, io: AppletIo): Promise<number> {
  const complain = (text: string): void => io.err(`${io.name}: ${text}\n`);
  const change = await planChange(root, level, complain);
  const { plan } = change;
  if (json) {
    const starts = plan.starts.map(({ work, ...start }) =>
      work === undefined ? start : { ...start, scripts: listWork(work) },
    );
    io.out(`${JSON.stringify({ ...plan, starts }, undefined, 2)}\n`);
    return 0;
  }
  const doubt = describeDoubt(change, root);
  if (doubt !== undefined) complain(doubt);
  io.out(formatLevelPlan(plan));
  return 0;
}

function formatLevelPlan({ from, to, stops, starts }: LevelChangePlan): string {
  if (from === to && to !== 'S') return `run level ${to} already, nothing is done\n`;
  const head = `run level ${from} -> ${to}\n`;
  if (stops.length + starts.length === 0) return `${head}nothing is stopped or started\n`;
  return [
    head,
    ...stops.map(({ id, pid, command }) => {
      const who = pid === undefined ? '' : ` (pid ${pid})`;
      return `stop  entry "${printable(id)}"${who}: ${printable(command)}\n`;
    }),
    ...starts.map(({ id, action, command, work }) => {
      const line = `start entry "${printable(id)}" (${action}): ${printable(command)}\n`;
      const calls = (work === undefined ? '' : formatPlan(work)).split('\n').slice(0, -1);
      return [line, ...calls.map((call) => `        ${call}\n`)].join('');
    }),
  ].join('');
}
