import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOTHING_OWED, type OwedRecords } from '../../../../src/core/wire/init-records.ts';
import { parseInittab } from '../../../../src/core/inittab/inittab.ts';
import type { Core } from '../../../../src/core/engine/machine-types.ts';
import type { SavedState } from '../../../../src/core/engine/saved-state.ts';
import { freshSlots, type Slot } from '../../../../src/core/engine/slot.ts';
import { decodeState, type HandedState } from '../../../../src/core/engine/state-stream-reader.ts';
import { encodeState } from '../../../../src/core/engine/state-stream.ts';

const NOW = 50_000;
const OWED: OwedRecords = { ...NOTHING_OWED, last: { kind: 'level', level: '2', previous: 'N' } };

/** As sysvinit 3.06 wrote it, in short. */
const ORIGINAL = `12567362VER@(#) init 3.06 miquels@cistron.nl
-RL3
-TL3
-PL2
-SI1073741830
-WR0
-WU2
-ST7
-DB1
RECid
LEV23
PID0
EXS0
AC initdefault
CMD
EOR
RECr
LEV23a
FL RU
FL DE
FL XD
PID63
EXS0
AC respawn
CMD+@/sbin/getty tty1
EOR
RECw
LEV3
FL RU
FL XD
FL WT
PID64
EXS256
AC wait
CMD/etc/init.d/rc 3
EOR
RECo
LEV3
FL XD
PID65
EXS15
AC once
CMD/bin/true
EOR
END
`;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function usable(state: HandedState): Extract<HandedState, { kind: 'usable' }> {
  if (state.kind !== 'usable') throw new Error(state.why);
  return state;
}

function slotsOf(table: string): Slot[] {
  return freshSlots(parseInittab([{ path: '/etc/inittab', text: table }]).table.entries);
}

const CORE: Omit<Core, 'place' | 'main'> = {
  level: '2',
  shownLevel: '2',
  previous: 'N',
  slots: [],
  tableDefault: '2',
  wantedLevel: undefined,
  booted: true,
  graceMs: 3_000,
  extraEnv: [],
  saidIdle: false,
  leaves: 0,
  mainEnd: undefined,
  deferred: [],
};

function saved(core: Partial<typeof CORE> = {}, rest: Partial<SavedState> = {}): SavedState {
  return {
    core: { ...CORE, ...core },
    paused: false,
    interrupted: undefined,
    facts: { startedAt: 100, rescuedAt: undefined, lockFd: undefined, owed: OWED },
    ...rest,
  };
}

describe('decodeState of what sysvinit wrote', () => {
  const { saved: state, isForeign, problems } = usable(decodeState(bytesOf(ORIGINAL), NOW));

  test('takes levels, marks, processes, counters and the default level', () => {
    expect({ isForeign, problems }).toEqual({ isForeign: true, problems: [] });
    expect(state.core).toMatchObject({
      level: '3',
      shownLevel: '3',
      previous: '2',
      booted: true,
      graceMs: 7_000,
      tableDefault: '3',
      extraEnv: [],
    });
    expect(state.facts).toEqual({
      startedAt: NOW,
      rescuedAt: undefined,
      lockFd: undefined,
      owed: {
        last: { kind: 'level', level: '3', previous: '2' },
        utmp: { boot: false, level: false },
        wtmp: { boot: true, level: false },
      },
    });
  });

  test('takes entries in their order, with prefixes, and levels a to c in either case', () => {
    expect(
      state.core.slots.map(({ key, entry, run, done, demand }) => ({ key, ...entry, run, done, demand })),
    ).toEqual([
      {
        key: 'r',
        id: 'r',
        levels: '23A',
        action: 'respawn',
        command: '/sbin/getty tty1',
        records: false,
        shell: 'never',
        file: '/etc/inittab',
        line: 0,
        run: { kind: 'running', since: NOW, pid: 63 },
        done: false,
        demand: true,
      },
      expect.objectContaining({
        id: 'w',
        shell: 'auto',
        records: true,
        run: { kind: 'running', since: NOW, pid: 64 },
        done: true,
      }),
      expect.objectContaining({ id: 'o', run: undefined, done: true }),
    ]);
  });

  test('turns signals that wait into events', () => {
    expect(state.core.deferred).toEqual([
      { kind: 'reload', at: NOW },
      { kind: 'ctrlAltDel', at: NOW },
      { kind: 'power', state: undefined, at: NOW },
    ]);
  });
});

