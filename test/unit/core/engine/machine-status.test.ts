import { describe, expect, test } from 'vitest';
import type { EntryStatus, StatusReply } from '../../../../src/core/engine/control-message.ts';
import { parseInittab } from '../../../../src/core/inittab/inittab.ts';
import { describeMachine } from '../../../../src/core/engine/machine-status.ts';
import { createMachine } from '../../../../src/core/engine/machine.ts';
import type { Core, State } from '../../../../src/core/engine/machine-types.ts';
import { freshSlots, type Slot } from '../../../../src/core/engine/slot.ts';

const NOW = 10_000;
const EXITED = { end: { kind: 'exited', code: 3 }, at: 9_000, ranMs: 20 } as const;

/** A machine at rest in level 2 with these lines and what init remembers of each id. */
function machine(
  text: string,
  slots: Readonly<Record<string, Partial<Slot>>> = {},
  core: Partial<Core> = {},
): State {
  const { entries } = parseInittab([{ path: '/etc/inittab', text: `ss:S:off:\n${text}` }]).table;
  const made = freshSlots(entries.filter(({ id }) => id !== 'ss')).map((slot) => ({
    ...slot,
    ...slots[slot.key],
  }));
  const base = createMachine({ place: 'container' }).core;
  return { kind: 'running', core: { ...base, level: '2', booted: true, slots: made, ...core } };
}

function tell(state: State): StatusReply {
  return describeMachine(state, { pid: 1, root: '/', now: NOW, startedAt: 2_000 });
}

function entry(text: string, slot: Partial<Slot> = {}, core: Partial<Core> = {}): EntryStatus {
  return tell(machine(text, { x: slot }, core)).entries.find(({ id }) => id === 'x')!;
}

test('describeMachine tells of init itself', () => {
  expect(tell(machine('', {}, { previous: '3' }))).toEqual({
    version: 1,
    kind: 'status',
    pid: 1,
    root: '/',
    place: 'container',
    state: 'running',
    level: '2',
    previous: '3',
    uptimeMs: 8_000,
    entries: [],
  });
});

test('describeMachine has a word for every state', () => {
  const { core } = machine('');
  const table = { entries: [], defaultLevel: undefined };
  const purpose = { kind: 'reload' } as const;
  const running: State = { kind: 'running', core };
  const states: readonly State[] = [
    { kind: 'off', core },
    running,
    { kind: 'reading', core, purpose },
    { kind: 'stopping', core, purpose, table, leaving: new Set(), groups: [], step: 'term' },
    { kind: 'asking', core },
    { kind: 'emergency', core, table, pid: 5 },
    { kind: 'paused', core, resume: running },
    { kind: 'ending', core, status: 0, step: 'term' },
  ];
  expect(states.map((state) => `${state.kind} ${tell(state).state}`)).toEqual([
    'off running',
    'running running',
    'reading changing',
    'stopping changing',
    'asking asking',
    'emergency emergency',
    'paused paused',
    'ending ending',
  ]);
});

