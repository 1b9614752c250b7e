/** What a change of level would do, from what init says of itself, or else from inittab and the level on record. */
import {
  CONTROL_VERSION,
  decodeReplyLine,
  encodeLine,
  type StatusReply,
} from '../core/engine/control-message.ts';
import { parseInittab } from '../core/inittab/inittab.ts';
import type { Inittab } from '../core/inittab/inittab-entry.ts';
import {
  guessSlots,
  planLevel,
  runsScriptsOf,
  slotsOf,
  type PlannedStart,
  type PlannedStop,
} from '../core/engine/level-plan.ts';
import { parseRunLevel, type InitLevel, type PreviousLevel, type RunLevel } from '../core/runlevel.ts';
import type { Slot } from '../core/engine/slot.ts';
import { CONTROL_SOCKET } from '../core/system-paths.ts';
import { askControl } from '../os/pid1/control-client.ts';
import { inRoot } from '../os/file/in-root.ts';
import { readInittabFiles } from '../os/pid1/read-inittab.ts';
import { readLevels } from '../os/pid1/read-levels.ts';
import { planScripts } from './planned-scripts.ts';
import type { LevelWork } from './level-work.ts';

export interface LevelChangePlan {
  /** `N`: no init runs, as far as one can tell. */
  readonly from: PreviousLevel;
  readonly to: RunLevel;
  /** Whether init itself said what runs; else it is what the table says of the level. */
  readonly known: boolean;
  readonly stops: readonly PlannedStop[];
  readonly starts: readonly (PlannedStart & { readonly work?: LevelWork })[];
}

/** The plan, and what it was made from. */
export interface PlannedChange {
  readonly plan: LevelChangePlan;
  readonly table: Inittab;
  readonly slots: readonly Slot[];
  readonly status: StatusReply | undefined;
}

const ASK_DEADLINE_MS = 5_000;

/** @param complain Told of a link directory that cannot be read. */
export async function planChange(
  root: string,
  to: RunLevel,
  complain: (text: string) => void,
): Promise<PlannedChange> {
  const status = await askStatus(root);
  const { table } = parseInittab(readInittabFiles(root));
  const from: PreviousLevel = status?.level ?? levelFromFiles(root) ?? 'N';
  const known = status !== undefined;
  const slots = status === undefined ? guess(table, from) : slotsOf(status.entries);
  const made = { table, slots, status };
  if (from === to && to !== 'S') return { ...made, plan: { from, to, known, stops: [], starts: [] } };
  const { stops, starts } = planLevel({ slots, table, to, place: status?.place ?? 'machine' });
  const change = { level: to, previous: from };
  const withScripts = await Promise.all(
    starts.map(async (start) =>
      runsScriptsOf(start.command, to)
        ? { ...start, work: await planScripts(root, change, complain) }
        : start,
    ),
  );
  return { ...made, plan: { from, to, known, stops, starts: withScripts } };
}

/** What weakens the plan: that nobody could be asked, or that init is busy. */
export function describeDoubt({ plan, status }: PlannedChange, root: string): string | undefined {
  if (!plan.known)
    return `no rcinit answers on ${inRoot(root, CONTROL_SOCKET)}; what runs is guessed from inittab and level`;
  return status?.state === 'running'
    ? undefined
    : `init is busy (${status?.state ?? ''}); this is what it would do from where it is now`;
}

/** @returns What init says of itself; undefined where none answers. */
export async function askStatus(root: string): Promise<StatusReply | undefined> {
  const line = encodeLine({ version: CONTROL_VERSION, command: 'status' }).trimEnd();
  const answer = await askControl(inRoot(root, CONTROL_SOCKET), line, ASK_DEADLINE_MS);
  const reply = answer.kind === 'answer' ? decodeReplyLine(answer.line) : undefined;
  return reply?.kind === 'status' ? reply : undefined;
}

/** The level on record, where no init can be asked. */
export function levelFromFiles(root: string): InitLevel | undefined {
  return parseRunLevel(readLevels(root)?.level ?? '');
}

function guess(table: Inittab, from: PreviousLevel): readonly Slot[] {
  return from === 'N' ? [] : guessSlots(table, from);
}
