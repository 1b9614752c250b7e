/** One turn of the engine while it is being worked out: the memory so far and the effects so far. Never outlives step(). */
import type { InittabEntry } from '../inittab/inittab-entry.ts';
import type { InitLevel, RunLevel } from '../runlevel.ts';
import { isWaitedFor, type LastEnd, type Run, type Slot } from './slot.ts';
import type { Core, Effect, Event, State, Step, Turn } from './machine-types.ts';
import { noteMainEnd } from './machine-way-down.ts';
import type { ExitStatus, Millis, Pid } from '../units.ts';

export function beginTurn(core: Core, at: Millis): Turn {
  return { core, effects: [], at };
}

export function endTurn(turn: Turn, state: State): Step {
  return { state, effects: turn.effects };
}

/** A step that changes nothing. */
export function stay(state: State): Step {
  return { state, effects: [] };
}

export function update(turn: Turn, change: Partial<Core>): void {
  turn.core = { ...turn.core, ...change };
}

export function updateSlot(turn: Turn, key: string, change: Partial<Slot>): void {
  update(turn, { slots: turn.core.slots.map((slot) => (slot.key === key ? { ...slot, ...change } : slot)) });
}

export function say(turn: Turn, to: 'console' | 'syslog' | 'both', text: string): void {
  turn.effects.push({ kind: 'say', to, text });
}

export function record(turn: Turn, fact: Extract<Effect, { kind: 'record' }>['fact']): void {
  turn.effects.push({ kind: 'record', fact });
}

/** A process of the entry is gone, or given up. */
export function recordDeath(turn: Turn, { id, records }: InittabEntry, pid: Pid): void {
  if (records) record(turn, { kind: 'death', id, pid });
}

/** Changes the level, and what programs are told of it. */
export function showLevel(turn: Turn, level: RunLevel, previous: InitLevel | 'N'): void {
  update(turn, { level, shownLevel: level, previous });
  turn.effects.push({ kind: 'showLevel', level, previous });
}

/** Remembers the event for when the engine is free again. */
export function defer(state: State, event: Event): Step {
  const core = { ...state.core, deferred: [...state.core.deferred, event] };
  return { state: { ...state, core }, effects: [] };
}

export function runningSlots(core: Core): readonly Slot[] {
  return core.slots.filter((slot) => slot.run !== undefined);
}

/** Asks for the slot's process; the answer is `spawned` or `spawnFailed`. */
export function spawnSlot(turn: Turn, slot: Slot, change: Partial<Slot>): void {
  const { level, shownLevel, previous, extraEnv } = turn.core;
  const run: Run = { kind: 'starting', since: turn.at };
  updateSlot(turn, slot.key, { ...change, run, starts: slot.starts + 1, heldUntil: undefined });
  const controllingTerminal = isWaitedFor(slot.entry.action) && '#*S'.includes(level);
  const { key, entry } = slot;
  turn.effects.push({
    kind: 'spawn',
    key,
    entry,
    level,
    shownLevel,
    previous,
    extraEnv,
    controllingTerminal,
  });
}

/** The slot's process has a pid now. */
export function noteSpawned(turn: Turn, key: string, pid: Pid): void {
  updateSlot(turn, key, { run: { kind: 'running', since: turn.at, pid } });
}

/** Forks that fail for want of room are tried again; everything else counts as an end, like exit status 1. */
const FORK_TROUBLE: ReadonlySet<string> = new Set(['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE']);
const FORK_RETRY_MS: Millis = 5_000;
/** What a shell makes of a command that is not there, or cannot be executed. */
const EXIT_MISSING = 127;
const EXIT_UNUSABLE = 126;

/** The slot's process could not be started. */
export function noteSpawnFailed(
  turn: Turn,
  { key, program, code }: Extract<Event, { kind: 'spawnFailed' }>,
): void {
  const slot = turn.core.slots.find((one) => one.key === key);
  if (slot === undefined) return;
  const last: LastEnd = { end: { kind: 'not-started', code }, at: turn.at, ranMs: 0 };
  if (FORK_TROUBLE.has(code)) {
    say(
      turn,
      'both',
      `cannot fork for id "${slot.entry.id}": ${code}, retrying in ${FORK_RETRY_MS / 1000} s`,
    );
    updateSlot(turn, key, { run: undefined, last, done: false, heldUntil: turn.at + FORK_RETRY_MS });
    turn.effects.push({ kind: 'setTimer', timer: `held:${key}`, afterMs: FORK_RETRY_MS });
    return;
  }
  say(turn, 'both', `cannot execute "${program}"`);
  updateSlot(turn, key, { run: undefined, last });
  noteMainEnd(turn, slot.entry.id, {
    kind: 'exited',
    code: code === 'ENOENT' ? EXIT_MISSING : EXIT_UNUSABLE,
  });
}

/**
 * A process ended. Pids that no slot knows are those of orphans and of processes given up before.
 * @returns The slot it belonged to.
 */
export function noteExit(turn: Turn, pid: Pid, status: ExitStatus): Slot | undefined {
  const slot = turn.core.slots.find((one) => one.run?.kind === 'running' && one.run.pid === pid);
  if (slot?.run === undefined) return undefined;
  const last: LastEnd = { end: status, at: turn.at, ranMs: turn.at - slot.run.since };
  updateSlot(turn, slot.key, { run: undefined, last });
  recordDeath(turn, slot.entry, pid);
  noteMainEnd(turn, slot.entry.id, status);
  return slot;
}
