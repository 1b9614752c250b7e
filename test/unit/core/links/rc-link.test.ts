import { expect, test } from 'vitest';
import { compareRcLinkNames, isHarmlessStranger, parseRcLink } from '../../../../src/core/links/rc-link.ts';

test.each([
  ['S20foo', { kind: 'S', order: 20, name: 'foo' }],
  ['K80foo', { kind: 'K', order: 80, name: 'foo' }],
  ['S01a.b-c', { kind: 'S', order: 1, name: 'a.b-c' }],
  ['S00x', { kind: 'S', order: 0, name: 'x' }],
  ['S1234', { kind: 'S', order: 12, name: '34' }],
  ['K99S20foo', { kind: 'K', order: 99, name: 'S20foo' }],
  ['S20a\nb', { kind: 'S', order: 20, name: 'a\nb' }],
])('parseRcLink takes %j apart', (text, link) => expect(parseRcLink(text)).toEqual(link));

test.each([
  '',
  'S',
  'S20',
  'S2foo',
  'Sfoo',
  's20foo',
  'k20foo',
  'X20foo',
  'README',
  ' S20foo',
  'S20a/b',
  'S٢٠foo',
])('parseRcLink refuses %j', (text) => expect(parseRcLink(text)).toBeUndefined());

test('compareRcLinkNames sorts as a glob in the C locale', () => {
  const sorted = [
    'K01z',
    'S01B',
    'S01a',
    'S01a-b',
    'S01ab',
    'S01b',
    'S02',
    'S02a',
    'S1',
    'S\uFFFD',
    'S\u{1F600}',
  ];
  expect(sorted.toReversed().sort(compareRcLinkNames)).toEqual(sorted);
  expect(compareRcLinkNames('S20foo', 'S20foo')).toBe(0);
});

test.each([
  ['README', true],
  ['README.txt', true],
  ['.hidden', true],
  ['S20foo.dpkg-old', true],
  ['foo', false],
  ['S20foo', false],
  ['S20foo~', false],
])('isHarmlessStranger(%j) is %s', (name, answer) => expect(isHarmlessStranger(name)).toBe(answer));
