/** The end of an init that is not a machine's: everything left gets TERM, then KILL, then init exits. */
import { beginTurn, endTurn, stay } from './machine-turn.ts';
import type { EndingState, Event, Step, Turn } from './machine-types.ts';
import { armHurry, exitStatus, isHurried } from './machine-way-down.ts';
import type { Millis } from '../units.ts';

type On<E extends Event['kind']> = Extract<Event, { kind: E }>;

/** What is left at the end of level 0 or 6 has this long between TERM and KILL, and after KILL. */
const END_GRACE_MS: Millis = 3_000;

/** Ends what is left, then init itself; the last `childless` or the second deadline leads to `exit`. */
export function endAll(turn: Turn): Step {
  const status = exitStatus(turn.core);
  turn.effects.push(
    { kind: 'signalRest', signal: 'SIGTERM' },
    { kind: 'setTimer', timer: 'grace', afterMs: END_GRACE_MS },
  );
  armHurry(turn);
  return endTurn(turn, { kind: 'ending', core: turn.core, status, step: 'term' });
}

/** The deadline of TERM leads to KILL, that of KILL to the exit: nothing can hold it up. */
export function endHarder(state: EndingState, event: On<'timerFired'>): Step {
  if (event.timer !== 'grace' && event.timer !== 'hurry') return stay(state);
  const turn = beginTurn(state.core, event.at);
  if (state.step !== 'term') return finish(state, { kind: 'childless', at: event.at });
  turn.effects.push(
    { kind: 'signalRest', signal: 'SIGKILL' },
    { kind: 'setTimer', timer: 'grace', afterMs: END_GRACE_MS },
  );
  armHurry(turn);
  return endTurn(turn, { ...state, step: 'kill' });
}

/** Nobody is left. */
export function finish(state: EndingState, event: On<'childless'>): Step {
  if (state.step === 'gone') return stay(state);
  const turn = beginTurn(state.core, event.at);
  turn.effects.push({ kind: 'clearTimer', timer: 'grace' });
  if (isHurried(state.core)) turn.effects.push({ kind: 'clearTimer', timer: 'hurry' });
  turn.effects.push({ kind: 'exit', status: state.status });
  return endTurn(turn, { ...state, step: 'gone' });
}
