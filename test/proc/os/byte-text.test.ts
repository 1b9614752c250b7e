import { array, assert, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { createByteReader, toBytes } from '../../../src/os/byte-text.ts';

test('text stays text, wherever it is cut', () => {
  const bytes = Buffer.from('grün, 5 €, 𝄞');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const reader = createByteReader();
    const text = reader.read(bytes.subarray(0, cut)) + reader.read(bytes.subarray(cut)) + reader.end();
    expect(text).toBe('grün, 5 €, 𝄞');
  }
});

test('what is no text comes back as the same bytes', () => {
  assert(
    property(array(uint8Array({ maxLength: 8 })), (chunks) => {
      const reader = createByteReader();
      const text = chunks.map((chunk) => reader.read(Buffer.from(chunk))).join('') + reader.end();
      expect(toBytes(text)).toEqual(Buffer.concat(chunks));
    }),
  );
  expect(createByteReader().read(Buffer.from([0x61, 0xff, 0x0a]))).toBe('a\udcff\n');
});

test('half a letter that was never begun as bytes is what it always was', () => {
  expect(toBytes('a\ud800b').toString('hex')).toBe('61efbfbd62');
});
