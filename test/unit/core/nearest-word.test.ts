import { expect, test } from 'vitest';
import { nearestWord } from '../../../src/core/nearest-word.ts';

const WORDS = ['wait', 'boot', 'bootwait', 'respawn', 'off'];

test.each([
  ['wait', 'wait'],
  ['wiat', 'wait'],
  ['wat', 'wait'],
  ['waaait', 'wait'],
  ['bot', 'boot'],
  ['bootwiat', 'bootwait'],
  ['rspawnn', 'respawn'],
  ['rsepwan', 'respawn'],
  ['of', 'off'],
  ['rspwn', 'respawn'],
  ['rspw', undefined],
  ['respxyz', undefined],
  ['respawxy', 'respawn'],
  ['', undefined],
  ['xyz', undefined],
])('nearestWord(%j) is %s', (typed, word) => expect(nearestWord(typed, WORDS)).toBe(word));

test('nearestWord does not replace every letter', () => {
  expect(nearestWord('..', ['~~'])).toBeUndefined();
  expect(nearestWord('l3', ['l2'])).toBe('l2');
});