test('encodeState writes what sysvinit reads, and beside it what only we know', () => {
  const [power, getty, once] = slotsOf('ca::ctrlaltdel:/k\nr:2a:respawn:+@/g x\no:2:once:/o\n') as [
    Slot,
    Slot,
    Slot,
  ];
  const slots: Slot[] = [
    power,
    {
      ...getty,
      run: { kind: 'running', since: 200, pid: 63 },
      demand: true,
      starts: 4,
      throttle: { windowStart: 150.5, count: 2 },
      last: { end: { kind: 'signaled', signal: 'SIGTERM' }, at: 190, ranMs: 40 },
    },
    {
      ...once,
      done: true,
      starts: 1,
      last: { end: { kind: 'exited', code: 3 }, at: 120.0000004, ranMs: 2.25 + 1e-13 },
    },
  ];
  const state = saved({ slots, extraEnv: [['INIT_A', 'x\ny']], previous: 'S', graceMs: 7_000 });
  expect(textOf(encodeState(state, 'rcinit-1.2.3'))).toBe(`12567362VERrcinit-1.2.3
-RL2
-TL2
-PLS
-SI0
-WR1
-WU1
-ST7
-DB1
-LW1
-LU1
:up100
:en"INIT_A=x\\ny"
RECid
LEV2
PID0
EXS0
AC initdefault
CMD
EOR
RECca
LEVS0123456789
FL XD
PID0
EXS0
AC ctrlaltdel
CMD/k
:fi1 /etc/inittab
EOR
RECr
LEV2A
FL RU
FL DE
FL XD
PID63
EXS15
AC respawn
CMD+@/g x
:fi2 /etc/inittab
:st4
:bg200
:th150.5 2
:ls190 40 signaled SIGTERM
EOR
RECo
LEV2
FL XD
PID0
EXS768
AC once
CMD/o
:fi3 /etc/inittab
:st1
:ls120 2.25 exited 3
EOR
END
`);
});

test('encodeState gives the default level an id of its own, and none where there is none', () => {
  const slots = slotsOf('id:2:once:/a\nid0:2:once:/b\n');
  expect(textOf(encodeState(saved({ slots }), 'v'))).toMatch(/^RECid1\nLEV2\n/m);
  expect(textOf(encodeState(saved({ slots, tableDefault: undefined }), 'v'))).not.toContain('initdefault');
});

describe('decodeState of what encodeState wrote', () => {
  const back = (state: SavedState): HandedState => decodeState(encodeState(state, 'v'), NOW);

  test('is the same state', () => {
    const [a, b] = slotsOf('~~:S:wait:/a\n~~:2:wait:b c\n') as [Slot, Slot];
    const state = saved(
      {
        slots: [
          { ...a, starts: 2, last: { end: { kind: 'not-started', code: 'ENOENT' }, at: 5, ranMs: 0 } },
          { ...b, heldUntil: NOW + 10 },
        ],
        level: '*',
        shownLevel: 'S',
        wantedLevel: '3',
        saidIdle: true,
        booted: false,
        tableDefault: undefined,
        extraEnv: [
          ['INIT_B', ''],
          ['INIT_A', '=ü'],
        ],
        deferred: [
          { kind: 'reload', at: NOW },
          { kind: 'power', state: 'O', at: NOW },
          { kind: 'power', state: undefined, at: NOW },
          { kind: 'request', request: { kind: 'runlevel', level: '3', sleepSeconds: -4 }, at: NOW },
          { kind: 'request', request: { kind: 'setenv', variables: ['INIT_X=1', 'INIT_Y'] }, at: NOW },
          { kind: 'leave', at: NOW },
          { kind: 'leave', main: { kind: 'signaled', signal: 'SIGKILL' }, at: NOW },
        ],
        leaves: 2,
        mainEnd: { kind: 'exited', code: 3 },
      },
      {
        paused: true,
        interrupted: { kind: 'demand', letter: 'B' },
        facts: {
          startedAt: 7,
          rescuedAt: 9.5,
          lockFd: 17,
          owed: {
            ...OWED,
            last: { kind: 'level', level: '*', previous: 'N' },
            utmp: { boot: false, level: true },
          },
        },
      },
    );
    expect(back(state)).toEqual({ kind: 'usable', saved: state, isForeign: false, problems: [] });
  });

  test.each(['reload', 'ctrlAltDel', 'keyboard', 'power'] as const)(
    'a waiting %s is told to sysvinit by its bit, and to us once',
    (kind) => {
      const state = saved({ deferred: [{ kind, state: undefined, at: NOW }] });
      const bit = { reload: 2, ctrlAltDel: 4, keyboard: 2 ** 28, power: 2 ** 30 }[kind];
      expect(textOf(encodeState(state, 'v'))).toContain(`\n-SI${bit}\n`);
      expect(usable(back(state)).saved.core.deferred).toHaveLength(1);
    },
  );

  test('leaves out what has no meaning in another program', () => {
    const state = saved({
      deferred: [
        { kind: 'timerFired', timer: 'grace', at: NOW },
        { kind: 'request', request: { kind: 'bogus' }, at: NOW },
      ],
    });
    expect(usable(back(state)).saved.core.deferred).toEqual([]);
  });

  test('an interrupted reading is a HUP for sysvinit', () => {
    const state = saved({}, { interrupted: { kind: 'change' } });
    expect(textOf(encodeState(state, 'v'))).toContain('\n-SI2\n');
    expect(usable(back(state)).saved.interrupted).toEqual({ kind: 'change' });
  });

  test('nothing happened later than now, and nothing is held for longer than five minutes', () => {
    const [slot] = slotsOf('r:2:respawn:/a\n') as [Slot];
    const slots = [
      {
        ...slot,
        run: { kind: 'running', since: 9e9, pid: 5 },
        heldUntil: 9e9,
        throttle: { windowStart: 9e9, count: 2 },
      },
    ] as const;
    const [read] = usable(back(saved({ slots }))).saved.core.slots;
    expect(read).toMatchObject({
      run: { since: NOW, pid: 5 },
      heldUntil: NOW + 300_000,
      throttle: { windowStart: NOW, count: 2 },
    });
  });
});

