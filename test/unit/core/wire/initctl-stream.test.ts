import { describe, expect, test } from 'vitest';
import { decodeRequest, encodeRequest } from '../../../../src/core/wire/initctl-message.ts';
import { splitRequests } from '../../../../src/core/wire/initctl-stream.ts';
import { concatBytes } from '../../../support/arbitraries.ts';

const level = (letter: string) => encodeRequest({ kind: 'runlevel', level: letter, sleepSeconds: 3 });
const two = level('2');
const three = level('3');
const short = level('4').subarray(0, 100);
const rubbish = (length: number) => new Uint8Array(length).fill(0x69);

/** The levels asked for, the bogus reads, and the length of the rest. */
function split(parts: readonly Uint8Array[], mayContinue: boolean): string {
  const { requests, bogus, rest } = splitRequests(concatBytes(parts), mayContinue);
  const levels = requests.map(decodeRequest).map((one) => (one.kind === 'runlevel' ? one.level : one.kind));
  return `${levels.join('')} ${bogus} ${rest.length}`;
}

describe('splitRequests', () => {
  test.each<[string, readonly Uint8Array[], boolean, string]>([
    ['nothing', [], false, ' 0 0'],
    ['one request', [two], false, '2 0 0'],
    ['one request of a full read', [two], true, '2 0 0'],
    ['several', [two, three, two], false, '232 0 0'],
    ['rubbish alone', [rubbish(500)], false, ' 1 0'],
    ['a block of zeros as long as a request, then one', [new Uint8Array(384), two], false, '2 1 0'],
    ['rubbish between two', [two, rubbish(7), three], false, '23 1 0'],
    ['a request and two bytes', [two, rubbish(2)], false, '2 1 0'],
    ['a short one', [short], false, ' 1 0'],
    ['a short one that may continue', [short], true, ' 0 100'],
    ['a request and a short one that may continue', [two, short], true, '2 0 100'],
    ['a short one before a whole one', [short, two], false, '2 1 0'],
    ['two short ones before two whole ones', [short, short, two, three], false, '23 2 0'],
    ['a short one before one that is cut', [short, two.subarray(0, 300)], true, ' 0 400'],
    ['a short one before one that stays cut', [short, two.subarray(0, 300)], false, '4 1 0'],
    ['the first bytes of a magic at the end', [two, three.subarray(0, 3)], true, '2 0 3'],
    ['the first bytes of a magic at the very end', [two, three.subarray(0, 3)], false, '2 1 0'],
    ['rubbish, then the first bytes of a magic', [new Uint8Array(9), three.subarray(0, 2)], true, ' 1 2'],
    ['rubbish that may continue', [new Uint8Array(9)], true, ' 1 0'],
  ])('%s', (_, parts, mayContinue, expected) => expect(split(parts, mayContinue)).toBe(expected));

  test('a magic inside the data of a request is no new request', () => {
    const withMagic = Uint8Array.from(two);
    withMagic.set(two.subarray(0, 4), 40);
    expect(split([withMagic], false)).toBe('2 0 0');
    expect(split([withMagic, three], false)).toBe('23 0 0');
    expect(split([withMagic, rubbish(10)], false)).toBe('2 1 0');
  });

  test('the rest and the next read make the request whole', () => {
    const first = splitRequests(concatBytes([two, three.subarray(0, 200)]), true);
    const next = splitRequests(concatBytes([first.rest, three.subarray(200)]), false);
    expect([...first.requests, ...next.requests]).toEqual([two, three]);
  });

  test('a flood of 100,000 requests, and as many heads without a body', () => {
    const flood = new Uint8Array(384 * 100_000);
    for (let index = 0; index < 100_000; index++) flood.set(two, index * 384);
    expect(splitRequests(flood, false).requests).toHaveLength(100_000);
    const heads = new Uint8Array(5 * 100_000);
    for (let index = 0; index < 100_000; index++) heads.set(two.subarray(0, 5), index * 5);
    const { requests, rest } = splitRequests(heads, false);
    expect(requests.every((one) => one.length === 384)).toBe(true);
    expect(rest).toHaveLength(0);
  });
});
