import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseOptions, type OptionSpec } from '../../../src/core/getopt.ts';

const SPECS: readonly OptionSpec[] = [
  { short: 'v', long: 'verbose', value: 'none' },
  { short: 'q', value: 'none' },
  { short: 't', long: 'time', value: 'required' },
  { short: 'o', long: 'output', value: 'optional' },
  { long: 'version', value: 'none' },
  { long: 'time-limit', value: 'required' },
];

/** `name` or `name=value` of each option, then the operands, then the errors. */
function parse(line: string, posix = false): readonly (readonly string[])[] {
  const args = line === '' ? [] : line.split(' ');
  const { options, operands, errors } = parseOptions(args, SPECS, { posix });
  const shown = options.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));
  return [shown, operands, errors];
}

test.each<[line: string, options: string[], operands: string[]]>([
  ['', [], []],
  ['-v', ['verbose'], []],
  ['-vq', ['verbose', 'q'], []],
  ['-vt5', ['verbose', 'time=5'], []],
  ['-t 5', ['time=5'], []],
  ['-t -v', ['time=-v'], []],
  ['-t --', ['time=--'], []],
  ['-tv', ['time=v'], []],
  ['-o', ['output'], []],
  ['-o x', ['output'], ['x']],
  ['-ox', ['output=x'], []],
  ['-vv', ['verbose', 'verbose'], []],
  ['--verbose', ['verbose'], []],
  ['--verb', ['verbose'], []],
  ['--time 5', ['time=5'], []],
  ['--time=5', ['time=5'], []],
  ['--time=', ['time='], []],
  ['--time=a=b', ['time=a=b'], []],
  ['--time -v', ['time=-v'], []],
  ['--time-l 5', ['time-limit=5'], []],
  ['--output x', ['output'], ['x']],
  ['--output=x', ['output=x'], []],
  ['a -v b', ['verbose'], ['a', 'b']],
  ['-v -- -q --time', ['verbose'], ['-q', '--time']],
  ['- -v', ['verbose'], ['-']],
  ['a -- -v', [], ['a', '-v']],
])('parseOptions takes "%s"', (line, options, operands) => {
  expect(parse(line)).toEqual([options, operands, []]);
});

test.each<[line: string, error: string]>([
  ['-x', "invalid option -- 'x'"],
  ['-t', "option requires an argument -- 't'"],
  ['-vt', "option requires an argument -- 't'"],
  ['--time', "option '--time' requires an argument"],
  ['--tim=5', "option '--tim=5' is ambiguous; possibilities: '--time' '--time-limit'"],
  ['--ver', "option '--ver' is ambiguous; possibilities: '--verbose' '--version'"],
  ['--verbose=1', "option '--verbose' doesn't allow an argument"],
  ['--verb=1', "option '--verbose' doesn't allow an argument"],
  ['--nothing', "unrecognized option '--nothing'"],
  ['--nothing=x', "unrecognized option '--nothing=x'"],
  ['--v-erbose', "unrecognized option '--v-erbose'"],
])('parseOptions says of "%s" what getopt_long says', (line, error) => {
  expect(parse(line)[2]).toEqual([error]);
});

test('parseOptions reports every error and goes on after it', () => {
  expect(parse('-xv --foo a -t')).toEqual([
    ['verbose'],
    ['a'],
    ["invalid option -- 'x'", "unrecognized option '--foo'", "option requires an argument -- 't'"],
  ]);
});

test('parseOptions in posix mode stops at the first operand', () => {
  expect(parse('-v a -q', true)).toEqual([['verbose'], ['a', '-q'], []]);
  expect(parse('-v - -q', true)).toEqual([['verbose'], ['-', '-q'], []]);
  expect(parse('-t 5 -- -q', true)).toEqual([['time=5'], ['-q'], []]);
});

describe('parseOptions beforeError', () => {
  test.each<[line: string, count: number]>([
    ['-v -q', 2],
    ['-v -x -q', 1],
    ['-x -v', 0],
    ['-vxq', 1],
    ['-xvq', 0],
    ['-v --foo -q --bar', 1],
    ['-v -q -t', 2],
  ])('of "%s" is %i', (line, count) => {
    expect(parseOptions(line.split(' '), SPECS).beforeError).toBe(count);
  });
});

test('parseOptions takes any words, and nothing after -- is an option', () => {
  const words = fc.array(fc.oneof(fc.string(), fc.constantFrom('-v', '-t', '--time', '--', '-', '--time=1')));
  fc.assert(
    fc.property(words, words, (before, after) => {
      const { options, operands, errors } = parseOptions([...before, '-v', '--', ...after], SPECS);
      expect(operands.slice(operands.length - after.length)).toEqual(after);
      expect(options.length + operands.length + errors.length).toBeGreaterThanOrEqual(after.length);
    }),
  );
});

test('parseOptions leaves plain words in their order', () => {
  const word = fc.string().filter((text) => !text.startsWith('-'));
  fc.assert(
    fc.property(fc.array(word), fc.boolean(), (words, posix) => {
      expect(parseOptions(words, SPECS, { posix })).toEqual({
        options: [],
        operands: words,
        errors: [],
        beforeError: 0,
      });
    }),
  );
});
