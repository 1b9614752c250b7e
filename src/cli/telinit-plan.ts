/** `telinit --plan LEVEL`: what the change would stop and start, in order. Nothing is done. */
import { CONTROL_VERSION, decodeReplyLine, encodeLine, type StatusReply } from '../core/control-message.ts';
import { parseInittab } from '../core/inittab.ts';
import type { Inittab } from '../core/inittab-entry.ts';
import {
  guessSlots,
  planLevel,
  runsScriptsOf,
  slotsOf,
  type PlannedStart,
  type PlannedStop,
} from '../core/level-plan.ts';
import { parseRunLevel, type InitLevel, type PreviousLevel, type RunLevel } from '../core/runlevel.ts';
import { CONTROL_SOCKET } from '../core/system-paths.ts';
import { askControl } from '../os/control-client.ts';
import { inRoot } from '../os/in-root.ts';
import { readInittabFiles } from '../os/read-inittab.ts';
import { readLevels } from '../os/read-levels.ts';
import { listWork, planScripts } from '../rc/planned-scripts.ts';
import { formatPlan } from '../rc/report.ts';
import type { LevelWork } from '../rc/run-level.ts';
import type { AppletIo } from './applet.ts';
import { printable } from './printable.ts';

export interface PlanRequest {
  readonly root: string;
  readonly level: RunLevel;
  readonly json: boolean;
}

interface Plan {
  /** `N`: no init runs, as far as one can tell. */
  readonly from: PreviousLevel;
  readonly to: RunLevel;
  /** Whether init itself said what runs; else it is what the table says of the level. */
  readonly known: boolean;
  readonly stops: readonly PlannedStop[];
  readonly starts: readonly (PlannedStart & { readonly work?: LevelWork })[];
}

const ASK_DEADLINE_MS = 5_000;

export async function showPlan({ root, level, json }: PlanRequest, io: AppletIo): Promise<number> {
  const status = await askStatus(root);
  const plan = await makePlan(root, level, status, io);
  if (json) {
    const starts = plan.starts.map(({ work, ...start }) =>
      work === undefined ? start : { ...start, scripts: listWork(work) },
    );
    io.out(`${JSON.stringify({ ...plan, starts }, undefined, 2)}\n`);
    return 0;
  }
  if (!plan.known)
    io.err(
      `${io.name}: no rcinit answers on ${inRoot(root, CONTROL_SOCKET)}; what runs is guessed from inittab and level\n`,
    );
  else if (status?.state !== 'running')
    io.err(
      `${io.name}: init is busy (${status?.state ?? ''}); this is what it would do from where it is now\n`,
    );
  io.out(formatLevelPlan(plan));
  return 0;
}

async function askStatus(root: string): Promise<StatusReply | undefined> {
  const line = encodeLine({ version: CONTROL_VERSION, command: 'status' }).trimEnd();
  const answer = await askControl(inRoot(root, CONTROL_SOCKET), line, ASK_DEADLINE_MS);
  const reply = answer.kind === 'answer' ? decodeReplyLine(answer.line) : undefined;
  return reply?.kind === 'status' ? reply : undefined;
}

async function makePlan(
  root: string,
  to: RunLevel,
  status: StatusReply | undefined,
  io: AppletIo,
): Promise<Plan> {
  const table = parseInittab(readInittabFiles(root)).table;
  const from: PreviousLevel = status?.level ?? levelFromFiles(root) ?? 'N';
  const known = status !== undefined;
  if (from === to && to !== 'S') return { from, to, known, stops: [], starts: [] };
  const slots = status === undefined ? guess(table, from) : slotsOf(status.entries);
  const { stops, starts } = planLevel({ slots, table, to, place: status?.place ?? 'machine' });
  const change = { level: to, previous: from };
  const complain = (text: string): void => io.err(`${io.name}: ${text}\n`);
  const withScripts = await Promise.all(
    starts.map(async (start) =>
      runsScriptsOf(start.command, to)
        ? { ...start, work: await planScripts(root, change, complain) }
        : start,
    ),
  );
  return { from, to, known, stops, starts: withScripts };
}

function guess(table: Inittab, from: PreviousLevel): ReturnType<typeof guessSlots> {
  return from === 'N' ? [] : guessSlots(table, from);
}

function levelFromFiles(root: string): InitLevel | undefined {
  return parseRunLevel(readLevels(root)?.level ?? '');
}

function formatLevelPlan({ from, to, stops, starts }: Plan): string {
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
