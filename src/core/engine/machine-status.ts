/** What `rcinit status` says of a running engine, told from its state. */
import { CONTROL_VERSION, type EntryState, type EntryStatus, type StatusReply } from './control-message.ts';
import { describeEnd } from './describe-end.ts';
import type { Core, State } from './machine-types.ts';
import { belongsTo, isRespawned, isWaitedFor, type Slot } from './slot.ts';
import type { Millis } from '../units.ts';

const STATE_WORDS = {
  off: 'running',
  running: 'running',
  reading: 'changing',
  stopping: 'changing',
  asking: 'asking',
  emergency: 'emergency',
  paused: 'paused',
  ending: 'ending',
} as const satisfies Record<State['kind'], StatusReply['state']>;

/**
 * Tells the level and every entry: what it does and why it is not running.
 * @param now Monotonic, on the clock of the events, in ms.
 */
export function describeMachine(
  state: State,
  facts: { readonly pid: number; readonly root: string; readonly now: Millis; readonly startedAt: Millis },
): StatusReply {
  const { core } = state;
  return {
    version: CONTROL_VERSION,
    kind: 'status',
    pid: facts.pid,
    root: facts.root,
    place: core.place,
    state: STATE_WORDS[state.kind],
    level: core.level,
    previous: core.previous,
    uptimeMs: Math.round(facts.now - facts.startedAt),
    entries: describeEntries(core, facts.now),
  };
}

function describeEntries(core: Core, now: Millis): readonly EntryStatus[] {
  let blocker: Slot | undefined;
  return core.slots.map((slot) => {
    const entry = describeSlot(core, slot, blocker, now);
    if (slot.run !== undefined && isWaitedFor(slot.entry.action)) blocker ??= slot;
    return entry;
  });
}

function describeSlot(core: Core, slot: Slot, blocker: Slot | undefined, now: Millis): EntryStatus {
  const { id, levels, action, command } = slot.entry;
  const { state, why } = explain(core, slot, blocker, now);
  return {
    id,
    levels,
    action,
    command,
    state,
    ...(slot.run?.kind === 'running' && { pid: slot.run.pid }),
    ...(slot.run !== undefined && { uptimeMs: Math.round(now - slot.run.since) }),
    ...(slot.demand && { demand: true }),
    starts: slot.starts,
    ...(slot.last !== undefined && { last: { ...slot.last.end, agoMs: Math.round(now - slot.last.at) } }),
    ...(why !== undefined && { why }),
    ...(state === 'held' && { retryInMs: Math.max(0, Math.round((slot.heldUntil ?? now) - now)) }),
  };
}

interface Explanation {
  readonly state: EntryState;
  readonly why?: string;
}

function explain(core: Core, slot: Slot, blocker: Slot | undefined, now: Millis): Explanation {
  const { action, levels } = slot.entry;
  const ended = slot.last === undefined ? '' : `, ${describeEnd(slot.last.end)}`;
  if (slot.run !== undefined) return { state: 'running' };
  if (action === 'off') return { state: 'off', why: 'its action is off' };
  if (slot.heldUntil !== undefined && slot.heldUntil > now)
    return { state: 'held', why: `respawning too fast${ended}` };
  if (!belongsTo(slot, core.level)) return elsewhere(core, slot, levels);
  if (isEventAction(slot)) return { state: 'idle', why: `waits for ${eventName(slot)}${ended}` };
  if (slot.done && !isRespawned(action)) return { state: 'done', why: `done${ended}` };
  if (blocker !== undefined) return { state: 'blocked', why: `waits for the end of "${blocker.entry.id}"` };
  return { state: 'idle', why: `not started yet${ended}` };
}

function elsewhere(core: Core, slot: Slot, levels: string): Explanation {
  if (levels === '*' && slot.last === undefined && !core.booted)
    return { state: 'idle', why: 'runs at boot, which is still to come' };
  if (levels === '#' || levels === '*') {
    const ended = slot.last === undefined ? 'was not run' : describeEnd(slot.last.end);
    return { state: 'done', why: `runs at boot only, ${ended}` };
  }
  if (/^[ABC]+$/.test(levels))
    return { state: 'idle', why: `runs on demand: telinit ${levels[0]?.toLowerCase()}` };
  return {
    state: 'elsewhere',
    why: `not in run level ${core.level}, only in ${levels}`,
  };
}

const EVENT_NAMES: Readonly<Record<string, string>> = {
  powerwait: 'a power failure',
  powerfail: 'a power failure',
  powerfailnow: 'a low battery',
  powerokwait: 'the return of power',
  ctrlaltdel: 'Ctrl-Alt-Del',
  kbrequest: 'the keyboard request key',
};

function isEventAction(slot: Slot): boolean {
  return Object.hasOwn(EVENT_NAMES, slot.entry.action) && slot.done;
}

function eventName(slot: Slot): string {
  return EVENT_NAMES[slot.entry.action] ?? slot.entry.action;
}
