/** How often an init that is not a machine's was asked to end, and what the second time changes. */
import { endAll } from './machine-ending.ts';
import { isHoldingUp } from './machine-level.ts';
import { beginTurn, endTurn, say, stay, update, updateSlot } from './machine-turn.ts';
import type { Event, RunningState, Step, Turn } from './machine-types.ts';
import { armHurry, isHurried, isWayDown } from './machine-way-down.ts';

type On<E extends Event['kind']> = Extract<Event, { kind: E }>;

/** Counts a signal that asks for the end; from the second on, a second is all that anything gets. */
export function countLeave(turn: Turn): void {
  const wasHurried = isHurried(turn.core);
  update(turn, { leaves: turn.core.leaves + 1 });
  if (!wasHurried && isHurried(turn.core)) startHurrying(turn);
}

/** As if it had been asked twice: the first time still waits for its turn. */
export function hurry(turn: Turn): void {
  if (isHurried(turn.core)) return;
  update(turn, { leaves: 2 });
  if (isHurried(turn.core)) startHurrying(turn);
}

function startHurrying(turn: Turn): void {
  say(turn, 'both', 'asked to end a second time: what is waited for is killed after 1 second');
  armHurry(turn);
}

/**
 * A second is over on the way down: what the level waits for is killed. What does not even go then, or a level that
 * waits for nothing that could be killed, is not waited for any longer.
 */
export function hurryOn(state: RunningState, event: On<'timerFired'>): Step {
  if (!isWayDown(state.core) || !isHurried(state.core)) return stay(state);
  const turn = beginTurn(state.core, event.at);
  const victims = state.core.slots.filter(
    (slot) => slot.run?.kind === 'running' && slot.run.isKilled !== true && isHoldingUp(turn, slot),
  );
  if (victims.length === 0) return endAll(turn);
  for (const { key, run } of victims) {
    if (run?.kind !== 'running') continue;
    turn.effects.push({ kind: 'signalGroup', pid: run.pid, signal: 'SIGKILL' });
    updateSlot(turn, key, { run: { ...run, isKilled: true } });
  }
  armHurry(turn);
  return endTurn(turn, { kind: 'running', core: turn.core });
}
