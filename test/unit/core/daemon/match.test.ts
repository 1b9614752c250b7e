import { expect, test } from 'vitest';
import { isWithoutCriteria, matchesCriteria, type ProcessView } from '../../../../src/core/daemon/match.ts';

const SLEEP = { dev: 1n, ino: 2n };
const sleeper: ProcessView = {
  exe: () => SLEEP,
  ppid: () => 1,
  uid: () => 0,
  comm: () => 'sleep',
  argv: () => ['/bin/sleep', '100'],
};
const unreadable: ProcessView = {
  exe: () => undefined,
  ppid: () => undefined,
  uid: () => undefined,
  comm: () => undefined,
  argv: () => [],
};

test.each([
  [{}, true],
  [{ exec: SLEEP }, true],
  [{ exec: { dev: 1n, ino: 3n } }, false],
  [{ exec: { dev: 2n, ino: 2n } }, false],
  [{ ppid: 1 }, true],
  [{ ppid: 2 }, false],
  [{ uid: 0 }, true],
  [{ uid: 1 }, false],
  [{ name: 'sleep' }, true],
  [{ name: 'slee' }, false],
  [{ exec: SLEEP, ppid: 1, uid: 0, name: 'sleep' }, true],
  [{ exec: SLEEP, ppid: 1, uid: 0, name: 'other' }, false],
])('matchesCriteria wants all of case %#', (criteria, expected) => {
  expect(matchesCriteria(criteria, sleeper)).toBe(expected);
});

test.each([{ exec: SLEEP }, { ppid: 1 }, { uid: 0 }, { name: 'sleep' }])(
  'matchesCriteria takes a process that cannot be read for another, case %#',
  (criteria) => expect(matchesCriteria(criteria, unreadable)).toBe(false),
);

test.each([
  ['chirpstack-network-server', ['/usr/bin/chirpstack-network-server'], true],
  ['chirpstack-network-server', ['/usr/bin/python3', '/opt/chirpstack-network-server', 'x'], true],
  ['chirpstack-network-other', ['/usr/bin/chirpstack-network-server'], false],
  ['chirpstack-netw', ['/usr/bin/chirpstack-network-server'], true],
])('matchesCriteria finds a name longer than the kernel keeps: %s', (name, argv, expected) => {
  const daemon = { ...sleeper, comm: () => 'chirpstack-netw', argv: () => argv };
  expect(matchesCriteria({ name }, daemon)).toBe(expected);
});

test('matchesCriteria compares names byte by byte', () => {
  const daemon = { ...sleeper, comm: () => 'd\u00c3\u00a6mon' };
  expect(matchesCriteria({ name: 'dæmon' }, daemon)).toBe(true);
});

test('isWithoutCriteria is true only if nothing was asked', () => {
  expect(isWithoutCriteria({})).toBe(true);
  expect(isWithoutCriteria({ uid: 0 })).toBe(false);
});
