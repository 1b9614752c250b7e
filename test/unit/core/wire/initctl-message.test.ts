import { endianness } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  decodeRequest,
  encodeRequest,
  encodeSetenv,
  MAGIC_BYTES,
  REQUEST_BYTES,
  type TimedRequest,
} from '../../../../src/core/wire/initctl-message.ts';

/** A request written down by hand as initreq.h lays it out, in the machine's byte order. */
function raw(command: number, level: number, sleep: number, data = ''): Uint8Array {
  const bytes = Buffer.alloc(384);
  Buffer.from(Int32Array.from([0x03091969, command, level, sleep]).buffer).copy(bytes);
  bytes.write(data, 16, 'latin1');
  return Uint8Array.from(bytes);
}

describe('encodeRequest', () => {
  test.each<[TimedRequest, Uint8Array]>([
    [{ kind: 'runlevel', level: '3', sleepSeconds: 3 }, raw(1, 0x33, 3)],
    [{ kind: 'runlevel', level: 'Q', sleepSeconds: -1 }, raw(1, 0x51, -1)],
    [{ kind: 'powerfail', sleepSeconds: 0 }, raw(2, 0, 0)],
    [{ kind: 'powerfailnow', sleepSeconds: 10 }, raw(3, 0, 10)],
    [{ kind: 'powerok', sleepSeconds: 2 ** 31 - 1 }, raw(4, 0, 2 ** 31 - 1)],
  ])('writes %j as sysvinit does, and decodeRequest reads it back', (request, bytes) => {
    expect(encodeRequest(request)).toEqual(bytes);
    expect(decodeRequest(bytes)).toEqual(request);
  });

  test('begins with the magic as measured', () => {
    const measured = [0x69, 0x19, 0x09, 0x03];
    expect([...MAGIC_BYTES]).toEqual(endianness() === 'LE' ? measured : measured.reverse());
    expect(encodeRequest({ kind: 'powerok', sleepSeconds: 0 }).subarray(0, 4)).toEqual(MAGIC_BYTES);
  });
});

describe('encodeSetenv', () => {
  test('ends each variable with a NUL', () => {
    expect(encodeSetenv(['INIT_HALT=HALT', 'INIT_X'])).toEqual(raw(6, 0, 0, 'INIT_HALT=HALT\0INIT_X\0'));
    expect(encodeSetenv([])).toEqual(raw(6, 0, 0));
  });

  test.each([
    ['x'.repeat(366), true],
    ['x'.repeat(367), false],
    ['é'.repeat(183), true],
    ['é'.repeat(184), false],
  ])('fits 366 bytes in one variable', (variable, fits) => {
    expect(encodeSetenv([variable]) !== undefined).toBe(fits);
  });

  test('counts the NUL of each of several', () => {
    expect(encodeSetenv(['x'.repeat(183), 'x'.repeat(182)])).toBeInstanceOf(Uint8Array);
    expect(encodeSetenv(['x'.repeat(183), 'x'.repeat(183)])).toBeUndefined();
  });
});

describe('decodeRequest', () => {
  test.each([
    [0, 'START'],
    [5, 'BSD'],
    [7, 'UNSETENV'],
    [8, 'unknown'],
    [-1, 'negative'],
  ])('does not do command %i (%s)', (command) => {
    expect(decodeRequest(raw(command, 0x33, 0))).toEqual({ kind: 'unimplemented', command });
  });

  test('shows level code 0 as X, like the original', () => {
    expect(decodeRequest(raw(1, 0, 3))).toEqual({ kind: 'runlevel', level: 'X', sleepSeconds: 3 });
  });

  test.each([7, 0x20, 0x7f, 0xe9, 0x1f600, -5])(
    'shows level code %i, which is no character, as ?',
    (code) => {
      expect(decodeRequest(raw(1, code, 3))).toEqual({ kind: 'runlevel', level: '?', sleepSeconds: 3 });
    },
  );

  test.each([
    ['', []],
    ['A=1\0', ['A=1']],
    ['A=1\0B\0', ['A=1', 'B']],
    ['A=1\0\0B=2\0', ['A=1']],
    ['\u00ef\u00bb\u00bfA=\u00c3\u00a9\0', ['\uFEFFA=é']],
    ['A=\u00ff\0', ['A=\uFFFD']],
    ['x'.repeat(368), []],
    [`A=1\0${'x'.repeat(364)}`, ['A=1']],
  ])('reads the variables of %j', (data, variables) => {
    expect(decodeRequest(raw(6, 0, 0, data))).toEqual({ kind: 'setenv', variables });
  });

  test('reads a request in the middle of a buffer', () => {
    const buffer = new Uint8Array(1000);
    buffer.set(raw(1, 0x35, 4), 101);
    expect(decodeRequest(buffer.subarray(101, 101 + REQUEST_BYTES))).toEqual({
      kind: 'runlevel',
      level: '5',
      sleepSeconds: 4,
    });
  });

  test.each([
    ['wrong magic', Uint8Array.from([0x68, ...raw(1, 0x33, 0).subarray(1)])],
    ['zeros', new Uint8Array(384)],
    ['nothing', new Uint8Array()],
    ['one byte short', raw(1, 0x33, 0).subarray(0, 383)],
    ['one byte long', Uint8Array.from([...raw(1, 0x33, 0), 0])],
  ])('calls %s bogus', (_, bytes) => expect(decodeRequest(bytes)).toEqual({ kind: 'bogus' }));
});
