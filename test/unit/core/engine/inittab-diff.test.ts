import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLeaving, mergeSlots } from '../../../../src/core/engine/inittab-diff.ts';
import type { InittabEntry } from '../../../../src/core/inittab/inittab-entry.ts';
import { parseInittab } from '../../../../src/core/inittab/inittab.ts';
import type { InitLevel } from '../../../../src/core/runlevel.ts';
import { freshSlots, type Slot } from '../../../../src/core/engine/slot.ts';
import { nearlyInittab } from '../../../support/arbitraries.ts';

function entries(text: string): readonly InittabEntry[] {
  return parseInittab([{ path: '/etc/inittab', text }]).table.entries.filter((entry) => entry.line > 0);
}

function slots(text: string, change: Partial<Slot> = {}): readonly Slot[] {
  return freshSlots(entries(text)).map((slot) => ({ ...slot, ...change }));
}

describe('findLeaving', () => {
  test.each<[what: string, before: string, after: string, level: InitLevel, leaving: string[]]>([
    ['nobody where nothing changed', 'x:2:respawn:a', 'x:2:respawn:a', '2', []],
    ['a line that is gone', 'x:2:respawn:a\ny:2:once:b', 'y:2:once:b', '2', ['x']],
    ['nobody where the command changed', 'x:2:respawn:a', 'x:2:respawn:b', '2', []],
    ['an entry with another action', 'x:2:respawn:a', 'x:2:once:a', '2', ['x']],
    ['an entry that is off now', 'x:2:respawn:a', 'x:2:off:a', '2', ['x']],
    ['an entry with another id', 'x:2:respawn:a', 'y:2:respawn:a', '2', ['x']],
    ['an entry of another level', 'x:2:respawn:a', 'x:2:respawn:a', '3', ['x']],
    ['an entry whose level field was narrowed, at once', 'x:23:respawn:a', 'x:3:respawn:a', '2', ['x']],
    ['an entry whose level field was widened', 'x:2:respawn:a', 'x:23:respawn:a', '3', ['x']],
    ['nobody with the action boot', 'b::boot:a', 'b::boot:a', '5', []],
    ['a boot entry that is gone', 'b::boot:a', '', '5', ['b']],
    [
      'sysinit and bootwait entries',
      's::sysinit:a\nb::bootwait:b',
      's::sysinit:a\nb::bootwait:b',
      '2',
      ['s', 'b'],
    ],
    ['the second of three ~~ when one is removed', '~~:S:wait:a\n~~:S:wait:b', '~~:S:wait:b', 'S', ['~~#2']],
  ])('finds %s', (_, before, after, level, leaving) => {
    expect([...findLeaving(slots(before), entries(after), level)]).toEqual(leaving);
  });

  test('keeps what was called on demand in every level but S', () => {
    const text = 'x:a:ondemand:y';
    expect([...findLeaving(slots(text, { demand: true }), entries(text), '4')]).toEqual([]);
    expect([...findLeaving(slots(text, { demand: true }), entries(text), 'S')]).toEqual(['x']);
    expect([...findLeaving(slots(text), entries(text), '4')]).toEqual(['x']);
  });
});

const LIVED = {
  run: { kind: 'running', since: 5, pid: 77 },
  done: true,
  demand: true,
  throttle: { windowStart: 0, count: 9 },
  heldUntil: 99,
  starts: 12,
  last: { end: { kind: 'exited', code: 1 }, at: 4, ranMs: 3 },
} as const satisfies Partial<Slot>;

describe('mergeSlots', () => {
  test('gives survivors the new command and keeps process, marks and history, but no throttle', () => {
    const [slot] = mergeSlots(slots('x:2:once:a', LIVED), entries('x:2:once:b'), new Set());
    expect(slot).toEqual({
      ...slots('x:2:once:b', LIVED)[0],
      throttle: undefined,
      heldUntil: undefined,
    });
  });

  test('lets leavers start afresh with their history', () => {
    const [slot] = mergeSlots(slots('x:2:once:a', LIVED), entries('x:2:wait:b'), new Set(['x']));
    expect(slot).toEqual({ ...slots('x:2:wait:b')[0], starts: 12, last: LIVED.last });
  });

  test('takes the order of the new table, with new slots for new entries', () => {
    const merged = mergeSlots(
      slots('x:2:once:a\ny:2:once:b'),
      entries('z:2:once:c\ny:2:once:b'),
      new Set(['x']),
    );
    expect(merged.map(({ key }) => key)).toEqual(['z', 'y']);
    expect(merged[0]).toEqual(slots('z:2:once:c')[0]);
  });

  test('after any two tables has the new table in order, and runs nothing that leaves', () => {
    fc.assert(
      fc.property(
        nearlyInittab,
        nearlyInittab,
        fc.constantFrom<InitLevel[]>('2', 'S', '*'),
        (before, after, level) => {
          const old = slots(before, LIVED);
          const table = entries(after);
          const leaving = findLeaving(old, table, level);
          const merged = mergeSlots(old, table, leaving);
          expect(merged.map(({ entry }) => entry)).toEqual(table);
          for (const slot of merged) {
            const survives = old.some(({ key }) => key === slot.key) && !leaving.has(slot.key);
            expect(slot.run !== undefined).toBe(survives);
          }
        },
      ),
    );
  });
});
