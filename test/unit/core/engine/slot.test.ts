import { expect, test } from 'vitest';
import { ACTION_WORDS } from '../../../../src/core/inittab/inittab-actions.ts';
import type { Action, InittabEntry } from '../../../../src/core/inittab/inittab-entry.ts';
import { parseInittab } from '../../../../src/core/inittab/inittab.ts';
import type { InitLevel } from '../../../../src/core/runlevel.ts';
import {
  belongsTo,
  freshSlot,
  freshSlots,
  isEventAction,
  isRespawned,
  isWaitedFor,
} from '../../../../src/core/engine/slot.ts';

const ACTIONS = ACTION_WORDS.filter((word): word is Action => word !== 'initdefault');

function entries(text: string): readonly InittabEntry[] {
  return parseInittab([{ path: '/etc/inittab', text }]).table.entries;
}

test('isWaitedFor, isRespawned and isEventAction are as in the table of inittab(5)', () => {
  expect(ACTIONS.filter(isWaitedFor).toSorted()).toEqual(
    ['bootwait', 'ctrlaltdel', 'powerfailnow', 'powerokwait', 'powerwait', 'sysinit', 'wait'].toSorted(),
  );
  expect(ACTIONS.filter(isRespawned).toSorted()).toEqual(['ondemand', 'respawn']);
  expect(ACTIONS.filter(isEventAction).toSorted()).toEqual(
    ['ctrlaltdel', 'kbrequest', 'powerfail', 'powerfailnow', 'powerokwait', 'powerwait'].toSorted(),
  );
});

test('freshSlot knows nothing, and entries for events have had their turn', () => {
  const [power, once] = entries('p::powerfail:x\no:2S:once:y');
  const fresh = {
    run: undefined,
    done: false,
    demand: false,
    throttle: undefined,
    heldUntil: undefined,
    starts: 0,
    last: undefined,
  };
  expect(freshSlot(once!, 'o')).toEqual({ key: 'o', entry: once, ...fresh });
  expect(freshSlot(power!, 'p')).toEqual({ key: 'p', entry: power, ...fresh, done: true });
});

test('freshSlots gives the repeats of ~~ keys of their own', () => {
  const slots = freshSlots(entries('~~:S:wait:a\nx:2:once:b\n~~:S:wait:c\n~~:S:wait:d'));
  expect(slots.map(({ key, entry }) => `${key} ${entry.command}`)).toEqual([
    '~~ a',
    'x b',
    '~~#2 c',
    '~~#3 d',
  ]);
});

test.each<[levels: string, action: Action, demand: boolean, where: string]>([
  ['23', 'respawn', false, '23'],
  ['', 'once', false, '0123456789'],
  ['', 'powerwait', false, '0123456789S'],
  ['', 'kbrequest', false, '0123456789'],
  ['s', 'wait', false, 'S'],
  ['2', 'sysinit', false, '#'],
  ['2', 'bootwait', false, '*'],
  ['a', 'ondemand', false, ''],
  ['a', 'ondemand', true, '0123456789'],
  ['a2', 'once', true, '0123456789'],
  ['2S', 'once', true, '0123456789S'],
])('belongsTo: levels "%s", action %s, demand %s', (levels, action, demand, where) => {
  const [entry] = entries(`x:${levels}:${action}:y`);
  const all: readonly InitLevel[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'S', '#', '*'];
  expect(all.filter((level) => belongsTo({ entry: entry!, demand }, level)).join('')).toBe(where);
});
