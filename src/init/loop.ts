/** The loop of init: one queue of events, one table, one place that acts. It survives every error of either. */
import { step } from '../core/engine/machine.ts';
import type { Effect, Event, State } from '../core/engine/machine-types.ts';
import type { Millis } from '../core/units.ts';

export interface LoopOptions {
  /** Carries out one effect. What it learns at once (a pid, a table) comes back as events. */
  readonly perform: (effect: Effect) => readonly Event[];
  /** Told of errors that should not be: an impossible event, a bug. Must not throw. */
  readonly onFault: (error: unknown, during: Event | Effect) => void;
}

export interface Loop {
  /** Takes an event, in order. Events sent while the loop is at work are taken when it is their turn. */
  readonly send: (event: Event) => void;
  readonly state: () => State;
}

/** Answers to effects go before everything that waits: a pid is known before its exit can be heard of. */
export function createLoop(initial: State, { perform, onFault }: LoopOptions): Loop {
  let state = initial;
  let queue: Event[] = [];
  let working = false;

  const take = (event: Event): readonly Event[] => {
    let effects: readonly Effect[];
    try {
      ({ state, effects } = step(state, event));
    } catch (error) {
      onFault(error, event);
      return [];
    }
    return effects.flatMap((effect) => {
      try {
        return perform(effect);
      } catch (error) {
        onFault(error, effect);
        return failureAnswer(effect, event.at);
      }
    });
  };

  const send = (event: Event): void => {
    queue.push(event);
    if (working) return;
    working = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const answers = take(next);
        if (answers.length > 0) queue = [...answers, ...queue];
      }
    } finally {
      working = false;
    }
  };

  return { send, state: () => state };
}

/** The engine waits for the answers to these two; without one it would wait for ever. */
function failureAnswer(effect: Effect, at: Millis): readonly Event[] {
  if (effect.kind === 'readTable') return [{ kind: 'tableRead', table: undefined, at }];
  if (effect.kind !== 'spawn') return [];
  return [{ kind: 'spawnFailed', key: effect.key, program: effect.entry.command, code: 'UNKNOWN', at }];
}
