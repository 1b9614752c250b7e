import { autoconsoles } from '../../src/core/inittab/inittab-autocon.ts';
import { describe, expect, test } from 'vitest';
import { NOTHING_OWED } from '../../src/core/wire/init-records.ts';
import type { InittabEntry } from '../../src/core/inittab/inittab-entry.ts';
import { parseInittab } from '../../src/core/inittab/inittab.ts';
import type { Effect, Event } from '../../src/core/engine/machine-types.ts';
import { createPerformer, readTable } from '../../src/init/effects.ts';
import type { Reexec } from '../../src/init/re-exec.ts';
import type { InitPorts } from '../../src/os/pid1/ports.ts';

const NOW = 5_000;

interface Recorder {
  readonly perform: (effect: Effect) => readonly Event[];
  readonly ports: InitPorts;
  readonly log: string[];
  /** Events that came later. */
  readonly sent: Event[];
  readonly timers: Map<number, () => void>;
  /** Answers the console's question. */
  answer: (line: string | undefined) => void;
}

function record(change: Partial<InitPorts> = {}): Recorder {
  const log: string[] = [];
  const sent: Event[] = [];
  const timers = new Map<number, () => void>();
  const note = (text: string): void => void log.push(text);
  const ports: InitPorts = {
    now: () => NOW,
    wallClock: () => Date.parse('2026-01-02T03:04:05'),
    setTimer: (afterMs, fire) => {
      note(`timer ${afterMs}`);
      const id = timers.size + 1_000 * afterMs;
      timers.set(id, fire);
      return () => {
        note(`cancel ${afterMs}`);
        timers.delete(id);
      };
    },
    spawn: ({ argv, controllingTerminal }) => {
      note(`spawn ${JSON.stringify(argv)}${controllingTerminal ? ' tty' : ''}`);
      return { kind: 'spawned', pid: 7 };
    },
    onExit: () => undefined,
    signalGroup: (leader, signal) => (note(`${signal} group ${leader}`), false),
    signalRest: (signal) => note(`${signal} rest`),
    isChildless: () => false,
    lookAtMain: () => {
      throw new Error('no effect looks for a daemon');
    },
    onChildless: () => undefined,
    onSignal: () => undefined,
    onRequest: () => undefined,
    openFifo: () => undefined,
    closeFifo: () => undefined,
    readTable: () => [{ path: '/etc/inittab', text: 'id:2:initdefault:\nr:2:respawn:x\n' }],
    hasInitscript: () => false,
    takePowerState: () => undefined,
    writeLevel: (level, previous) => note(`level ${previous} ${level}`),
    record: (fact) => note(`record ${JSON.stringify(fact)}`),
    sayConsole: (text) => note(`console: ${text}`),
    saySyslog: (text) => note(`syslog: ${text}`),
    resetConsole: () => note('reset console'),
    askConsole: (prompt, answer) => {
      note(`ask ${JSON.stringify(prompt)}`);
      recorder.answer = answer;
    },
    listen: () => undefined,
    powerOff: () => undefined,
    stopSelf: () => undefined,
    lostTerminal: () => false,
    exit: (status) => note(`exit ${status}`),
    isChild: () => true,
    owedRecords: () => NOTHING_OWED,
    tryProgram: () => undefined,
    reexec: () => '',
    ...change,
  };
  const environment = { own: {}, path: '/bin', console: undefined, root: undefined, version: 'v' };
  const reexec: Reexec = {
    prepare: (then) => {
      note('try');
      then();
    },
    become: () => (note('become'), []),
  };
  const perform = createPerformer({ ports, environment, send: (event) => sent.push(event), reexec });
  const recorder: Recorder = { perform, ports, log, sent, timers, answer: () => undefined };
  return recorder;
}

function entryOf(line: string): InittabEntry {
  return parseInittab([{ path: '/etc/inittab', text: line }]).table.entries[0]!;
}

function spawnEffect(line: string, change: Partial<Extract<Effect, { kind: 'spawn' }>> = {}): Effect {
  const facts = {
    level: '2',
    shownLevel: '2',
    previous: 'N',
    extraEnv: [],
    controllingTerminal: false,
  } as const;
  return { kind: 'spawn', key: 'x', entry: entryOf(line), ...facts, ...change };
}

