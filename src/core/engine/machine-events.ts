/** Entries that wait for an event (power, keys), and variables that come through the fifo. */
import type { Action } from '../inittab/inittab-entry.ts';
import { update, say } from './machine-turn.ts';
import type { Core, Turn } from './machine-types.ts';
import { belongsTo } from './slot.ts';

/** As many `INIT_*` variables as the original keeps. */
const MAX_EXTRA_VARIABLES = 16;

/** Which entries a power state calls: `O` the power is back, `L` the battery is low, anything else it failed. */
export function powerActions(state: string | undefined): readonly Action[] {
  if (state === 'O') return ['powerokwait'];
  if (state === 'L') return ['powerfailnow'];
  return ['powerwait', 'powerfail'];
}

/** Lets the entries of these actions run once more, also those that run right now. */
export function clearDone(turn: Turn, actions: readonly Action[]): void {
  const slots = turn.core.slots.map((slot) =>
    actions.includes(slot.entry.action) ? { ...slot, done: false } : slot,
  );
  update(turn, { slots });
}

/** Whether an entry of this action would run in the current level. */
export function hasEntryFor(core: Core, action: Action): boolean {
  return core.slots.some((slot) => slot.entry.action === action && belongsTo(slot, core.level));
}

/**
 * Stores `INIT_*` variables for all children; other names are ignored.
 * @param variables `NAME=VALUE` sets, a bare `NAME` unsets.
 */
export function setEnvironment(turn: Turn, variables: readonly string[]): void {
  for (const variable of variables) {
    const equals = variable.indexOf('=');
    const name = equals < 0 ? variable : variable.slice(0, equals);
    if (!name.startsWith('INIT_')) continue;
    const others = turn.core.extraEnv.filter(([known]) => known !== name);
    if (equals < 0) update(turn, { extraEnv: others });
    else if (others.length < MAX_EXTRA_VARIABLES) {
      update(turn, { extraEnv: [...others, [name, variable.slice(equals + 1)]] });
    } else say(turn, 'syslog', `too many INIT_ variables (max ${MAX_EXTRA_VARIABLES}), ignoring ${name}`);
  }
}
