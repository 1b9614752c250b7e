/** What others ask of the engine: through the fifo, by signal, from a container manager or a keyboard. */
import type { InitRequest } from './initctl-message.ts';
import type { InittabEntry } from './inittab-entry.ts';
import { activateDemand, changeLevel, DEFAULT_GRACE_MS, reloadTable } from './machine-change.ts';
import { clearDone, hasEntryFor, powerActions, setEnvironment } from './machine-events.ts';
import { settle } from './machine-level.ts';
import { beginTurn, defer, endTurn, say, stay, update, type Turn } from './machine-turn.ts';
import type { AskingState, Event, RunningState, State, Step, StoppingState } from './machine-types.ts';
import { parseDemandLevel, parseRunLevel } from './runlevel.ts';

type On<E extends Event['kind']> = Extract<Event, { kind: E }>;

/** One request from the control fifo. */
export function obey(state: RunningState | AskingState, event: On<'request'>): Step {
  const turn = beginTurn(state.core, event.at);
  const { request } = event;
  switch (request.kind) {
    case 'runlevel':
      return obeyLevel(turn, request, state);
    case 'powerfail':
    case 'powerfailnow':
    case 'powerok':
      return obeyPower(turn, request);
    case 'setenv':
      setEnvironment(turn, request.variables);
      break;
    case 'unimplemented':
      say(turn, 'both', 'got unimplemented initrequest.');
      break;
    case 'bogus':
      say(turn, 'both', 'got bogus initrequest');
      break;
  }
  return endTurn(turn, { ...state, core: turn.core });
}

function obeyLevel(turn: Turn, request: Extract<InitRequest, { kind: 'runlevel' }>, state: State): Step {
  const letter = request.level;
  const level = parseRunLevel(letter);
  const graceMs = request.sleepSeconds * 1_000;
  if (level !== undefined) return changeLevel(turn, level, graceMs);
  const demand = parseDemandLevel(letter);
  update(turn, { graceMs });
  if (demand !== undefined) return activateDemand(turn, demand);
  if (letter === 'q' || letter === 'Q') {
    say(turn, 'syslog', 'Re-reading inittab');
    return reloadTable(turn);
  }
  if (letter === 'u' || letter === 'U') {
    say(
      turn,
      'both',
      'Attempt to re-exec failed: this version cannot re-execute itself, it goes on as it is',
    );
  } else {
    say(turn, 'both', `bad runlevel: ${letter.toUpperCase()}`);
  }
  return endTurn(turn, { ...state, core: turn.core });
}

function obeyPower(turn: Turn, request: Extract<InitRequest, { kind: `power${string}` }>): Step {
  update(turn, { graceMs: request.sleepSeconds * 1_000 });
  const state = { powerfail: 'F', powerfailnow: 'L', powerok: 'O' } as const;
  clearDone(turn, powerActions(state[request.kind]));
  return settle(turn);
}

/** Lets the entries that wait for this event have their turn. */
export function runEntries(
  state: RunningState,
  event: Event,
  actions: readonly InittabEntry['action'][],
): Step {
  const turn = beginTurn(state.core, event.at);
  clearDone(turn, actions);
  return settle(turn);
}

/** Ctrl-Alt-Del of a machine, Ctrl-C of a terminal: without an entry for it, a container or folder takes it as `leave`. */
export function ctrlAltDel(state: RunningState, event: On<'ctrlAltDel'>): Step {
  if (state.core.place !== 'machine' && !hasEntryFor(state.core, 'ctrlaltdel')) {
    return leave(state, { kind: 'leave', at: event.at });
  }
  return runEntries(state, event, ['ctrlaltdel']);
}

/** An orderly end: level 0, unless level 0 or 6 is already under way. */
export function leave(state: RunningState, event: On<'leave'>): Step {
  if (state.core.level === '0' || state.core.level === '6') return stay(state);
  return changeLevel(beginTurn(state.core, event.at), '0', DEFAULT_GRACE_MS);
}

/** Two Ctrl-C while the first one's TERM is out must not queue a second way down. */
export function deferLeave(state: StoppingState, event: On<'leave'>): Step {
  return state.core.level === '0' || state.core.level === '6' ? stay(state) : defer(state, event);
}
