/** Reading the table again: who survives. Also used for every level change, which is a reading with another level. */
import type { InittabEntry } from '../inittab/inittab-entry.ts';
import type { InitLevel } from '../runlevel.ts';
import { belongsTo, freshSlots, type Slot } from './slot.ts';

/**
 * The keys of the slots that do not survive, running or not.
 *
 * A slot goes if its id is not in the new table, if its action changed (the command is not compared: a changed one
 * takes effect at the next start), or if it has no place in the level. `boot` entries have a place in every level.
 * The original looks at the old level field only, so that a narrowed field kills at the second reading; here both
 * fields must name the level.
 * @param level The level after the reading.
 * @see spec: sysvinit "Reading the table again"
 */
export function findLeaving(
  slots: readonly Slot[],
  entries: readonly InittabEntry[],
  level: InitLevel,
): ReadonlySet<string> {
  const wanted = new Map(freshSlots(entries).map((slot) => [slot.key, slot.entry]));
  const leaving = slots.filter((slot) => {
    const entry = wanted.get(slot.key);
    if (entry === undefined || entry.action !== slot.entry.action) return true;
    if (entry.action === 'boot') return false;
    return !belongsTo(slot, level) || !belongsTo({ entry, demand: slot.demand }, level);
  });
  return new Set(leaving.map((slot) => slot.key));
}

/**
 * The slots of the new table: survivors keep process, marks and history, everybody else starts afresh.
 * Throttles are forgotten, as at every reading.
 */
export function mergeSlots(
  slots: readonly Slot[],
  entries: readonly InittabEntry[],
  leaving: ReadonlySet<string>,
): Slot[] {
  const old = new Map(slots.map((slot) => [slot.key, slot]));
  return freshSlots(entries).map((fresh) => {
    const before = old.get(fresh.key);
    if (before === undefined) return fresh;
    const history = { starts: before.starts, last: before.last };
    if (leaving.has(fresh.key)) return { ...fresh, ...history };
    return { ...fresh, ...history, run: before.run, done: before.done, demand: before.demand };
  });
}
