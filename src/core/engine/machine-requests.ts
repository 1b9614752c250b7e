/** What others ask of the engine: through the fifo, by signal, from a container manager or a keyboard. */
import { describeEnd } from './describe-end.ts';
import type { InitRequest } from '../wire/initctl-message.ts';
import type { InittabEntry } from '../inittab/inittab-entry.ts';
import { activateDemand, changeLevel, DEFAULT_GRACE_MS, reloadTable } from './machine-change.ts';
import { countLeave, hurry } from './machine-hurry.ts';
import { askToReexec } from './machine-reexec.ts';
import { clearDone, hasEntryFor, powerActions, setEnvironment } from './machine-events.ts';
import { enterDefault, settle } from './machine-level.ts';
import { beginTurn, defer, endTurn, say, stay, update } from './machine-turn.ts';
import type {
  AskingState,
  EndingState,
  Event,
  RunningState,
  State,
  Step,
  StoppingState,
  Turn,
} from './machine-types.ts';
import { isWayDown } from './machine-way-down.ts';
import { parseDemandLevel, parseRunLevel } from '../runlevel.ts';

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
  if (letter === 'u' || letter === 'U') askToReexec(turn);
  else say(turn, 'both', `bad runlevel: ${letter.toUpperCase()}`);
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

/** The console's answer to the question for a level; asked again until it is one. */
export function answered(state: AskingState, event: On<'answered'>): Step {
  const turn = beginTurn(state.core, event.at);
  const level = event.line === undefined ? 'S' : parseRunLevel(event.line.trim());
  if (level === undefined) {
    turn.effects.push({ kind: 'askLevel' });
    return endTurn(turn, state);
  }
  if (event.line === undefined)
    say(turn, 'both', 'no default runlevel and no console to ask: going single user');
  enterDefault(turn, level);
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
  const turn = beginTurn(state.core, event.at);
  if (event.main === undefined) countLeave(turn);
  if (isWayDown(turn.core)) return endTurn(turn, { kind: 'running', core: turn.core });
  if (event.main !== undefined) {
    update(turn, { mainEnd: event.main });
    say(turn, 'both', `main process ${describeEnd(event.main)}: going on to level 0`);
  }
  return changeLevel(turn, '0', DEFAULT_GRACE_MS);
}

/** Two Ctrl-C while the first one's TERM is out must not queue a second way down; they hurry the one there is. */
export function deferLeave(state: StoppingState, event: On<'leave'>): Step {
  const isFirst = !state.core.deferred.some(({ kind }) => kind === 'leave');
  if (event.main !== undefined) return isWayDown(state.core) ? stay(state) : defer(state, event);
  if (isFirst && !isWayDown(state.core)) return defer(state, event);
  const turn = beginTurn(state.core, event.at);
  if (isWayDown(state.core)) countLeave(turn);
  else hurry(turn);
  return endTurn(turn, { ...state, core: turn.core });
}

/** A terminal's Ctrl-C is a request to end, too, where no entry is called by it. */
export function deferCtrlAltDel(state: StoppingState, event: On<'ctrlAltDel'>): Step {
  const { core } = state;
  if (core.place === 'machine' || hasEntryFor(core, 'ctrlaltdel')) return defer(state, event);
  return deferLeave(state, { kind: 'leave', at: event.at });
}

/** Asked again while everything that is left has had TERM. */
export function leaveFaster(state: EndingState, event: Event): Step {
  const turn = beginTurn(state.core, event.at);
  if (event.kind !== 'leave' || event.main === undefined) countLeave(turn);
  return endTurn(turn, { ...state, core: turn.core });
}