describe('createPerformer', () => {
  test.each<[effect: Effect, log: string]>([
    [{ kind: 'signalGroup', pid: 9, signal: 'SIGTERM' }, 'SIGTERM group 9'],
    [{ kind: 'signalRest', signal: 'SIGKILL' }, 'SIGKILL rest'],
    [{ kind: 'showLevel', level: '3', previous: '2' }, 'level 2 3'],
    [{ kind: 'record', fact: { kind: 'boot' } }, 'record {"kind":"boot"}'],
    [{ kind: 'resetConsole' }, 'reset console'],
    [{ kind: 'say', to: 'console', text: 'hi' }, 'console: hi'],
    [{ kind: 'say', to: 'syslog', text: 'hi' }, 'syslog: hi'],
    [{ kind: 'exit', status: 133 }, 'exit 133'],
  ])('does %j once, without an answer', (effect, log) => {
    const world = record();
    expect(world.perform(effect)).toEqual([]);
    expect(world.log).toEqual([log]);
  });

  test('tries the program first, and becomes it when told', () => {
    const world = record();
    expect(world.perform({ kind: 'tryProgram' })).toEqual([]);
    expect(world.sent).toEqual([{ kind: 'timerFired', timer: 'reexec', at: NOW }]);
    expect(world.perform({ kind: 'reexec' })).toEqual([]);
    expect(world.log).toEqual(['try', 'become']);
  });

  test('says to both', () => {
    const world = record();
    world.perform({ kind: 'say', to: 'both', text: 'hi' });
    expect(world.log).toEqual(['console: hi', 'syslog: hi']);
  });

  test('answers a spawn with the pid, and plans the command: words, shell, wrapper', () => {
    const world = record();
    expect(world.perform(spawnEffect('x:2:once:a b'))).toEqual([
      { kind: 'spawned', key: 'x', pid: 7, at: NOW },
    ]);
    world.perform(spawnEffect('x:2:once:a; b', { controllingTerminal: true }));
    const wrapped = record({ hasInitscript: () => true });
    wrapped.perform(spawnEffect('x:2:once:a; b'));
    wrapped.perform(spawnEffect('x:S:once:a', { level: 'S' }));
    expect([...world.log, ...wrapped.log]).toEqual([
      'spawn ["a","b"]',
      'record {"kind":"start","id":"x","pid":7}',
      'spawn ["/bin/sh","-c","a; b"] tty',
      'record {"kind":"start","id":"x","pid":7}',
      'spawn ["/bin/sh","/etc/initscript","x","2","once","a; b"]',
      'record {"kind":"start","id":"x","pid":7}',
      'spawn ["a"]',
      'record {"kind":"start","id":"x","pid":7}',
    ]);
  });

  test('records no start of an entry with +, and none that failed', () => {
    const world = record();
    world.perform(spawnEffect('x:2:once:+a'));
    const broken = record({ spawn: () => ({ kind: 'failed', code: 'ENOENT' }) });
    broken.perform(spawnEffect('x:2:once:a'));
    expect([...world.log, ...broken.log]).toEqual(['spawn ["a"]']);
  });

  test('answers a spawn that failed with the reason', () => {
    const { perform } = record({ spawn: () => ({ kind: 'failed', code: 'ENOENT' }) });
    expect(perform(spawnEffect('x:2:once:gone for good'))).toEqual([
      { kind: 'spawnFailed', key: 'x', program: 'gone', code: 'ENOENT', at: NOW },
    ]);
  });

  test('tells after a signal to all the rest if nobody is left', () => {
    const { perform } = record({ isChildless: () => true });
    expect(perform({ kind: 'signalRest', signal: 'SIGTERM' })).toEqual([{ kind: 'childless', at: NOW }]);
  });

  test('keeps one timer for each name: a new one replaces it, a fired one needs no cancelling', () => {
    const world = record();
    world.perform({ kind: 'setTimer', timer: 'grace', afterMs: 1 });
    world.perform({ kind: 'setTimer', timer: 'held:x', afterMs: 2 });
    world.perform({ kind: 'setTimer', timer: 'grace', afterMs: 3 });
    world.perform({ kind: 'clearTimer', timer: 'held:y' });
    expect(world.log.splice(0)).toEqual(['timer 1', 'timer 2', 'cancel 1', 'timer 3']);
    for (const fire of world.timers.values()) fire();
    expect(world.sent).toEqual([
      { kind: 'timerFired', timer: 'held:x', at: NOW },
      { kind: 'timerFired', timer: 'grace', at: NOW },
    ]);
    world.perform({ kind: 'clearTimer', timer: 'grace' });
    world.perform({ kind: 'setTimer', timer: 'held:x', afterMs: 4 });
    world.perform({ kind: 'clearTimer', timer: 'held:x' });
    expect(world.log).toEqual(['timer 4', 'cancel 4']);
  });

  test('asks the console for a level, and the answer comes as an event, also that there is none', () => {
    const world = record();
    expect(world.perform({ kind: 'askLevel' })).toEqual([]);
    expect(world.log).toEqual(['ask "\\nEnter runlevel: "']);
    world.answer('3');
    world.answer(undefined);
    expect(world.sent).toEqual([
      { kind: 'answered', line: '3', at: NOW },
      { kind: 'answered', line: undefined, at: NOW },
    ]);
  });

  test('answers readTable with the table', () => {
    const { perform } = record();
    const [answer] = perform({ kind: 'readTable' });
    expect(answer).toMatchObject({ kind: 'tableRead', at: NOW, table: { defaultLevel: '2' } });
  });

  test('says which gettys the kernel asked for, and does not take them for a table', () => {
    const consoles = autoconsoles('init.autocon=1 console=ttyS0,9600')!;
    const text = 'id:2:initdefault:\nr:2:respawn:x\n';
    const world = record({ readTable: () => [{ path: '/etc/inittab', text }, consoles] });
    const [answer] = world.perform({ kind: 'readTable' });
    expect(answer).toMatchObject({ table: { entries: [{ id: 'r' }, { id: '~~' }, { id: 'S0' }] } });
    expect(world.log).toEqual([
      'console: added agetty on ttyS0 with id S0',
      'syslog: added agetty on ttyS0 with id S0',
    ]);
    const empty = record({ readTable: () => [{ path: '/etc/inittab', text: '' }, consoles] });
    expect(empty.perform({ kind: 'readTable' })).toEqual([{ kind: 'tableRead', table: undefined, at: NOW }]);
  });

  test('says of a held entry the line of the original, then command, end and next try', () => {
    const world = record();
    const entry = entryOf('x:2:respawn:getty tty1');
    const last = { end: { kind: 'exited', code: 3 }, at: 4_000, ranMs: 12 } as const;
    world.perform({ kind: 'sayHeld', entry, last, forMs: 300_000 });
    expect(world.log).toEqual([
      'console: Id "x" respawning too fast: disabled for 5 minutes',
      'syslog: Id "x" respawning too fast: disabled for 5 minutes',
      'console: Id "x": "getty tty1" exited with status 3 after 0.01 s; next try at 03:09:05, or at once with telinit q',
      'syslog: Id "x": "getty tty1" exited with status 3 after 0.01 s; next try at 03:09:05, or at once with telinit q',
    ]);
  });

  test('says of a held entry that never ended only when it is tried again', () => {
    const world = record();
    world.perform({ kind: 'sayHeld', entry: entryOf('x:2:respawn:a'), last: undefined, forMs: 300_000 });
    expect(world.log[2]).toBe('console: Id "x": "a" next try at 03:09:05, or at once with telinit q');
  });
});

