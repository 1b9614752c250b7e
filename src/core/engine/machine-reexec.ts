/** `telinit u`: init becomes the program at its own path, with everything it remembers. */
import { beginTurn, endTurn, say, stay } from './machine-turn.ts';
import type { AskingState, Event, RunningState, Step, Turn } from './machine-types.ts';
import type { InitLevel } from '../runlevel.ts';

/** In the phases before the first level, and in levels that the original does not do it in, nothing happens. */
export function askToReexec(turn: Turn): void {
  say(turn, 'syslog', 'Trying to re-exec init');
  if (canReexec(turn.core.level)) turn.effects.push({ kind: 'tryProgram' });
}

/** The program works, and everything that was on its way to this one has arrived. */
export function reexec(
  state: RunningState | AskingState,
  event: Extract<Event, { kind: 'timerFired' }>,
): Step {
  if (!canReexec(state.core.level)) return stay(state);
  const turn = beginTurn(state.core, event.at);
  turn.effects.push({ kind: 'reexec' });
  return endTurn(turn, state);
}

function canReexec(level: InitLevel): boolean {
  return 'S0123456'.includes(level);
}
