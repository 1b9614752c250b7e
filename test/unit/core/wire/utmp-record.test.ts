import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeUtmp,
  encodeUtmp,
  findReplaced,
  firstRunLevel,
  runLevelPid,
  UTMP_BYTES,
  UTMP_TYPES,
  type UtmpRecord,
} from '../../../../src/core/wire/utmp-record.ts';
import { levelRecord, utmpRecord } from '../../../support/utmp-file.ts';

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

const BLANK: UtmpRecord = { type: 0, pid: 0, line: '', id: '', user: '', host: '', seconds: 0, micros: 0 };

test('encodeUtmp puts every field where libc looks for it', () => {
  const type = UTMP_TYPES.RUN_LVL;
  const pid = runLevelPid('2', 'N');
  const record = { type, pid, line: '~', id: '~~', user: 'runlevel', host: '6.1.0', seconds: 7, micros: 8 };
  const expected = utmpRecord({ type, pid, line: '~', id: '~~', user: 'runlevel', host: '6.1.0' });
  expected.writeInt32LE(7, 340);
  expected.writeInt32LE(8, 344);
  expect(Buffer.from(encodeUtmp(record))).toEqual(expected);
});

test('encodeUtmp cuts what is too long, by bytes, and a full field is read to its end', () => {
  const long = { ...BLANK, id: '12345', line: 'l'.repeat(40), user: 'u'.repeat(40), host: 'h'.repeat(300) };
  expect(decodeUtmp(encodeUtmp(long))).toEqual([
    { ...BLANK, id: '1234', line: 'l'.repeat(32), user: 'u'.repeat(32), host: 'h'.repeat(256) },
  ]);
  expect(decodeUtmp(encodeUtmp({ ...BLANK, id: 'äöü' }))[0]?.id).toBe('äö');
});

test('a time after 2038 is read as it was written', () => {
  const late = { ...BLANK, seconds: Date.UTC(2050, 0, 1) / 1_000 };
  expect(decodeUtmp(encodeUtmp(late))).toEqual([late]);
});

test('decodeUtmp gives back what encodeUtmp took', () => {
  const text = (maxLength: number) =>
    fc.string({ unit: 'grapheme-ascii', maxLength }).map((one) => one.replaceAll('\0', ''));
  const record = fc.record({
    type: fc.integer({ min: -32_768, max: 32_767 }),
    pid: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    line: text(32),
    id: text(4),
    user: text(32),
    host: text(256),
    seconds: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    micros: fc.integer({ min: 0, max: 999_999 }),
  });
  fc.assert(
    fc.property(fc.array(record, { maxLength: 4 }), fc.nat(383), (records, rest) => {
      const bytes = Buffer.concat([...records.map(encodeUtmp), Buffer.alloc(rest, 1)]);
      expect(decodeUtmp(bytes)).toEqual(records);
    }),
  );
});

test.each<[what: string, record: Partial<UtmpRecord>, index: number]>([
  ['the boot record', { type: 2, id: '~~' }, 0],
  ['the level record', { type: 1, id: 'xx' }, 1],
  ['a process of the same id, whatever its type', { type: 8, id: '1' }, 2],
  ['an id of four bytes that is cut from five', { type: 5, id: 'tty19' }, 3],
  ['a process without an id by its line', { type: 7, line: 'pts/1' }, 4],
  ['a process without an id by its line, where only the other has one', { type: 7, line: 'tty1' }, 2],
  ['nothing for another id', { type: 5, id: '2' }, -1],
  ['nothing for another line', { type: 7, line: 'pts/2' }, -1],
  ['nothing for a type that is not there', { type: 3, id: '1' }, -1],
])('findReplaced finds %s', (_, record, index) => {
  const known: readonly UtmpRecord[] = [
    { ...BLANK, type: 2, id: '~~' },
    { ...BLANK, type: 1, id: '~~' },
    { ...BLANK, type: 5, id: '1', line: 'tty1' },
    { ...BLANK, type: 7, id: 'tty1' },
    { ...BLANK, type: 7, line: 'pts/1' },
  ];
  expect(findReplaced(known, { ...BLANK, ...record })).toBe(index);
});