describe('readTable', () => {
  test('logs every error in the words of the original, and no warning', () => {
    const text = 'id:2:initdefault:\nx\nr:2z:respawn:x\nr:2:respwan:x\nr:2:once:y\nq:2:respwan:x\n';
    const { ports, log } = record({ readTable: () => [{ path: '/etc/inittab', text }] });
    const table = readTable(ports, 'first');
    expect(table.entries.filter(({ line }) => line > 0).map(({ command }) => command)).toEqual(['x']);
    const lines = [
      '/etc/inittab[2]: missing action field',
      '/etc/inittab[4]: respwan: unknown action field',
      '/etc/inittab[5]: duplicate ID field "r"',
      '/etc/inittab[6]: respwan: unknown action field',
    ];
    expect(log).toEqual(lines.flatMap((line) => [`console: ${line}`, `syslog: ${line}`]));
  });

  test('names each further table that it reads, as the original does', () => {
    const files = ['/etc/inittab', '/etc/inittab.d/a.tab', '/etc/inittab.d/b.tab'].map((path, index) => ({
      path,
      text: `r${index}:2:respawn:x\n`,
    }));
    const { ports, log } = record({ readTable: () => files });
    readTable(ports, 'again');
    expect(log).toEqual([
      'console: Reading: /etc/inittab.d/a.tab',
      'syslog: Reading: /etc/inittab.d/a.tab',
      'console: Reading: /etc/inittab.d/b.tab',
      'syslog: Reading: /etc/inittab.d/b.tab',
    ]);
  });

  test('logs how many errors it did not log', () => {
    const text = `r:2:respawn:x\n${'wrong\n'.repeat(123)}`;
    const { ports, log } = record({ readTable: () => [{ path: '/etc/inittab', text }] });
    readTable(ports, 'first');
    expect(log).toHaveLength(202);
    expect(log.slice(-2)).toEqual([
      'console: /etc/inittab: 23 more errors, not shown',
      'syslog: /etc/inittab: 23 more errors, not shown',
    ]);
  });

  test.each([
    ['a missing table', [{ path: '/etc/inittab', text: '', error: 'ENOENT' }], ['No inittab file found']],
    ['an empty table', [{ path: '/etc/inittab', text: '' }], []],
    ['a table of errors', [{ path: '/etc/inittab', text: 'x\n' }], ['/etc/inittab[1]: missing action field']],
  ])('takes %s at boot, where level S is left, and keeps the last good one later', (_, files, errors) => {
    const { ports, log } = record({ readTable: () => files });
    expect(readTable(ports, 'first').entries.map(({ id, levels }) => `${id}:${levels}`)).toEqual(['~~:S']);
    expect(log.splice(0)).toEqual(errors.flatMap((line) => [`console: ${line}`, `syslog: ${line}`]));
    expect(readTable(ports, 'again')).toBeUndefined();
    const kept =
      'no usable entry in /etc/inittab, keeping the table read before; rcinit check shows what is wrong';
    expect(log).toEqual([...errors, kept].flatMap((line) => [`console: ${line}`, `syslog: ${line}`]));
  });
});
