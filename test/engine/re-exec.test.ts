import { describe, expect, test } from 'vitest';
import { NOTHING_OWED } from '../../src/core/wire/init-records.ts';
import { parseInittab } from '../../src/core/inittab/inittab.ts';
import { createMachine, step } from '../../src/core/engine/machine.ts';
import type { Effect, Event, State } from '../../src/core/engine/machine-types.ts';
import { resumeMachine, saveState, type SavedState } from '../../src/core/engine/saved-state.ts';
import { createRescue } from '../../src/init/rescue.ts';
import { bootWorld } from '../support/fake-world.ts';

const FACTS = { startedAt: 0, rescuedAt: undefined, lockFd: undefined, owed: NOTHING_OWED };
const FAILED = [
  'syslog: Trying to re-exec init',
  're-exec',
  'console: Attempt to re-exec failed',
  'console: cannot re-execute "/sbin/init": a fake world has no other program; going on with the program that runs',
  'syslog: cannot re-execute "/sbin/init": a fake world has no other program; going on with the program that runs',
];

describe('telinit u', () => {
  test.each(['0', '1', '2', '3', '4', '5', '6', 'S'])('re-executes in level %s, in a later turn', (level) => {
    const world = bootWorld(`id:${level}:initdefault:\nr:0123456S:respawn:daemon\n`);
    world.news();
    world.request('u');
    expect(world.news()).toEqual(['syslog: Trying to re-exec init']);
    world.advance(5);
    expect(world.news()).toEqual(FAILED.slice(1));
    expect(world.alive()).toEqual(['daemon']);
  });

  test.each(['7', '8', '9'])('does nothing in level %s, as the original', (level) => {
    const world = bootWorld(`id:${level}:initdefault:\nr:789:respawn:daemon\n`);
    world.news();
    world.request('U');
    world.advance(10_000);
    expect(world.news()).toEqual(['syslog: Trying to re-exec init']);
  });

  test('does nothing during sysinit and boot', () => {
    const world = bootWorld('id:2:initdefault:\nsi::sysinit:sys\nbw::bootwait:boot\n');
    world.request('u');
    world.advance(10);
    world.exit('sys');
    world.request('u');
    world.advance(10);
    expect(world.log).not.toContain('re-exec');
  });

  test('waits for the end of a change of level that came right behind it', () => {
    const world = bootWorld('id:2:initdefault:\nr:2:respawn:deaf\nn:3:respawn:next\n', { deaf: ['deaf'] });
    world.news();
    world.request('u');
    world.request('3', 1);
    world.advance(500);
    expect(world.log).not.toContain('re-exec');
    world.advance(1_000);
    expect(world.log).toContain('re-exec');
    expect(world.alive()).toEqual(['next']);
  });

  test('works while the console is asked for a level', () => {
    const world = bootWorld('s:S:wait:shell\n', { wantedLevel: 'S' });
    world.exit('shell');
    expect(world.state().kind).toBe('asking');
    world.request('u');
    world.advance(5);
    expect(world.log).toContain('re-exec');
  });
});

const TABLE = 'id:2:initdefault:\nr:2:respawn:daemon\nw:2:wait:script\nb:3:respawn:next\n';
const AT = 1_000;

/** The engine after these events; spawns get the pids 100, 101 … */
function run(events: readonly Event[], first: State = createMachine({ place: 'machine' })): State {
  let state = first;
  let pid = 100;
  const queue = [...events];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const taken = step(state, next);
    state = taken.state;
    queue.unshift(...taken.effects.flatMap((effect) => answer(effect, () => pid++)));
  }
  return state;
}

function answer(effect: Effect, nextPid: () => number): Event[] {
  if (effect.kind === 'spawn') return [{ kind: 'spawned', key: effect.key, pid: nextPid(), at: AT }];
  if (effect.kind === 'readTable') return [{ kind: 'tableRead', table: table(), at: AT }];
  return [];
}

const table = () => parseInittab([{ path: '/etc/inittab', text: TABLE }]).table;
const STARTED: Event = { kind: 'started', table: table(), emergency: false, at: AT };
const request = (level: string): Event => ({
  kind: 'request',
  request: { kind: 'runlevel', level, sleepSeconds: 3 },
  at: AT,
});

function save(state: State): SavedState {
  const saved = saveState(state, FACTS);
  if (saved === undefined) throw new Error('nothing to save');
  return saved;
}