describe('describeMachine tells of an entry', () => {
  test('that runs: pid, uptime, starts', () => {
    const run = { kind: 'running', since: 4_000.4, pid: 77 } as const;
    expect(entry('x:2:respawn:getty tty1', { run, starts: 2, last: EXITED })).toEqual({
      id: 'x',
      levels: '2',
      action: 'respawn',
      command: 'getty tty1',
      state: 'running',
      pid: 77,
      uptimeMs: 6_000,
      starts: 2,
      last: { kind: 'exited', code: 3, agoMs: 1_000 },
    });
  });

  test('that is being started: running without a pid yet', () => {
    const { state, pid, uptimeMs } = entry('x:2:once:a', {
      run: { kind: 'starting', since: NOW },
      starts: 1,
    });
    expect([state, pid, uptimeMs]).toEqual(['running', undefined, 0]);
  });

  test('that is held: why, and when it is tried again', () => {
    expect(entry('x:2:respawn:a', { heldUntil: 70_000, starts: 10, last: EXITED })).toMatchObject({
      state: 'held',
      why: 'respawning too fast, exited with status 3',
      retryInMs: 60_000,
    });
    expect(entry('x:2:respawn:a', { heldUntil: NOW, starts: 10 })).not.toHaveProperty('retryInMs');
  });

  test.each<[line: string, slot: Partial<Slot>, core: Partial<Core>, state: string, why: string]>([
    ['x:2:off:a', {}, {}, 'off', 'its action is off'],
    ['x:3:off:a', {}, {}, 'off', 'its action is off'],
    ['x:2:once:a', { done: true, last: EXITED }, {}, 'done', 'done, exited with status 3'],
    ['x:2:once:a', { done: true }, {}, 'done', 'done'],
    [
      'x:2:wait:a',
      { done: true, last: { ...EXITED, end: { kind: 'not-started', code: 'ENOENT' } } },
      {},
      'done',
      'done, could not be started (ENOENT)',
    ],
    ['x:2:once:a', {}, {}, 'idle', 'not started yet'],
    ['x:2:respawn:a', { done: true, last: EXITED }, {}, 'idle', 'not started yet, exited with status 3'],
    ['x:3:respawn:a', {}, {}, 'elsewhere', 'not in run level 2, only in 3'],
    ['x:35:once:a', { last: EXITED }, {}, 'elsewhere', 'not in run level 2, only in 35'],
    ['x:a:ondemand:a', {}, {}, 'idle', 'runs on demand: telinit a'],
    ['x:bc:once:a', {}, {}, 'idle', 'runs on demand: telinit b'],
    ['x:a3:once:a', {}, {}, 'elsewhere', 'not in run level 2, only in A3'],
    ['x::sysinit:a', { last: EXITED, done: true }, {}, 'done', 'runs at boot only, exited with status 3'],
    ['x::boot:a', { done: true }, {}, 'done', 'runs at boot only, was not run'],
    ['x::bootwait:a', {}, { level: '#', booted: false }, 'idle', 'runs at boot, which is still to come'],
    ['x::bootwait:a', {}, { level: 'S', booted: false }, 'idle', 'runs at boot, which is still to come'],
    ['x::sysinit:a', {}, { level: '#', booted: false }, 'idle', 'not started yet'],
    ['x::powerwait:a', { done: true }, {}, 'idle', 'waits for a power failure'],
    [
      'x::powerfail:a',
      { done: true, last: EXITED },
      {},
      'idle',
      'waits for a power failure, exited with status 3',
    ],
    ['x::powerfailnow:a', { done: true }, {}, 'idle', 'waits for a low battery'],
    ['x::powerokwait:a', { done: true }, {}, 'idle', 'waits for the return of power'],
    ['x::ctrlaltdel:a', { done: true }, {}, 'idle', 'waits for Ctrl-Alt-Del'],
    ['x::kbrequest:a', { done: true }, {}, 'idle', 'waits for the keyboard request key'],
    ['x:3:ctrlaltdel:a', { done: true }, {}, 'elsewhere', 'not in run level 2, only in 3'],
  ])('that does not run: %s with %j in %j', (line, slot, core, state, why) => {
    expect(entry(line, slot, core)).toMatchObject({ state, why });
  });

  test('behind one that is waited for: blocked, but not those that are done or before it', () => {
    const run = { kind: 'running', since: 0, pid: 9 } as const;
    const state = machine(
      'a:2:once:1\nw:2:wait:2\nb:2:respawn:3\nd:2:once:4\ne:3:once:5\nv:2:wait:6\nz:2:once:7',
      {
        w: { run },
        v: { run },
        d: { done: true },
      },
    );
    expect(tell(state).entries.map(({ id, state, why }) => `${id} ${state} ${why ?? ''}`.trim())).toEqual([
      'a idle not started yet',
      'w running',
      'b blocked waits for the end of "w"',
      'd done done',
      'e elsewhere not in run level 2, only in 3',
      'v running',
      'z blocked waits for the end of "w"',
    ]);
  });
});
