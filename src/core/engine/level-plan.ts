/** What a change of level would stop and start: the engine's own rules, told ahead. Does nothing. */
import type { EntryStatus } from './control-message.ts';
import { findLeaving, mergeSlots } from './inittab-diff.ts';
import type { Action, Inittab } from '../inittab/inittab-entry.ts';
import type { Place } from './machine-types.ts';
import type { InitLevel, RunLevel } from '../runlevel.ts';
import { belongsTo, freshSlots, isRespawned, isWaitedFor, type Slot } from './slot.ts';
import type { Pid } from '../units.ts';

export interface LevelPlan {
  /** In the order of the signals. */
  readonly stops: readonly PlannedStop[];
  /** In the order in which they start; what follows one that is waited for starts after its end. */
  readonly starts: readonly PlannedStart[];
}

export interface PlannedStop {
  readonly id: string;
  readonly command: string;
  /** Undefined where nobody could be asked. */
  readonly pid: Pid | undefined;
}

export interface PlannedStart {
  readonly id: string;
  readonly action: Action;
  readonly command: string;
  readonly isWaitedFor: boolean;
}

export interface LevelChange {
  /** What runs, by `slotsOf` or `guessSlots`. */
  readonly slots: readonly Slot[];
  /** The table as it would be read. */
  readonly table: Inittab;
  readonly to: RunLevel;
  readonly place: Place;
}

/** The pid of a process that nobody could be asked for. */
const UNKNOWN_PID: Pid = 0;

export function planLevel({ slots, table, to, place }: LevelChange): LevelPlan {
  const leaving = findLeaving(slots, table.entries, to);
  const stops = slots.flatMap(({ key, entry, run }) => {
    if (run?.kind !== 'running' || !leaving.has(key)) return [];
    return [{ id: entry.id, command: entry.command, pid: run.pid === UNKNOWN_PID ? undefined : run.pid }];
  });
  const endsThere = place !== 'machine' && (to === '0' || to === '6');
  const starts = mergeSlots(slots, table.entries, leaving)
    .filter((slot) => isStarted(slot, to, endsThere))
    .map(({ entry: { id, action, command } }) => ({
      id,
      action,
      command,
      isWaitedFor: isWaitedFor(action),
    }));
  return { stops, starts };
}

function isStarted(slot: Slot, to: RunLevel, endsThere: boolean): boolean {
  if (slot.run !== undefined || slot.entry.action === 'off' || !belongsTo(slot, to)) return false;
  return isRespawned(slot.entry.action) ? !endsThere : !slot.done;
}

/** The slots of a running init, from what it says of its entries. */
export function slotsOf(entries: readonly EntryStatus[]): readonly Slot[] {
  const table = entries.map(({ id, levels, action, command }) => ({
    id,
    levels,
    action,
    command,
    records: true,
    shell: 'auto' as const,
    file: '',
    line: 0,
  }));
  return freshSlots(table).map((slot, index) => {
    const { state, pid, demand = false } = entries[index] ?? {};
    const isRunning = state === 'running';
    return {
      ...slot,
      run: isRunning ? { kind: 'running', since: 0, pid: pid ?? UNKNOWN_PID } : undefined,
      done: slot.done || state === 'done' || isRunning,
      demand,
    };
  });
}

/** What would run in a level by the table, where no init can be asked: what is restarted runs, the rest is done. */
export function guessSlots(table: Inittab, level: InitLevel): readonly Slot[] {
  return freshSlots(table.entries).map((slot) => {
    const isHere = belongsTo(slot, level) && slot.entry.action !== 'off';
    const isRunning = isHere && isRespawned(slot.entry.action);
    return {
      ...slot,
      run: isRunning ? { kind: 'running', since: 0, pid: UNKNOWN_PID } : undefined,
      done: slot.done || isHere,
    };
  });
}

/** Whether a command runs the scripts of a level: `rc 3`, `/etc/init.d/rc 3`, and `rc`, which goes by RUNLEVEL. */
export function runsScriptsOf(command: string, level: RunLevel): boolean {
  const [, named] = /(?:^|[\s;&|(/])rc(?:\s+([0-9S]))?(?=\s*(?:$|[;&|)#]))/.exec(command) ?? [
    undefined,
    'none',
  ];
  return named === undefined || named === level;
}