describe('decodeState of a damaged stream', () => {
  const change = (from: string | RegExp, to: string): HandedState => {
    const text = ORIGINAL.replace(from, to);
    expect(text).not.toBe(ORIGINAL);
    return decodeState(bytesOf(text), NOW);
  };

  test.each<[what: string, from: string | RegExp, to: string, why: string]>([
    ['another signature', '12567362', '12567363', 'it has no version line'],
    ['no version', 'VER', 'REV', 'it has no version line'],
    ['no level', '-RL3\n', '', 'it names no run level'],
    ['a level that is none', '-RL3', '-RLx', 'it names no run level'],
  ])('%s: nothing can be made of it', (_what, from, to, why) => {
    expect(change(from, to)).toEqual({ kind: 'unusable', why });
  });

  test.each<[what: string, from: string | RegExp, to: string, problem: string]>([
    [
      'cut in an entry',
      /CMD\/etc[^]*/,
      'CMD/et',
      'it breaks off after 2 entries; telinit q reads the table again',
    ],
    ['without END', 'END\n', '', 'it breaks off after 4 entries; telinit q reads the table again'],
    [
      'an unknown action',
      'AC wait',
      'AC w\u001bit',
      'entry "w" has the unknown action "w?it", taking it as "off"',
    ],
    ['an entry without id', 'RECw', 'REC', 'it has an entry without an id, ignoring it'],
    ['pid 1', 'PID64', 'PID1', 'entry "w" runs without a process, taking it as ended'],
    ['a negative pid', 'PID64', 'PID-1', 'entry "w" runs without a process, taking it as ended'],
    ['a pid that is a word', 'PID64', 'PIDx', 'entry "w" runs without a process, taking it as ended'],
  ])('%s is named, the rest is used', (_what, from, to, problem) => {
    const { saved: state, problems } = usable(change(from, to));
    expect(problems).toEqual([problem]);
    expect(state.core.slots[0]).toMatchObject({ key: 'r', run: { pid: 63 } });
  });

  test('tags that nobody knows are skipped, before and in entries', () => {
    const text = ORIGINAL.replace('-DB1\n', '-DB1\n-LW1\n:zz\nxyzzy\n').replace('PID63\n', ':aa b\nPID63\n');
    expect(decodeState(bytesOf(text), NOW)).toEqual(decodeState(bytesOf(ORIGINAL), NOW));
  });

  test('says no more than eleven things about thousands of entries', () => {
    const { problems } = usable(change('END', `${'REC\nEOR\n'.repeat(3_000)}END`));
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)).toBe('and 2990 more like these');
  });

  test('any bytes behind the signature give an answer', () => {
    const piece = fc.oneof(
      fc.constantFrom(...ORIGINAL.split('\n').map((line) => `${line}\n`)),
      fc.constantFrom(
        ':ev',
        ':en"',
        ':th1 1\n',
        ':hu9e9\n',
        ':ls1 1 exited 999\n',
        ':evrequest 00\n',
        'END\n',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const state = decodeState(bytesOf(`12567362VER\n-RL2\n${pieces.join('')}`), NOW);
        if (state.kind !== 'usable') return;
        for (const { run, entry } of state.saved.core.slots) {
          expect(entry.id).not.toBe('');
          expect(run?.kind === 'running' && run.pid <= 1).toBe(false);
        }
        // What was read can be written, and reads the same.
        const again = decodeState(encodeState(state.saved, 'v'), NOW);
        expect(usable(again).saved.core.slots).toHaveLength(state.saved.core.slots.length);
      }),
      { numRuns: 300 },
    );
  });
});
