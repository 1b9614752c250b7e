import * as fc from 'fast-check';
import { ACTION_WORDS } from '../../src/core/inittab/inittab-actions.ts';
import { encodeRequest, encodeSetenv, MAGIC_BYTES } from '../../src/core/wire/initctl-message.ts';

/** Text as a damaged disk gives it, and text that is almost an inittab. */
export const anyText: fc.Arbitrary<string> = fc.string({ unit: 'binary', maxLength: 200 });

const fieldPiece = fc.constantFrom(
  ':',
  ':',
  ':',
  ' ',
  '\t',
  '#',
  '\\',
  '\r',
  '\0',
  '+',
  '@',
  '~~',
  'é',
  '\u{1F600}',
  '2',
  'S',
  's',
  'a',
  'initdefault',
  'respawn',
  'ONCE',
  'respwan',
  '/bin/true',
  'x;y',
  '\u001b[2J',
  'x'.repeat(40),
);

const nearlyLine = fc.array(fieldPiece, { maxLength: 12 }).map((pieces) => pieces.join(''));

export const nearlyInittab: fc.Arbitrary<string> = fc
  .array(fc.oneof(nearlyLine, anyText), { maxLength: 20 })
  .chain((lines) => fc.constantFrom('\n', '\r\n').map((lineEnd) => lines.join(lineEnd)));

const plain = (characters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), minLength, maxLength });

/** The fields of a right line. Ids are made unique by the caller. */
export const rightFields: fc.Arbitrary<{ levels: string; action: string; process: string }> = fc.record({
  levels: plain('0123456789Sabc', 0, 11),
  action: fc.constantFrom(...ACTION_WORDS.filter((word) => word !== 'initdefault')),
  process: fc.string({ unit: 'grapheme', maxLength: 80 }).map((text) => text.replace(/[\0\r\n]/g, '')),
});

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const variable = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .map((text) => text.replace(/\0/g, '_'));

/** Few and short ones, and a single one about as long as the data of a request. */
export const variables: fc.Arbitrary<string[]> = fc.oneof(
  fc.array(variable, { maxLength: 4 }),
  fc.integer({ min: 360, max: 372 }).map((length) => ['x'.repeat(length)]),
);

/** Requests as telinit, shutdown and UPS daemons write them. */
export const encodedRequest: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .tuple(plain('0123456789SsQqUuabc', 1, 1), int32)
    .map(([level, sleepSeconds]) => encodeRequest({ kind: 'runlevel', level, sleepSeconds })),
  fc
    .tuple(fc.constantFrom('powerfail', 'powerfailnow', 'powerok'), int32)
    .map(([kind, sleepSeconds]) => encodeRequest({ kind, sleepSeconds })),
  variables.map((list) => encodeSetenv(list) ?? encodeRequest({ kind: 'powerok', sleepSeconds: 0 })),
);

/** Bytes, often with magics in them, whole and cut. */
export const fifoBytes: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      encodedRequest,
      fc.uint8Array({ maxLength: 500 }),
      fc.constant(MAGIC_BYTES),
      fc.tuple(encodedRequest, fc.nat(383)).map(([request, length]) => request.subarray(0, length)),
    ),
    { maxLength: 6 },
  )
  .map(concatBytes);

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
