/** Numbers where run levels overlap in part: those without loops were recorded from insserv 1.24, in every order of the folder. */
import { assert, array, constantFrom, property, subarray, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInsservConf } from '../../../../src/core/lsb/facility.ts';
import { orderScripts } from '../../../../src/core/order/order.ts';
import type { OrderKind, OrderScript } from '../../../../src/core/order/order-graph.ts';
import { orderScript } from '../../../support/lsb.ts';

const { table: TABLE } = parseInsservConf([]);

function numbers(kind: OrderKind, scripts: readonly OrderScript[]): string {
  const { numbers: found } = orderScripts(kind, scripts, TABLE);
  return [...found]
    .map(([name, number]) => `${name}${number}`)
    .sort()
    .join(' ');
}

type Script = readonly [name: string, levels: string, needs?: Readonly<Record<string, string>>];

const start = (scripts: readonly Script[]): string =>
  numbers(
    'start',
    scripts.map(([name, levels, needs]) => orderScript(name, needs, levels, '')),
  );
const stop = (scripts: readonly Script[]): string =>
  numbers(
    'stop',
    scripts.map(([name, levels, needs]) => orderScript(name, needs, '2', levels)),
  );
const after = (name: string) => ({ 'Should-Start': name });

describe('scripts that share no level', () => {
  test.each<readonly [string, readonly Script[], string]>([
    [
      'one after the other',
      [
        ['a', '1'],
        ['b', '2', after('a')],
        ['c', '3', after('b')],
      ],
      'a1 b1 c1',
    ],
    [
      'a third one between two that share one',
      [
        ['a', '15'],
        ['b', 'S', after('a')],
        ['d', '235', after('b')],
      ],
      'a1 b1 d2',
    ],
    [
      'two others between them',
      [
        ['a', '1'],
        ['b', '2', after('a')],
        ['c', '3', after('b')],
        ['d', '1', after('c')],
      ],
      'a1 b1 c1 d2',
    ],
    [
      'both share one with what comes before',
      [
        ['a', '12'],
        ['b', '1', after('a')],
        ['c', '2', after('b')],
      ],
      'a1 b2 c3',
    ],
    [
      'and so does what comes after',
      [
        ['a', '12'],
        ['b', '1', after('a')],
        ['c', '2', after('b')],
        ['d', '1', after('c')],
      ],
      'a1 b2 c3 d4',
    ],
    [
      'the second successor of one that shares one with what comes before',
      [
        ['a', '12'],
        ['b', '1', { ...after('a'), 'X-Start-Before': 'x c' }],
        ['c', '2'],
        ['x', 'S'],
      ],
      'a1 b2 c3 x1',
    ],
    [
      'the second successor of one that shares none with what comes before',
      [
        ['a', '15'],
        ['b', 'S', { ...after('a'), 'X-Start-Before': 'x c' }],
        ['c', '5'],
        ['x', '4'],
      ],
      'a1 b1 c1 x1',
    ],
    [
      'behind the second successor',
      [
        ['a', '15', { 'X-Start-Before': 'b c' }],
        ['b', 'S'],
        ['c', 'S'],
        ['d', '5', after('c')],
      ],
      'a1 b1 c1 d1',
    ],
    [
      'behind the first successor',
      [
        ['a', '15', { 'X-Start-Before': 'c b' }],
        ['b', 'S'],
        ['c', 'S'],
        ['d', '5', after('c')],
      ],
      'a1 b1 c1 d2',
    ],
    [
      'a service that is not there',
      [
        ['a', '2', { 'X-Start-Before': 'nobody' }],
        ['c', '2', after('nobody')],
      ],
      'a1 c2',
    ],
  ])('%s', (_, scripts, expected) => {
    expect(start(scripts)).toBe(expected);
    expect(start(scripts.toReversed())).toBe(expected);
  });
});

describe('at the end', () => {
  test('a script that is not stopped between two that are', () => {
    const b = ['b', '', { 'Required-Stop': 'a' }] as const;
    expect(stop([['a', '01'], b, ['c', '1', { 'Required-Stop': 'b' }]])).toBe('a2 c1');
  });

  test('each in levels of its own, after one that is stopped in all of them', () => {
    const b = ['b', '1', { 'Required-Stop': 'a' }] as const;
    const c = ['c', '0', { 'Required-Stop': 'b', 'X-Stop-After': 'd' }] as const;
    expect(stop([['a', '06'], b, c, ['d', '016']])).toBe('a4 b3 c2 d1');
  });

  test('of two that provide the same the one that is stopped counts', () => {
    const [x, y] = [['a', '', { Provides: 'x' }] as const, ['b', '0', { Provides: 'x' }] as const];
    expect(stop([x, y, ['z', '0', { 'Required-Stop': 'x' }]])).toBe('b2 z1');
  });
});

describe('loops of scripts that share no level', () => {
  test('say nothing, and keep nothing from being ordered', () => {
    const scripts: readonly Script[] = [
      ['a', '2', after('b')],
      ['b', '3', after('a')],
      ['c', '23', after('a b')],
    ];
    expect(start(scripts)).toBe('a1 b1 c2');
  });

  test('through services that are not there: the same', () => {
    const scripts: readonly Script[] = [
      ['a', '2', { 'X-Start-Before': 'nobody b' }],
      ['b', '2', { 'X-Start-Before': 'nobody', 'Should-Start': 'nobody' }],
    ];
    expect(start(scripts)).toBe('a1 b2');
  });

  test('a thousand of them', () => {
    const scripts = Array.from({ length: 1000 }, (_, index) => [
      orderScript(`a${index}`, after(`b${index}`), '2', ''),
      orderScript(`b${index}`, after(`a${index}`), '3', ''),
    ]).flat();
    expect(new Set(orderScripts('start', scripts, TABLE).numbers.values())).toEqual(new Set([1]));
  });

  test('whatever the levels are, an order that is asked for holds', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const script = tuple(
      subarray(names),
      subarray(names),
      subarray(['1', '2', '3', '5', 'S']),
      constantFrom('nobody', ''),
    );
    assert(
      property(array(script, { minLength: 6, maxLength: 6 }), (list) => {
        const scripts = list.map(([needs, before, levels, absent], index) => {
          const lines = {
            'Should-Start': [...needs, absent].join(' '),
            'X-Start-Before': [absent, ...before].join(' '),
          };
          return orderScript(names[index]!, lines, levels.join(''), '');
        });
        const { numbers: found, before } = orderScripts('start', scripts, TABLE);
        for (const [name, earlier] of before)
          for (const one of earlier) expect(found.get(one)!).toBeLessThan(found.get(name)!);
      }),
    );
  });
});
