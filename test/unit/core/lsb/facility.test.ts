import { describe, expect, test } from 'vitest';
import { createExpander, parseInsservConf, parseMember } from '../../../../src/core/lsb/facility.ts';

function read(...texts: readonly string[]) {
  return parseInsservConf(texts.map((text, index) => ({ path: `conf${index}`, text })));
}

function expand(text: string, name: string): string {
  const expansion = createExpander(read(text).table)(name);
  if (expansion.kind !== 'members') return expansion.kind;
  return expansion.members.map(({ name, isOptional }) => (isOptional ? `+${name}` : name)).join(' ');
}

describe('parseInsservConf', () => {
  test.each(['$a b +c', '$a=b,+c', '$a: b;+c', '$a \t= b\t+c\r', '$a:b +c'])('%j', (text) => {
    expect(expand(text, '$a')).toBe('b +c');
  });

  test('a facility defined again gets more members', () => {
    const { table } = read('$a b\n', '$a +c\n');
    expect(table.facilities.get('$a')).toEqual([parseMember('b'), parseMember('+c')]);
  });

  test('services may be called interactive, in any case', () => {
    const { table, diagnostics } = read('# comment\n\n<Interactive> glibc udev\n');
    expect([...table.interactive]).toEqual(['glibc', 'udev']);
    expect(diagnostics).toEqual([]);
  });

  test('a line that is neither is pointed out', () => {
    expect(read('$a b\nfoo bar\n').diagnostics).toEqual([
      {
        file: 'conf0',
        line: 2,
        column: 1,
        code: 'strange-line',
        severity: 'warning',
        message: 'neither a facility nor <interactive>; the line is left out',
        hint: 'write "$name member +optional-member"',
        source: 'foo bar',
      },
    ]);
  });

  test.each([
    ['$a $b\n$b $a\n', '$a $b'],
    ['$x $a\n$a $a\n', '$a'],
    ['$a b $c\n$c +$d\n$d $a\n', '$a $c $d'],
  ])('facilities that stand for themselves: %j', (text, names) => {
    const [diagnostic] = read(text).diagnostics;
    expect(diagnostic).toMatchObject({
      severity: 'error',
      code: 'facility-loop',
      message: `Loop detected during expanding system facilities in the insserv.conf file(s): ${names}`,
    });
  });
});

describe('createExpander', () => {
  test.each([
    ['b', 'b'],
    ['$null', ''],
    ['$all', 'all'],
    ['$none', 'unknown'],
    ['$deep', '+n x'],
    ['$soft', '+n +x'],
    ['$both', 'n x'],
  ])('%s', (name, members) => {
    const text = '$net +n x\n$deep $net\n$soft +$net\n$both +n $net n\n';
    expect(expand(text, name)).toBe(members);
  });

  test('an unknown facility among the members is left out', () => {
    expect(expand('$a $none b\n', '$a')).toBe('b');
  });

  test('a ladder of a thousand facilities', () => {
    const rungs = Array.from({ length: 1_000 }, (_, index) => `$f${index} $f${index + 1} s${index}`);
    expect(expand(rungs.join('\n'), '$f0').split(' ')).toHaveLength(1_000);
  });
});
