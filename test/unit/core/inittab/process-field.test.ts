import { describe, expect, test } from 'vitest';
import { parseInittab } from '../../../../src/core/inittab/inittab.ts';
import { planCommand } from '../../../../src/core/inittab/process-field.ts';
import type { InitLevel } from '../../../../src/core/runlevel.ts';

function plan(line: string, level: InitLevel = '2', initscript = false): readonly string[] {
  const [entry] = parseInittab([{ path: '/etc/inittab', text: line }]).table.entries;
  if (entry === undefined) throw new Error(`no entry in ${line}`);
  return planCommand(entry, level, { initscript }).argv;
}

describe('planCommand', () => {
  test.each(Array.from('~`!$^&*()=|\\{}[];"\'<>?'))(
    'gives a command with %s to the shell as it is',
    (character) => {
      expect(plan(`x:2:once: a  b${character}c # d`)).toEqual(['/bin/sh', '-c', ` a  b${character}c # d`]);
    },
  );

  test.each([
    ['cmd', ['cmd']],
    ['  cmd \t a\tb  ', ['cmd', 'a', 'b']],
    ['+cmd a', ['cmd', 'a']],
    ['a%b c,d-e/f.g:h_i+j@k', ['a%b', 'c,d-e/f.g:h_i+j@k']],
    ['cmd a #b c', ['cmd', 'a']],
    ['cmd a#b c', ['cmd', 'a']],
    ['# all', []],
    ['', []],
    [' \t', []],
    ['@$at "x ;z | *', ['$at', '"x', ';z', '|', '*']],
    ['+@cmd =', ['cmd', '=']],
    ['@cmd a#b', ['cmd', 'a']],
    ['@+cmd', ['+cmd']],
    ['exec cmd', ['exec', 'cmd']],
    ['cmd\u00a0a', ['cmd\u00a0a']],
  ])('splits %j into %j', (process, argv) => {
    expect(plan(`x:2:once:${process}`)).toEqual(argv);
  });

  test('takes any number of words', () => {
    const words = Array.from({ length: 40 }, (_, index) => `w${index}`);
    expect(plan(`x:2:once:${words.join(' ')}`)).toEqual(words);
  });

  test.each<[string, InitLevel, string[]]>([
    ['x:23:once:a; b', '2', ['x', '23', 'once', 'a; b']],
    ['x::RESPAWN:+@a $b # c', '3', ['x', '0123456789', 'respawn', 'a $b # c']],
    ['x:2:sysinit:a', '#', ['x', '#', 'sysinit', 'a']],
    ['x:2:bootwait:a', '*', ['x', '*', 'bootwait', 'a']],
    ['x:2:once:', '2', ['x', '2', 'once', '']],
  ])('lets initscript start %j', (line, level, args) => {
    expect(plan(line, level, true)).toEqual(['/bin/sh', '/etc/initscript', ...args]);
  });

  test('does not use initscript in level S', () => {
    expect(plan('x:S:once:a b', 'S', true)).toEqual(['a', 'b']);
  });
});
