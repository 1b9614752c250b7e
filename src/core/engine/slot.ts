/** A slot is one inittab entry with what init remembers of its process. */
import type { Action, InittabEntry } from '../inittab/inittab-entry.ts';
import type { Throttle } from './respawn.ts';
import type { InitLevel } from '../runlevel.ts';
import type { ExitStatus, Millis, Pid } from '../units.ts';

export interface Slot {
  /** The id, with `#2` … appended for the repeats that only `~~` may have. */
  readonly key: string;
  readonly entry: InittabEntry;
  readonly run: Run | undefined;
  /** An entry that runs once per stay has had its turn. Entries for events are born done. */
  readonly done: boolean;
  /** Started by `telinit a`, `b` or `c`. */
  readonly demand: boolean;
  readonly throttle: Throttle | undefined;
  /** Not to be started before this time, because it was started too often or could not be forked. */
  readonly heldUntil: Millis | undefined;
  readonly starts: number;
  readonly last: LastEnd | undefined;
}

/** `starting` lasts from the decision to the answer of the machine, within one turn of the loop. */
export type Run =
  | { readonly kind: 'starting'; readonly since: Millis }
  | {
      readonly kind: 'running';
      readonly since: Millis;
      readonly pid: Pid;
      /** KILL was sent in a hurried way down. */
      readonly isKilled?: true;
    };

export interface LastEnd {
  readonly end: ExitStatus | { readonly kind: 'not-started'; readonly code: string };
  readonly at: Millis;
  readonly ranMs: Millis;
}

const WAITED: ReadonlySet<Action> = new Set([
  'sysinit',
  'bootwait',
  'wait',
  'powerwait',
  'powerfailnow',
  'powerokwait',
  'ctrlaltdel',
]);
const EVENT_ACTIONS: ReadonlySet<Action> = new Set([
  'powerwait',
  'powerfail',
  'powerfailnow',
  'powerokwait',
  'ctrlaltdel',
  'kbrequest',
]);

/** While such an entry runs, no later line of the table is started. */
export function isWaitedFor(action: Action): boolean {
  return WAITED.has(action);
}

/** Restarted whenever it ends, under the throttle. */
export function isRespawned(action: Action): boolean {
  return action === 'respawn' || action === 'ondemand';
}

/** Waits for a power or keyboard event; such entries are born done. */
export function isEventAction(action: Action): boolean {
  return EVENT_ACTIONS.has(action);
}

/** A slot nothing is known of yet. */
export function freshSlot(entry: InittabEntry, key: string): Slot {
  return {
    key,
    entry,
    run: undefined,
    done: isEventAction(entry.action),
    demand: false,
    throttle: undefined,
    heldUntil: undefined,
    starts: 0,
    last: undefined,
  };
}

/** Gives each entry its key, in table order. */
export function freshSlots(entries: readonly InittabEntry[]): Slot[] {
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const count = (seen.get(entry.id) ?? 0) + 1;
    seen.set(entry.id, count);
    return freshSlot(entry, count === 1 ? entry.id : `${entry.id}#${count}`);
  });
}

/** Whether the slot's entry is to run in this level: it names it, or it was called on demand outside `#`, `*` and S. */
export function belongsTo(slot: Pick<Slot, 'entry' | 'demand'>, level: InitLevel): boolean {
  return slot.entry.levels.includes(level) || (slot.demand && !'#*S'.includes(level));
}
