import { expect, test } from 'vitest';
import { parseLsbPids, parsePidText } from '../../../../src/core/daemon/pidfile-text.ts';

test.each([
  ['1234\n', { kind: 'pid', pid: 1234 }],
  ['\n\n \t 1234 5678\n', { kind: 'pid', pid: 1234 }],
  ['+7garbage', { kind: 'pid', pid: 7 }],
  ['2147483647', { kind: 'pid', pid: 2_147_483_647 }],
  ['', { kind: 'none' }],
  ['pid 12', { kind: 'none' }],
  ['\0\x01', { kind: 'none' }],
  ['0\n', { kind: 'impossible', number: '0' }],
  ['-1\n', { kind: 'impossible', number: '-1' }],
  ['2147483648', { kind: 'impossible', number: '2147483648' }],
  ['9'.repeat(4_000), { kind: 'impossible', number: `${'9'.repeat(20)}...` }],
])('parsePidText reads %j', (text, expected) => {
  expect(parsePidText(text)).toStrictEqual(expected);
});

test.each([
  ['12 34\t56\n78\n', [12, 34, 56]],
  ['12\n', [12]],
  ['12 12', [12]],
  ['12 x -3 0 99999999999', [12]],
  ['\n12', []],
  ['', []],
])('parseLsbPids reads the first line of %j', (text, expected) => {
  expect(parseLsbPids(text)).toStrictEqual(expected);
});
