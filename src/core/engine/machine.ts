/**
 * The engine of init: state x event -> state + effects. Pure; the loop around it owns clock, processes and console.
 *
 * States
 *   off        nothing yet. `started` brings the table.
 *   emergency  the `-b` shell runs on the console; the normal boot follows its end.
 *   running    a phase (`#` sysinit, `*` boot) or a level. Entries start in table order; one that is waited for hides
 *              all that follow, also from being restarted. When nothing but `boot` entries runs, a phase leads to the
 *              next, a level comes to rest.
 *   asking     no default level is known; the console was asked for one.
 *   reading    the table is being read, because of a level change, `q`, SIGHUP or `a`–`c`. Lasts one turn of the loop.
 *   stopping   TERM, after the grace time KILL, was sent to the process groups that do not survive the reading.
 *              Nothing is started or restarted meanwhile, and requests wait: the original is blocked here, and
 *              programs rely on the order.
 *   paused     SIGTSTP until SIGCONT; everything is remembered.
 *   ending     level 0 or 6 is over in a container or a folder: TERM and KILL for whatever is left, then exit.
 *
 * Invariants (the property test drives random events against them)
 *   - at rest no entry runs outside its levels, except `boot` entries and what was called on demand;
 *   - while a waited-for entry runs, nothing behind it starts;
 *   - no slot is ever started twice at once;
 *   - no entry starts more than ten times in two minutes, unless the table was read in between;
 *   - only groups that were spawned and have not been reported dead get signals — or, at KILL, got TERM in this stop;
 *   - `stopping` and `ending` always have a timer running, so no process can hold the engine up for ever; asked twice
 *     to end, an init that is not a machine's has one at work until it exits;
 *   - after the main entry's end nothing starts but what levels 0 and 6 name.
 *
 * @see spec: sysvinit sections 2 and 3
 */
import { freshSlots } from './slot.ts';
import {
  applyTable,
  collect,
  endStopIfDone,
  DEFAULT_GRACE_MS,
  escalate,
  reloadTable,
} from './machine-change.ts';
import { endHarder, finish } from './machine-ending.ts';
import { settle } from './machine-level.ts';
import { powerActions } from './machine-events.ts';
import { hurryOn } from './machine-hurry.ts';
import { reexec } from './machine-reexec.ts';
import {
  answered,
  ctrlAltDel,
  deferCtrlAltDel,
  deferLeave,
  leave,
  leaveFaster,
  obey,
  runEntries,
} from './machine-requests.ts';
import {
  beginTurn,
  defer,
  endTurn,
  noteExit,
  noteSpawned,
  noteSpawnFailed,
  recordDeath,
  stay,
  update,
  updateSlot,
} from './machine-turn.ts';
import type { InittabEntry } from '../inittab/inittab-entry.ts';
import type {
  Core,
  EmergencyState,
  Event,
  PausedState,
  Place,
  RunningState,
  State,
  Step,
  Turn,
} from './machine-types.ts';

type On<E extends Event['kind']> = Extract<Event, { kind: E }>;
type In<S extends State['kind']> = Extract<State, { kind: S }>;
type Table = {
  readonly [S in State['kind']]: { readonly [E in Event['kind']]: (state: In<S>, event: On<E>) => Step };
};

/** Pairs that mean nothing: the event asks nothing of this state. */
const ignore = (state: State): Step => stay(state);
/** Pairs that cannot happen unless the loop is wrong; the loop logs what is thrown and goes on. */
const impossible = (state: State, event: Event): never => {
  throw new Error(`Event ${event.kind} cannot happen in state ${state.kind}`);
};

