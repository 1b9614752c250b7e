import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Action, Inittab, InittabEntry } from '../../src/core/inittab/inittab-entry.ts';
import { createMachine, step } from '../../src/core/engine/machine.ts';
import { EngineModel, type Happening } from '../support/engine-model.ts';

const ACTIONS: readonly Action[] = [
  'sysinit',
  'boot',
  'bootwait',
  'wait',
  'once',
  'respawn',
  'ondemand',
  'off',
  'powerwait',
  'powerfail',
  'powerfailnow',
  'powerokwait',
  'ctrlaltdel',
  'kbrequest',
];

const levelsFor = (action: Action, levels: string): string => {
  if (action === 'sysinit') return '#';
  return action === 'boot' || action === 'bootwait' ? '*' : levels;
};

const entry: fc.Arbitrary<InittabEntry> = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    levels: fc.subarray(['0', '1', '2', '3', '6', '7', 'S', 'A', 'B']).map((all) => all.join('')),
    action: fc.constantFrom(...ACTIONS),
    records: fc.boolean(),
    shell: fc.constantFrom('auto' as const, 'never' as const),
  })
  .map((one) => ({ ...one, levels: levelsFor(one.action, one.levels), command: one.id, file: 't', line: 1 }));

const table: fc.Arbitrary<Inittab> = fc.record({
  entries: fc.uniqueArray(entry, { selector: (one) => one.id, maxLength: 7 }),
  defaultLevel: fc.constantFrom('2' as const, '3' as const, 'S' as const, '0' as const, undefined),
});

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('exit' as const), which: fc.nat(20), code: fc.nat(255) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 9, 500, 1_000, 3_000, 30_000, 300_000),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      level: fc.constantFrom('0', '1', '2', '3', '6', '7', 'S', 's', 'q', 'a', 'B', 'u', 'x'),
      sleepSeconds: fc.constantFrom(-1, 0, 1, 3, 60),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      event: fc.constantFrom('reload', 'ctrlAltDel', 'keyboard', 'leave', 'pause', 'resume'),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'send' as const, event: 'leave' as const }) },
  fc.record({ kind: fc.constant('mainEnd' as const), code: fc.nat(255) }),
  fc.record({ kind: fc.constant('reexec' as const) }),
  fc.record({ kind: fc.constant('power' as const), state: fc.constantFrom('O', 'L', 'F', undefined) }),
  fc.record({ kind: fc.constant('answer' as const), line: fc.constantFrom('2', 's', '', 'x') }),
  fc.record({ kind: fc.constant('table' as const), which: fc.nat(2) }),
  fc.record({
    kind: fc.constant('breakSpawns' as const),
    code: fc.constantFrom('ENOENT', 'EAGAIN', undefined, undefined),
  }),
);

test('the invariants hold for 10,000 random sequences of events', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      fc.array(table, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('machine' as const, 'container' as const, 'folder' as const),
      fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
      fc.array(happening, { maxLength: 30 }),
      (tables, place, main, happenings) => {
        const model = new EngineModel(tables, place, place === 'machine' ? undefined : main);
        for (const one of happenings) model.happen(one);
        model.settleDown();
      },
    ),
    { numRuns: 10_000 },
  );
});

test('step does not touch the state it is given', () => {
  const before = createMachine({ place: 'machine' });
  const frozen = JSON.stringify(before);
  step(before, { kind: 'started', table: { entries: [], defaultLevel: '2' }, emergency: false, at: 1 });
  expect(JSON.stringify(before)).toBe(frozen);
});
