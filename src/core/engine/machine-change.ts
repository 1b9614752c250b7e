/** Requests for another level, readings of the table, and the time between TERM and KILL. */
import { findLeaving, mergeSlots } from './inittab-diff.ts';
import type { Inittab } from '../inittab/inittab-entry.ts';
import type { DemandLevel, RunLevel } from '../runlevel.ts';
import type { Slot } from './slot.ts';
import {
  beginTurn,
  defer,
  endTurn,
  noteExit,
  record,
  recordDeath,
  say,
  showLevel,
  update,
} from './machine-turn.ts';
import { armHurry, forgetLeaves, isWayDown } from './machine-way-down.ts';
import type { Event, Purpose, ReadingState, Step, StoppingState, Turn } from './machine-types.ts';
import { settle, warnIfEmpty } from './machine-level.ts';
import type { Millis, Pid } from '../units.ts';

/** From TERM to KILL where a request does not say (init(8), 2.92 on). */
export const DEFAULT_GRACE_MS: Millis = 3_000;
/** With `-t 0` an obedient process still has the time of one poll of the original. */
const MIN_GRACE_MS: Millis = 10;
/**
 * How long a killed process may take to be reaped before it "seems to hang". The original looks after 10 ms, which
 * a busy machine does not always keep.
 */
const REAP_MS: Millis = 1_000;

/** `telinit N` and `leave`: ignored in the level itself, except S. */
export function changeLevel(turn: Turn, level: RunLevel, graceMs: Millis): Step {
  const from = turn.core.level;
  if (from === level && level !== 'S') return endTurn(turn, { kind: 'running', core: turn.core });
  const isEnd = isWayDown({ level });
  if (turn.core.mainEnd !== undefined && !isEnd) {
    say(
      turn,
      'both',
      `not switching to runlevel ${level}: the main process has ended, and so does everything`,
    );
    return endTurn(turn, { kind: 'running', core: turn.core });
  }
  if (!isEnd) forgetLeaves(turn);
  // `telinit 3` during sysinit skips `boot` and `bootwait` for good.
  if (from === '#') record(turn, { kind: 'boot' });
  update(turn, { graceMs, booted: turn.core.booted || level !== 'S', wantedLevel: undefined });
  say(turn, 'both', level === 'S' ? 'Going single user' : `Switching to runlevel: ${level}`);
  record(turn, { kind: 'level', level, previous: from });
  showLevel(turn, level, from);
  if (level === '0' || level === '1' || level === '6' || (level === 'S' && from !== 'S')) {
    turn.effects.push({ kind: 'resetConsole' });
  }
  return readTable(turn, { kind: 'change' });
}

/** `telinit q` and SIGHUP. */
export function reloadTable(turn: Turn): Step {
  return readTable(turn, { kind: 'reload' });
}

/** `telinit a`, `b`, `c`: ignored in single user. */
export function activateDemand(turn: Turn, letter: DemandLevel): Step {
  say(turn, 'syslog', `Activating demand-procedures for '${letter}'`);
  if (turn.core.level === 'S') return endTurn(turn, { kind: 'running', core: turn.core });
  return readTable(turn, { kind: 'demand', letter });
}

function readTable(turn: Turn, purpose: Purpose): Step {
  turn.effects.push({ kind: 'readTable' });
  return endTurn(turn, { kind: 'reading', core: turn.core, purpose });
}