const table: Table = {
  off: {
    started: boot,
    tableRead: impossible,
    spawned: impossible,
    spawnFailed: impossible,
    childExited: ignore,
    timerFired: impossible,
    request: defer,
    reload: ignore,
    ctrlAltDel: defer,
    keyboard: ignore,
    power: defer,
    leave: defer,
    pause: ignore,
    resume: ignore,
    answered: impossible,
    childless: ignore,
  },
  emergency: {
    started: impossible,
    tableRead: impossible,
    spawned: (state, event) => stay({ ...state, pid: event.pid }),
    spawnFailed: endEmergency,
    childExited: (state, event) => (event.pid === state.pid ? endEmergency(state, event) : stay(state)),
    timerFired: impossible,
    request: defer,
    reload: defer,
    ctrlAltDel: defer,
    keyboard: defer,
    power: defer,
    leave: defer,
    pause,
    resume: ignore,
    answered: impossible,
    childless: ignore,
  },
  running: {
    started: impossible,
    tableRead: impossible,
    spawned,
    spawnFailed,
    childExited,
    timerFired: wake,
    request: obey,
    reload: (state, event) => reloadTable(beginTurn(state.core, event.at)),
    ctrlAltDel,
    keyboard: (state, event) => runEntries(state, event, ['kbrequest']),
    power: (state, event) => runEntries(state, event, powerActions(event.state)),
    leave,
    pause,
    resume: ignore,
    answered: ignore,
    childless: ignore,
  },
  asking: {
    started: impossible,
    tableRead: impossible,
    spawned,
    spawnFailed: noteFailure,
    childExited: noteOnly,
    timerFired: (state, event) => (event.timer === 'reexec' ? reexec(state, event) : stay(state)),
    request: obey,
    reload: (state, event) => reloadTable(beginTurn(state.core, event.at)),
    ctrlAltDel: (state, event) => ctrlAltDel(running(state), event),
    keyboard: ignore,
    power: ignore,
    leave: (state, event) => leave(running(state), event),
    pause,
    resume: ignore,
    answered,
    childless: ignore,
  },
  reading: {
    started: impossible,
    tableRead: applyTable,
    spawned,
    spawnFailed: noteFailure,
    childExited: noteOnly,
    timerFired: defer,
    request: defer,
    reload: defer,
    ctrlAltDel: defer,
    keyboard: defer,
    power: defer,
    leave: defer,
    pause: defer,
    resume: ignore,
    answered: ignore,
    childless: ignore,
  },
  stopping: {
    started: impossible,
    tableRead: impossible,
    spawned,
    spawnFailed: noteFailure,
    childExited: collect,
    timerFired: escalate,
    request: defer,
    reload: defer,
    ctrlAltDel: deferCtrlAltDel,
    keyboard: defer,
    power: defer,
    leave: deferLeave,
    pause,
    resume: ignore,
    answered: ignore,
    childless: ignore,
  },
  paused: {
    started: impossible,
    tableRead: impossible,
    spawned,
    spawnFailed: noteFailure,
    childExited: noteOnly,
    timerFired: defer,
    request: defer,
    reload: defer,
    ctrlAltDel: defer,
    keyboard: defer,
    power: defer,
    leave: defer,
    pause: ignore,
    resume,
    answered: defer,
    childless: ignore,
  },
  ending: {
    started: impossible,
    tableRead: impossible,
    spawned,
    spawnFailed: noteFailure,
    childExited: noteOnly,
    timerFired: endHarder,
    request: ignore,
    reload: ignore,
    ctrlAltDel: leaveFaster,
    keyboard: ignore,
    power: ignore,
    leave: leaveFaster,
    pause: ignore,
    resume: ignore,
    answered: ignore,
    childless: finish,
  },
};

/** The engine before its first event. */
export function createMachine(options: {
  readonly place: Place;
  readonly wantedLevel?: Core['wantedLevel'];
  readonly main?: string;
}): State {
  const core: Core = {
    place: options.place,
    level: '#',
    shownLevel: 'S',
    previous: 'N',
    slots: [],
    tableDefault: undefined,
    wantedLevel: options.wantedLevel,
    booted: false,
    graceMs: DEFAULT_GRACE_MS,
    extraEnv: [],
    saidIdle: false,
    leaves: 0,
    main: options.main,
    mainEnd: undefined,
    deferred: [],
  };
  return { kind: 'off', core };
}

/**
 * Takes one event. Events that were deferred follow as soon as the state can take them.
 * @throws {Error} for a pair the table calls impossible; the state given stays valid.
 */
export function step(state: State, event: Event): Step {
  let { state: now, effects } = dispatch(state, event);
  while (now.kind === 'running' && now.core.deferred.length > 0 && !awaitsSpawn(now)) {
    const [next, ...deferred]: readonly Event[] = now.core.deferred;
    if (next === undefined) break;
    const more = dispatch({ ...now, core: { ...now.core, deferred } }, next);
    now = more.state;
    effects = [...effects, ...more.effects];
  }
  return { state: now, effects };
}

/** While spawns are unanswered, pids are unknown: deferred events wait for the answers. */
function awaitsSpawn(state: State): boolean {
  return state.core.slots.some((slot) => slot.run?.kind === 'starting');
}

