/** What happens inside a level: starting what is due, and leaving a phase or a level that has run out of processes. */
import { endAll } from './machine-ending.ts';
import { countStart, RESPAWN_OFF_MS } from './respawn.ts';
import type { RunLevel } from '../runlevel.ts';
import { belongsTo, isEventAction, isRespawned, isWaitedFor, type Slot } from './slot.ts';
import {
  endTurn,
  record,
  runningSlots,
  say,
  showLevel,
  spawnSlot,
  update,
  updateSlot,
} from './machine-turn.ts';
import type { Step, Turn } from './machine-types.ts';
import { armHurry, isMainOver, isWayDown } from './machine-way-down.ts';

/**
 * Starts everything that is due and moves on through the phases until something runs or the level is at rest.
 * The one way into the state `running`: every event that may have changed something ends here.
 */
export function settle(turn: Turn): Step {
  if (isMainOver(turn.core)) return endTurn(turn, { kind: 'running', core: turn.core });
  for (;;) {
    startDue(turn);
    if (runningSlots(turn.core).some((slot) => isHoldingUp(turn, slot))) break;
    const next = leavePhase(turn);
    if (next === 'rest') break;
    if (next === 'ask') return askLevel(turn);
    if (next === 'end') return endAll(turn);
  }
  // Whatever starts on a hurried way down has its second, too.
  if (turn.effects.some(({ kind }) => kind === 'spawn')) armHurry(turn);
  return endTurn(turn, { kind: 'running', core: turn.core });
}

/**
 * Whether a phase or level goes on as long as this process runs. At the end of a container or folder only what the
 * level itself names does; what was called on demand is ended with the rest.
 */
export function isHoldingUp(turn: Turn, { entry }: Slot): boolean {
  if (entry.action === 'boot') return false;
  return !endsWithLevel(turn) || entry.levels.includes(turn.core.level);
}

/** Walks the table in order; a waited-for entry that runs hides all that follow. */
function startDue(turn: Turn): void {
  for (const { key } of turn.core.slots) {
    const slot = turn.core.slots.find((one) => one.key === key);
    if (slot === undefined) continue;
    if (slot.run === undefined && isDue(turn, slot)) startSlot(turn, slot);
    if (isWaitedFor(slot.entry.action) && isRunning(turn, key)) return;
  }
}

function isRunning(turn: Turn, key: string): boolean {
  return turn.core.slots.some((slot) => slot.key === key && slot.run !== undefined);
}

function isDue(turn: Turn, slot: Slot): boolean {
  const { core, at } = turn;
  if (slot.entry.action === 'off' || !belongsTo(slot, core.level)) return false;
  if (slot.heldUntil !== undefined && slot.heldUntil > at) return false;
  // Where the init process ends with its level, nothing may keep that level alive (Debian's `z6:6:respawn:`).
  if (isRespawned(slot.entry.action)) return !endsWithLevel(turn);
  return !slot.done;
}

function endsWithLevel({ core }: Turn): boolean {
  return core.place !== 'machine' && isWayDown(core);
}

/**
 * Respawned entries are throttled, and so is everything in S: an S entry that ends at once, with S as the default
 * level, would otherwise be started for ever (the original spins at 100 % CPU).
 */
function startSlot(turn: Turn, slot: Slot): void {
  if (!isRespawned(slot.entry.action) && turn.core.level !== 'S') {
    spawnSlot(turn, slot, { done: true });
    return;
  }
  const verdict = countStart(slot.throttle, turn.at);
  if (verdict.kind === 'start') {
    spawnSlot(turn, slot, { done: !isRespawned(slot.entry.action), throttle: verdict.throttle });
    return;
  }
  updateSlot(turn, slot.key, { throttle: undefined, heldUntil: verdict.until });
  turn.effects.push(
    { kind: 'sayHeld', entry: slot.entry, last: slot.last, forMs: RESPAWN_OFF_MS },
    { kind: 'setTimer', timer: `held:${slot.key}`, afterMs: RESPAWN_OFF_MS },
  );
}

type Next = 'go on' | 'rest' | 'ask' | 'end';

