/** What an init hands on to the program it becomes at a re-exec: its memory, as it can be taken up again. Pure. */
import type { OwedRecords } from '../wire/init-records.ts';
import type { Core, Effect, Event, PausedState, Purpose, State, Step } from './machine-types.ts';
import { HURRY_MS, isHurried } from './machine-way-down.ts';
import type { Millis } from '../units.ts';

export interface SavedState {
  /** Where init runs is found out anew, and what its main process is was said to it again. */
  readonly core: Omit<Core, 'place' | 'main'>;
  /** SIGTSTP came and SIGCONT did not yet. */
  readonly paused: boolean;
  /** A reading of the table that was under way, and is to be done again: TERM a second time does no harm. */
  readonly interrupted: Purpose | undefined;
  readonly facts: KeptFacts;
}

/** What init keeps beside the engine's memory. Times are on the machine's monotonic clock. */
export interface KeptFacts {
  readonly startedAt: Millis;
  /** When init last re-executed itself because of a fault of its own. */
  readonly rescuedAt: Millis | undefined;
  /** The descriptor that holds the root's lock, where it is handed on. */
  readonly lockFd: number | undefined;
  /** Records of boot and level that could not be written yet. */
  readonly owed: OwedRecords;
}

/**
 * The state as it can be handed on. Nothing can be before the table was read, nor during the emergency shell.
 * A start that was not answered yet counts as not made.
 */
export function saveState(state: State, facts: KeptFacts): SavedState | undefined {
  if (state.kind === 'off' || state.kind === 'emergency') return undefined;
  if (state.kind === 'paused') {
    const saved = saveState({ ...state.resume, core: state.core }, facts);
    return saved && { ...saved, paused: true };
  }
  const { place: _, main: __, ...core } = state.core;
  const slots = core.slots.map((slot) =>
    slot.run?.kind === 'starting' ? { ...slot, run: undefined, done: false } : slot,
  );
  const interrupted = state.kind === 'reading' || state.kind === 'stopping' ? state.purpose : undefined;
  return { core: { ...core, slots }, paused: false, interrupted, facts };
}

/**
 * The engine as it was. The state waits for the event `resume`, which starts what is due by now; unless it was paused,
 * the caller sends it, and then carries out the effects.
 */
export function resumeMachine(
  { core: saved, paused, interrupted }: SavedState,
  { place, main, at }: Pick<Core, 'place'> & { readonly main?: string; readonly at: Millis },
): Step {
  const core: Core = { ...saved, place, main };
  const hurry: Effect[] = isHurried(core) ? [{ kind: 'setTimer', timer: 'hurry', afterMs: HURRY_MS }] : [];
  const held = core.slots.flatMap(({ key, heldUntil }): Effect[] =>
    heldUntil === undefined || heldUntil <= at
      ? []
      : [{ kind: 'setTimer', timer: `held:${key}`, afterMs: heldUntil - at }],
  );
  const timers = [...hurry, ...held];
  if (interrupted === undefined) return { state: waiting(core, { kind: 'running', core }), effects: timers };
  if (paused) {
    const deferred: Event[] = [{ kind: 'reload', at }, ...core.deferred];
    return { state: waiting({ ...core, deferred }, { kind: 'running', core }), effects: timers };
  }
  const reading = { kind: 'reading', core, purpose: interrupted } as const;
  return { state: waiting(core, reading), effects: [...timers, { kind: 'readTable' }] };
}

function waiting(core: Core, resume: PausedState['resume']): PausedState {
  return { kind: 'paused', core, resume };
}
