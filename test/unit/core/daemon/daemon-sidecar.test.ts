import { expect, test } from 'vitest';
import { compareIdentity, formatSidecar, parseSidecar } from '../../../../src/core/daemon/daemon-sidecar.ts';

const DAEMON = { pid: 7, startTime: 4711, bootId: '6b1d2c3e-0000-4000-8000-123456789abc' };

test('parseSidecar reads what formatSidecar wrote', () => {
  expect(formatSidecar(DAEMON)).toBe('7 4711 6b1d2c3e-0000-4000-8000-123456789abc\n');
  expect(parseSidecar(formatSidecar(DAEMON))).toStrictEqual(DAEMON);
});

test.each(['', '7\n', '7 4711 6b1d2c3e-0000', '7 4711 6b1d2c3e-0000-4000-8000-123456789abc', '0 1 x\n'])(
  'parseSidecar refuses %j',
  (text) => expect(parseSidecar(text)).toBeUndefined(),
);

test.each([
  ['same', DAEMON, DAEMON],
  ['recycled', DAEMON, { ...DAEMON, startTime: 4712 }],
  ['recycled', DAEMON, { ...DAEMON, bootId: '6b1d2c3e-0000-4000-8000-123456789abd' }],
  ['unrecorded', DAEMON, { ...DAEMON, pid: 8 }],
  ['unrecorded', undefined, DAEMON],
] as const)('compareIdentity says %s', (identity, recorded, now) => {
  expect(compareIdentity(recorded, now)).toBe(identity);
});