function dispatch(state: State, event: Event): Step {
  const row = table[state.kind] as { readonly [E in Event['kind']]: (state: State, event: Event) => Step };
  return row[event.kind](state, event);
}

function running(state: { readonly core: Core }): RunningState {
  return { kind: 'running', core: state.core };
}

/** Emergency shell and implied single-user program, as in a table. */
const SULOGIN: InittabEntry = {
  id: '~~',
  levels: 'S',
  action: 'wait',
  command: '/sbin/sulogin',
  records: true,
  shell: 'auto',
  file: '',
  line: 0,
};

function boot(state: State, event: On<'started'>): Step {
  const turn = beginTurn(state.core, event.at);
  if (!event.emergency) return startTable(turn, event.table);
  const { level, shownLevel, previous, extraEnv } = turn.core;
  const facts = { level, shownLevel, previous, extraEnv, controllingTerminal: true };
  turn.effects.push({ kind: 'spawn', key: '~emergency', entry: SULOGIN, ...facts });
  return endTurn(turn, { kind: 'emergency', core: turn.core, table: event.table, pid: undefined });
}

function endEmergency(state: EmergencyState, event: Event): Step {
  const turn = beginTurn(state.core, event.at);
  if (event.kind === 'childExited') recordDeath(turn, SULOGIN, event.pid);
  return startTable(turn, state.table);
}

function startTable(turn: Turn, inittab: EmergencyState['table']): Step {
  update(turn, { slots: freshSlots(inittab.entries), tableDefault: inittab.defaultLevel });
  turn.effects.push({ kind: 'showLevel', level: turn.core.level, previous: turn.core.previous });
  return settle(turn);
}

function spawned(state: State, event: On<'spawned'>): Step {
  return noting(state, event, (turn) => noteSpawned(turn, event.key, event.pid));
}

function noteFailure(state: State, event: On<'spawnFailed'>): Step {
  return noting(state, event, (turn) => noteSpawnFailed(turn, event));
}

function noteOnly(state: State, event: On<'childExited'>): Step {
  return noting(state, event, (turn) => noteExit(turn, event.pid, event.status));
}

/** Remembers a fact and stays where it is. */
function noting(state: State, event: Event, note: (turn: Turn) => unknown): Step {
  const turn = beginTurn(state.core, event.at);
  note(turn);
  return endTurn(turn, { ...state, core: turn.core });
}

function spawnFailed(state: RunningState, event: On<'spawnFailed'>): Step {
  const turn = beginTurn(state.core, event.at);
  noteSpawnFailed(turn, event);
  return settle(turn);
}

function childExited(state: RunningState, event: On<'childExited'>): Step {
  const turn = beginTurn(state.core, event.at);
  noteExit(turn, event.pid, event.status);
  return settle(turn);
}

/** A held slot may be started again. The timer decides, not the clock: timers may fire a little early. */
function wake(state: RunningState, event: On<'timerFired'>): Step {
  if (event.timer === 'hurry') return hurryOn(state, event);
  if (event.timer === 'reexec') return reexec(state, event);
  const turn = beginTurn(state.core, event.at);
  if (event.timer !== 'grace') updateSlot(turn, event.timer.slice('held:'.length), { heldUntil: undefined });
  return settle(turn);
}

function pause(state: Exclude<State, PausedState>): Step {
  return stay({ kind: 'paused', core: state.core, resume: state });
}

/**
 * Takes up the interrupted state. Exits were noted as they came; timers and answers that came are delivered now, and
 * whatever asks for something waits its turn in the state's own queue.
 */
function resume(state: PausedState, event: On<'resume'>): Step {
  const answers = state.core.deferred.filter(
    (late) => late.kind === 'timerFired' || late.kind === 'answered',
  );
  const deferred = state.core.deferred.filter(
    (late) => late.kind !== 'timerFired' && late.kind !== 'answered',
  );
  let step = takeUp({ ...state.resume, core: { ...state.core, deferred } }, event);
  for (const answer of answers) {
    const more = dispatch(step.state, answer);
    step = { state: more.state, effects: [...step.effects, ...more.effects] };
  }
  return step;
}

/** Looks again at what may have changed while nobody looked. */
function takeUp(state: PausedState['resume'], event: Event): Step {
  if (state.kind === 'running') return settle(beginTurn(state.core, event.at));
  if (state.kind === 'stopping') return endStopIfDone(beginTurn(state.core, event.at), state);
  return stay(state);
}
