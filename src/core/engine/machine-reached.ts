/** Whether a level is reached, and what failed in it. Reads the engine's state, changes nothing. */
import { describeEnd } from './describe-end.ts';
import type { Core, State } from './machine-types.ts';
import type { RunLevel } from '../runlevel.ts';
import { belongsTo, isWaitedFor, type Slot } from './slot.ts';
import type { Millis } from '../units.ts';

export interface FailedEntry {
  readonly id: string;
  /** In words. */
  readonly why: string;
}

/** The level, once nothing of it is waited for any more. */
export function reachedLevel({ kind, core }: State): RunLevel | undefined {
  if (kind !== 'running' || core.level === '#' || core.level === '*') return undefined;
  const isBusy = core.slots.some((slot) => slot.run !== undefined && isWaitedFor(slot.entry.action));
  return isBusy || core.deferred.length > 0 ? undefined : core.level;
}

export function isLevelReached(state: State): boolean {
  return reachedLevel(state) !== undefined;
}

/** Whether the boot leads there anyway: asking for the level would only cut sysinit short. */
export function isBootLevel({ kind, core }: State, level: RunLevel): boolean {
  const isBooting = core.level === '#' || core.level === '*';
  return (
    (kind === 'running' || kind === 'off') && isBooting && (core.wantedLevel ?? core.tableDefault) === level
  );
}

/**
 * Where the way to a level stands.
 * Single user is reached when its shell has the console; levels 0 and 6 also when what is left is being ended.
 */
export function standOf(state: State, wanted: RunLevel): 'pending' | 'reached' | 'elsewhere' {
  const { kind, core } = state;
  if (kind === 'ending') return core.level === wanted ? 'reached' : 'elsewhere';
  if (kind !== 'running' && kind !== 'stopping') return 'pending';
  const isComing = core.deferred.some(({ kind: event }) => event === 'request');
  if (core.level === '#' || core.level === '*' || isComing) return 'pending';
  if (core.level !== wanted) return 'elsewhere';
  if (kind === 'running' && wanted === 'S') return 'reached';
  return reachedLevel(state) === wanted ? 'reached' : 'pending';
}

/** The entries of the present level that did not come up, or whose turn ended badly. */
export function failedEntries({ core }: State, now: Millis): readonly FailedEntry[] {
  return core.slots.flatMap((slot) => {
    const why = failureOf(slot, core, now);
    return why === undefined ? [] : [{ id: slot.entry.id, why }];
  });
}

function failureOf(slot: Slot, core: Core, now: Millis): string | undefined {
  const { entry, run, last, heldUntil } = slot;
  if (run !== undefined || entry.action === 'off' || !belongsTo(slot, core.level)) return undefined;
  const end = last === undefined ? undefined : describeEnd(last.end);
  if (heldUntil !== undefined && heldUntil > now)
    return `started too often${end === undefined ? '' : `, ${end}`}`;
  if (last === undefined || end === undefined) return undefined;
  return last.end.kind === 'exited' && last.end.code === 0 ? undefined : end;
}