/** Nothing but `boot` entries runs: leaves `#`, `*` or S for what comes next; other levels come to rest. */
function leavePhase(turn: Turn): Next {
  const { core } = turn;
  const held = core.slots.some((slot) => isHeldHere(turn, slot));
  if (core.level === '#' || core.level === '*' || core.level === 'S')
    return held ? 'rest' : leaveForDefault(turn);
  if (!core.saidIdle) {
    say(turn, 'both', 'no more processes left in this runlevel');
    update(turn, { saidIdle: true });
    turn.effects.push({ kind: 'showLevel', level: core.level, previous: core.previous });
  }
  return endsWithLevel(turn) && !held ? 'end' : 'rest';
}

/** A slot that is only held back still has its turn to come, so its phase is not over. */
function isHeldHere({ core, at }: Turn, slot: Slot): boolean {
  return (
    slot.heldUntil !== undefined &&
    slot.heldUntil > at &&
    belongsTo(slot, core.level) &&
    (isRespawned(slot.entry.action) || !slot.done)
  );
}

function leaveForDefault(turn: Turn): Next {
  const { core } = turn;
  const level = core.wantedLevel ?? core.tableDefault;
  if (level === undefined) return 'ask';
  if (level === 'S' && core.level === 'S' && !core.slots.some(isForSingleUser)) return 'rest';
  enterDefault(turn, level);
  return 'go on';
}

/** Without such an entry, S with S as the default would be left and entered for ever. */
function isForSingleUser({ entry }: Slot): boolean {
  return entry.levels.includes('S') && entry.action !== 'off' && !isEventAction(entry.action);
}

/**
 * From `#`, `*` or S to the default level: S at once, anything else through `*`, which runs only once.
 * @param level The default level, from the command line, the table or the console.
 */
export function enterDefault(turn: Turn, level: RunLevel): void {
  const from = turn.core.level;
  if (from === '#') record(turn, { kind: 'boot' });
  if (from === 'S') forgetSingleUser(turn, level);
  if (level === 'S') {
    enterSingleUser(turn);
  } else if (from !== '*' && !turn.core.booted) {
    update(turn, { level: '*', wantedLevel: level, previous: 'N' });
    turn.effects.push({ kind: 'showLevel', level: '*', previous: 'N' });
  } else {
    update(turn, { booted: true, wantedLevel: undefined, saidIdle: false });
    say(turn, 'both', `Entering runlevel: ${level}`);
    const previous = from === 'S' ? 'S' : 'N';
    record(turn, { kind: 'level', level, previous });
    showLevel(turn, level, previous);
    warnIfEmpty(turn);
  }
}

/** Single user has no RUN_LVL record at boot; ending it with S as the default starts it again. */
function enterSingleUser(turn: Turn): void {
  const again = turn.core.level === 'S';
  update(turn, { wantedLevel: undefined, saidIdle: false });
  if (!again) showLevel(turn, 'S', 'N');
}

/** The stay in S is over: its entries run again at the next one. Those of the next level too have had their turn. */
function forgetSingleUser(turn: Turn, next: RunLevel): void {
  const slots = turn.core.slots.map((slot) => {
    const { levels, action } = slot.entry;
    const isOver = levels.includes('S') && (next === 'S' || !levels.includes(next));
    return isOver && !isEventAction(action) ? { ...slot, done: false } : slot;
  });
  update(turn, { slots });
}

/** A level nobody defines looks like a dead machine; say what it is. */
export function warnIfEmpty(turn: Turn): void {
  const { slots, level } = turn.core;
  warnIfMainIsElsewhere(turn);
  const ordinary = slots.some(
    ({ entry, done, run }) =>
      entry.levels.includes(level) && entry.action !== 'off' && (!done || run !== undefined),
  );
  if (!ordinary) {
    say(
      turn,
      'both',
      `no inittab entry names runlevel ${level}: nothing is started, use telinit to change the level`,
    );
  }
}

/** Nothing will end then, and whoever named a main entry waits for that. */
function warnIfMainIsElsewhere(turn: Turn): void {
  const { main, slots, level } = turn.core;
  if (main === undefined || isWayDown(turn.core) || isMainOver(turn.core)) return;
  if (slots.some((slot) => slot.entry.id === main && belongsTo(slot, level))) return;
  say(turn, 'both', `the main entry "${main}" is not in runlevel ${level}: it is not started`);
}

function askLevel(turn: Turn): Step {
  turn.effects.push({ kind: 'resetConsole' }, { kind: 'askLevel' });
  return endTurn(turn, { kind: 'asking', core: turn.core });
}
