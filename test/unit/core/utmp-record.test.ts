import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstRunLevel, UTMP_BYTES } from '../../../src/core/utmp-record.ts';
import { levelRecord, utmpRecord } from '../../support/utmp-file.ts';

const BOOT = utmpRecord({ type: 2, user: 'reboot', line: '~', id: '~~' });

test('utmpRecord of the tests is what init writes for "boot to 2"', () => {
  expect(UTMP_BYTES).toBe(384);
  expect(levelRecord('N', '2').readInt32LE(4)).toBe(20018);
});

test.each<[what: string, bytes: Uint8Array, found: unknown]>([
  ['an empty file', Buffer.alloc(0), undefined],
  ['a file without a level', BOOT, undefined],
  [
    'a level after the boot record',
    Buffer.concat([BOOT, levelRecord('N', '2')]),
    { level: '2', previous: 'N' },
  ],
  [
    'the first of two',
    Buffer.concat([levelRecord('2', '3'), levelRecord('3', '5')]),
    { level: '3', previous: '2' },
  ],
  ['a record without a previous level', levelRecord('\0', '5'), { level: '5', previous: 'N' }],
  ['single user', levelRecord('2', 'S'), { level: 'S', previous: '2' }],
  ['a record that is cut off', levelRecord('2', '3').subarray(0, 383), undefined],
  [
    'a level before a cut record',
    Buffer.concat([levelRecord('2', '3'), Buffer.alloc(100, 1)]),
    { level: '3', previous: '2' },
  ],
  [
    'bytes that begin in the middle of a buffer',
    Buffer.concat([BOOT, levelRecord('2', '3')]).subarray(384),
    { level: '3', previous: '2' },
  ],
])('firstRunLevel reads %s', (_, bytes, found) => {
  expect(firstRunLevel(bytes)).toEqual(found);
});

test('firstRunLevel takes any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
      const found = firstRunLevel(bytes);
      expect(found === undefined || found.level.length + found.previous.length === 2).toBe(true);
      expect(bytes.length >= 384 || found === undefined).toBe(true);
    }),
  );
});