describe('saveState and resumeMachine', () => {
  test('there is nothing to save before the table is read', () => {
    expect(saveState(createMachine({ place: 'machine' }), FACTS)).toBeUndefined();
    expect(saveState(run([{ ...STARTED, emergency: true }]), FACTS)).toBeUndefined();
  });

  test('a running engine goes on as it was, and starts nothing twice', () => {
    const before = run([STARTED]);
    const { state, effects } = resumeMachine(save(before), { place: 'machine', at: AT });
    expect(effects).toEqual([]);
    expect(step(state, { kind: 'resume', at: AT })).toEqual({ state: before, effects: [] });
  });

  test('what ended meanwhile is started again', () => {
    const saved = save(run([STARTED]));
    const slots = saved.core.slots.map((slot) => (slot.key === 'r' ? { ...slot, run: undefined } : slot));
    const { state } = resumeMachine(
      { ...saved, core: { ...saved.core, slots } },
      { place: 'machine', at: AT },
    );
    const { effects } = step(state, { kind: 'resume', at: AT });
    expect(effects).toEqual([expect.objectContaining({ kind: 'spawn', key: 'r' })]);
  });

  test('held entries wait for the rest of their time', () => {
    const saved = save(run([STARTED]));
    const slots = saved.core.slots.map((slot) => ({ ...slot, run: undefined, heldUntil: AT + 700 }));
    const held = { ...saved, core: { ...saved.core, slots: slots.slice(0, 1) } };
    const { state, effects } = resumeMachine(held, { place: 'machine', at: AT + 200 });
    expect(effects).toEqual([{ kind: 'setTimer', timer: 'held:r', afterMs: 500 }]);
    const woken = step(state, { kind: 'resume', at: AT + 200 });
    expect(woken.effects.filter(({ kind }) => kind === 'spawn')).toEqual([]);
    expect(resumeMachine(held, { place: 'machine', at: AT + 700 }).effects).toEqual([]);
  });

  test('a change of level in the middle is done again, with the new level', () => {
    const stopping = run([STARTED, request('3'), request('4')]);
    expect(stopping.kind).toBe('stopping');
    const saved = save(stopping);
    expect(saved).toMatchObject({ interrupted: { kind: 'change' }, core: { level: '3' } });
    const { state, effects } = resumeMachine(saved, { place: 'machine', at: AT });
    expect(effects).toEqual([{ kind: 'readTable' }]);
    const reading = step(state, { kind: 'resume', at: AT });
    expect(reading).toMatchObject({ state: { kind: 'reading' }, effects: [] });
    const again = step(reading.state, { kind: 'tableRead', table: table(), at: AT });
    expect(again.effects.filter(({ kind }) => kind === 'signalGroup')).toEqual([
      { kind: 'signalGroup', pid: 100, signal: 'SIGTERM' },
      { kind: 'signalGroup', pid: 101, signal: 'SIGTERM' },
    ]);
    expect(again.state.core.deferred).toEqual([request('4')]);
  });

  test('a paused engine stays paused, whatever it was doing', () => {
    const paused = run([STARTED, request('3'), { kind: 'pause', at: AT }]);
    const saved = save(paused);
    expect(saved).toMatchObject({ paused: true, interrupted: { kind: 'change' } });
    const { state, effects } = resumeMachine(saved, { place: 'machine', at: AT });
    expect({ kind: state.kind, effects }).toEqual({ kind: 'paused', effects: [] });
    expect(step(state, { kind: 'resume', at: AT }).effects).toContainEqual({ kind: 'readTable' });
  });

  test('a start that was not answered yet was not made', () => {
    const { state } = step(createMachine({ place: 'machine' }), STARTED);
    expect(state.core.slots[0]?.run?.kind).toBe('starting');
    expect(save(state).core.slots.map(({ run: process, done }) => ({ process, done }))).toEqual(
      Array.from({ length: 4 }, () => ({ process: undefined, done: false })),
    );
  });
});

describe('createRescue', () => {
  function record(rescuedAt?: number) {
    const world = { now: 1_000_000, rescues: 0 };
    const rescue = createRescue({ now: () => world.now, rescuedAt, rescue: () => world.rescues++ });
    return { world, rescue };
  }

  test('an exception that left the loop: at once, and again only after five minutes', () => {
    const { world, rescue } = record();
    rescue.noteCrash();
    rescue.noteCrash();
    expect(world.rescues).toBe(1);
    expect(rescue.rescuedAt()).toBe(1_000_000);
    world.now += 299_999;
    rescue.noteCrash();
    expect(world.rescues).toBe(1);
    world.now += 1;
    rescue.noteCrash();
    expect(world.rescues).toBe(2);
  });

  test('the program before counts', () => {
    const { world, rescue } = record(900_000);
    rescue.noteCrash();
    expect(world.rescues).toBe(0);
  });

  test('dropped events: at the fifth within a minute', () => {
    const { world, rescue } = record();
    for (let count = 0; count < 4; count++) rescue.noteFault();
    expect(world.rescues).toBe(0);
    world.now += 60_000;
    rescue.noteFault();
    expect(world.rescues).toBe(0);
    for (let count = 0; count < 4; count++) rescue.noteFault();
    expect(world.rescues).toBe(1);
  });
});
