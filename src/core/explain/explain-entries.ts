/** Why a change of level stops, starts, keeps or passes over each line of the inittab. */
import type { ExplainedEntry } from './explained-plan.ts';
import type { Inittab, InittabEntry } from '../inittab/inittab-entry.ts';
import type { PlannedStart, PlannedStop } from '../engine/level-plan.ts';
import type { RunLevel } from '../runlevel.ts';
import { belongsTo, isEventAction, isRespawned, type Slot } from '../engine/slot.ts';

export interface EntryFacts {
  readonly to: RunLevel;
  readonly stops: readonly PlannedStop[];
  readonly starts: readonly PlannedStart[];
  readonly table: Inittab;
  /** What runs now. */
  readonly slots: readonly Slot[];
}

/** @returns What is stopped, what is started in its order, then what stays as it is. */
export function explainEntries(facts: EntryFacts): readonly ExplainedEntry[] {
  const { to, stops, starts, table, slots } = facts;
  const running = new Map(slots.map(({ entry, run }) => [entry.id, run]));
  const touched = new Set([...stops, ...starts].map(({ id }) => id));
  const others = table.entries.filter(
    (entry) => !touched.has(entry.id) && belongsTo({ entry, demand: false }, to),
  );
  return [
    ...stops.map((stop): ExplainedEntry => {
      const slot = slots.find(({ entry }) => entry.id === stop.id);
      const { id, command, pid } = stop;
      const rest = { kind: 'stop', id, action: slot?.entry.action ?? '', command } as const;
      return { ...rest, ...withPid(pid), why: whyStopped(slot, entryOf(table, id), to) };
    }),
    ...starts.map(({ id, action, command, isWaitedFor }): ExplainedEntry => {
      const wait = isWaitedFor ? '; what follows waits for its end' : '';
      return { kind: 'start', id, action, command, why: `${placeOf(entryOf(table, id))}${wait}` };
    }),
    ...others.map((entry): ExplainedEntry => {
      const { id, action, command } = entry;
      const run = running.get(id);
      const pid = run?.kind === 'running' && run.pid > 0 ? run.pid : undefined;
      const kind = run === undefined ? 'skip' : 'keep';
      const why = `${placeOf(entry)}; ${kind === 'keep' ? 'it runs and stays' : whySkipped(entry)}`;
      return { kind, id, action, command, ...withPid(pid), why };
    }),
  ];
}

/** `/etc/inittab:7 has it in 2345`. */
export function placeOf(entry: InittabEntry | undefined): string {
  if (entry === undefined) return 'the inittab does not have it';
  // The shell of single user stands in no line where nobody wrote one.
  if (entry.line === 0) return `no line of ${entry.file} is for ${entry.levels}, so it is this`;
  const place = `${entry.file}:${entry.line}`;
  if (entry.levels === '#' || entry.levels === '*') return `${place} has it at boot only`;
  return `${place} has it in ${entry.levels}`;
}

function entryOf(table: Inittab, id: string): InittabEntry | undefined {
  return table.entries.find((entry) => entry.id === id);
}

function whyStopped(slot: Slot | undefined, now: InittabEntry | undefined, to: RunLevel): string {
  if (now === undefined) return 'it is no longer in the inittab';
  if (slot !== undefined && now.action !== slot.entry.action)
    return `its action was ${slot.entry.action} and is ${now.action} in ${now.file}:${now.line}`;
  return `${placeOf(now)}, not in ${to}`;
}

function whySkipped({ action }: InittabEntry): string {
  if (action === 'off') return 'its action is off';
  if (isEventAction(action)) return 'it waits for its event';
  return isRespawned(action) ? 'nothing is kept running while everything ends' : 'it has run already';
}

function withPid(pid: number | undefined): { readonly pid?: number } {
  return pid === undefined ? {} : { pid };
}