/** The table was read: decides who leaves, and asks them to. A table that could not be used changes nothing. */
export function applyTable(state: ReadingState, event: Extract<Event, { kind: 'tableRead' }>): Step {
  const turn = beginTurn(state.core, event.at);
  const table: Inittab = event.table ?? {
    entries: state.core.slots.map((slot) => slot.entry),
    defaultLevel: state.core.tableDefault,
  };
  const leaving = findLeaving(state.core.slots, table.entries, state.core.level);
  const groups = leavingPids(state.core.slots, leaving);
  const next: StoppingState = { ...state, kind: 'stopping', table, leaving, groups, step: 'term' };
  if (groups.length === 0) return finishReading(turn, next);
  say(turn, 'console', 'Sending processes configured via /etc/inittab the TERM signal');
  for (const pid of groups) turn.effects.push({ kind: 'signalGroup', pid, signal: 'SIGTERM' });
  turn.effects.push({
    kind: 'setTimer',
    timer: 'grace',
    afterMs: Math.max(state.core.graceMs, MIN_GRACE_MS),
  });
  return endTurn(turn, { ...next, core: turn.core });
}

function leavingPids(slots: readonly Slot[], leaving: ReadonlySet<string>): readonly Pid[] {
  return slots.flatMap((slot) =>
    leaving.has(slot.key) && slot.run?.kind === 'running' ? [slot.run.pid] : [],
  );
}

/** An exit while stopping: the last of the leaving ends the wait. Nobody is restarted meanwhile. */
export function collect(state: StoppingState, event: Extract<Event, { kind: 'childExited' }>): Step {
  const turn = beginTurn(state.core, event.at);
  noteExit(turn, event.pid, event.status);
  return endStopIfDone(turn, state);
}

/** Goes on with the new table once none of the leaving is left. */
export function endStopIfDone(turn: Turn, state: StoppingState): Step {
  if (leavingPids(turn.core.slots, state.leaving).length > 0)
    return endTurn(turn, { ...state, core: turn.core });
  turn.effects.push({ kind: 'clearTimer', timer: 'grace' });
  return finishReading(turn, state);
}

/** The deadline of TERM leads to KILL, that of KILL to giving up on the process. */
export function escalate(state: StoppingState, event: Extract<Event, { kind: 'timerFired' }>): Step {
  const turn = beginTurn(state.core, event.at);
  if (event.timer === 'reexec') return defer(state, event);
  // The reading forgets all throttles, so a held slot needs no waking.
  if (event.timer !== 'grace' && event.timer !== 'hurry') return endTurn(turn, state);
  armHurry(turn);
  if (state.step === 'term') return startKilling(turn, state);
  for (const slot of state.core.slots) {
    if (state.leaving.has(slot.key) && slot.run?.kind === 'running') {
      say(turn, 'console', `Pid ${slot.run.pid} [id ${slot.entry.id}] seems to hang`);
      recordDeath(turn, slot.entry, slot.run.pid);
    }
  }
  return finishReading(turn, state);
}

function startKilling(turn: Turn, state: StoppingState): Step {
  say(turn, 'console', 'Sending processes configured via /etc/inittab the KILL signal');
  for (const pid of state.groups) turn.effects.push({ kind: 'signalGroup', pid, signal: 'SIGKILL' });
  turn.effects.push({ kind: 'setTimer', timer: 'grace', afterMs: REAP_MS });
  return endTurn(turn, { ...state, core: turn.core, step: 'kill' });
}

/** The leaving are gone: the new table counts, and what is due starts. */
function finishReading(turn: Turn, state: StoppingState): Step {
  for (const slot of turn.core.slots) {
    if (slot.heldUntil !== undefined) turn.effects.push({ kind: 'clearTimer', timer: `held:${slot.key}` });
  }
  const slots = mergeSlots(turn.core.slots, state.table.entries, state.leaving);
  update(turn, { slots, tableDefault: state.table.defaultLevel });
  if (state.purpose.kind === 'demand') markDemanded(turn, state.purpose.letter);
  if (state.purpose.kind === 'change') warnIfEmpty(turn);
  return settle(turn);
}

function markDemanded(turn: Turn, letter: DemandLevel): void {
  const slots = turn.core.slots.map((slot) =>
    slot.entry.levels.includes(letter) ? { ...slot, demand: true, done: false } : slot,
  );
  update(turn, { slots });
}
