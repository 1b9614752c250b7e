import {
  array,
  assert,
  constantFrom,
  integer,
  nat,
  property,
  record,
  shuffledSubarray,
  subarray,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDependFiles } from '../../../../src/core/links/depend-files.ts';
import { parseInsservConf } from '../../../../src/core/lsb/facility.ts';
import { formatLevels } from '../../../../src/core/level-set.ts';
import { formatLoop } from '../../../../src/core/order/loop-text.ts';
import { orderScripts } from '../../../../src/core/order/order.ts';
import type { OrderKind, OrderScript } from '../../../../src/core/order/order-graph.ts';
import { checkOrder, type RawHeaders } from '../../../support/check-order.ts';
import { orderScript } from '../../../support/lsb.ts';

const CONF = '$net +n1 n2\n<interactive> talk\n';
const { table: TABLE } = parseInsservConf([{ path: 'conf', text: CONF }]);

function numbers(kind: OrderKind, ...scripts: readonly OrderScript[]): string {
  const { numbers: found } = orderScripts(kind, scripts, TABLE);
  return [...found]
    .map(([name, number]) => `${name}${number}`)
    .sort()
    .join(' ');
}

const start = (...scripts: readonly OrderScript[]): string => numbers('start', ...scripts);
const stop = (...scripts: readonly OrderScript[]): string => numbers('stop', ...scripts);

function loops(kind: OrderKind, ...scripts: readonly OrderScript[]): readonly (readonly string[])[] {
  const order = orderScripts(kind, scripts, TABLE);
  return order.loops.map((loop) => formatLoop(loop, order));
}

describe('the number of a script', () => {
  const a = orderScript('a');

  test.each(['Required-Start', 'Should-Start'])('%s: later', (key) => {
    expect(start(a, orderScript('b', { [key]: 'a' }))).toBe('a1 b2');
  });

  test('X-Start-Before: earlier', () => {
    expect(start(orderScript('b', { 'X-Start-Before': 'a' }), a)).toBe('a2 b1');
  });

  test.each(['Required-Stop', 'Should-Stop'])('%s: stops before', (key) => {
    expect(stop(a, orderScript('b', { [key]: 'a' }))).toBe('a2 b1');
    expect(start(a, orderScript('b', { [key]: 'a' }))).toBe('a1 b1');
  });

  test('X-Stop-After: stops later', () => {
    expect(stop(orderScript('b', { 'X-Stop-After': 'a' }), a)).toBe('a1 b2');
  });

  test('what shares no level says nothing about the order', () => {
    expect(start(orderScript('a', {}, 'S'), orderScript('b', { 'Required-Start': 'a' }, '2'))).toBe('a1 b1');
  });

  test('a facility is all of its members', () => {
    const b = orderScript('b', { 'Required-Start': '$net' });
    expect(start(b, orderScript('n1'), orderScript('n2', { 'Required-Start': 'n1' }))).toBe('b3 n11 n22');
  });

  test('a service is known by what it provides, not by its file', () => {
    expect(
      start(orderScript('x.sh', { Provides: 'a' }), orderScript('b', { 'Should-Start': 'a x.sh' })),
    ).toBe('b2 x.sh1');
  });

  test('$null, what is not there, and oneself are nothing to wait for', () => {
    expect(start(orderScript('a', { 'Required-Start': '$null nobody a $unknown' }))).toBe('a1');
  });

  test('of two that provide the same the first one given counts', () => {
    const scripts = [
      orderScript('a', { Provides: 'x' }),
      orderScript('b', { Provides: 'x', 'Should-Start': 'c' }),
    ];
    const late = orderScript('z', { 'Required-Start': 'x' });
    expect(start(...scripts, late, orderScript('c'))).toBe('a1 b2 c1 z2');
    expect(start(...scripts.toReversed(), late, orderScript('c'))).toBe('a1 b2 c1 z3');
  });

  test('$all: after everything else in its levels', () => {
    const b = orderScript('b', { 'Required-Start': 'a' });
    const [x, y] = [
      orderScript('x', { 'Required-Start': '$all' }),
      orderScript('y', { 'Should-Start': '$all' }, '5'),
    ];
    expect(start(a, b, x, y, orderScript('boot', {}, 'S'))).toBe('a1 b2 boot1 x3 y3');
    const z = orderScript('z', { 'Required-Start': '$all x' });
    expect(start(a, b, x, z)).toBe('a1 b2 x3 z4');
  });

  test('$all at the end: stopped before everything else', () => {
    expect(stop(a, orderScript('b', { 'Required-Stop': '$all' }))).toBe('a2 b1');
  });

  test('nothing is stopped in S', () => {
    expect(stop(orderScript('a', {}, '', 'S'))).toBe('');
  });

  test('a chain of 150 has 150 numbers', () => {
    const chain = Array.from({ length: 150 }, (_, index) =>
      orderScript(`s${index}`, { 'Required-Start': index === 0 ? '' : `s${index - 1}` }),
    );
    expect(orderScripts('start', chain, TABLE).numbers.get('s149')).toBe(150);
  });
});

describe('an interactive script', () => {
  const interactive = { 'X-Interactive': 'true' };

  test('has its number for itself, and pushes what comes after the others', () => {
    const scripts = [
      orderScript('a'),
      orderScript('b', interactive),
      orderScript('c', { 'Should-Start': 'a' }),
    ];
    expect(start(...scripts)).toBe('a2 b1 c3');
  });

  test('may be named in insserv.conf', () => {
    const talk = { ...orderScript('talk'), isInteractive: true };
    expect(start(orderScript('a'), talk)).toBe('a2 talk1');
  });

  test('does not mind other levels', () => {
    expect(start(orderScript('a', {}, 'S'), orderScript('b', interactive, '2'))).toBe('a1 b1');
  });

  test('of two the first by name stays', () => {
    expect(start(orderScript('b', interactive), orderScript('a', interactive), orderScript('c'))).toBe(
      'a1 b2 c3',
    );
  });

  test('pushes through a service that is not there', () => {
    const scripts = [
      orderScript('talk', interactive),
      orderScript('a', { 'X-Start-Before': 'absent' }),
      orderScript('b', { 'Should-Start': 'absent' }),
    ];
    expect(start(...scripts)).toBe('a2 b4 talk1');
  });

  test('comes to an end where a service that is not there would have to be before and after the same scripts', () => {
    const scripts = [
      orderScript('a', { 'X-Start-Before': 'absent', 'Should-Start': 'b' }),
      orderScript('b', { 'Should-Start': 'absent' }),
      orderScript('aa', interactive),
    ];
    expect(start(...scripts)).toBe('a6 aa1 b5');
  });

  test('does not matter for stopping', () => {
    expect(stop(orderScript('a'), orderScript('b', interactive))).toBe('a1 b1');
  });

  test('comes before those that use $all, which move with the rest', () => {
    const late = orderScript('z', { 'Required-Start': '$all' });
    expect(start(orderScript('a'), orderScript('b', interactive), late)).toBe('a2 b1 z3');
  });
});

describe('a loop', () => {
  const a = orderScript('a', { 'Required-Start': 'b' });
  const b = orderScript('b', { 'Should-Start': 'a' });

  test('is reported once, as the cycle, with the weakest line to take out', () => {
    expect(loops('start', b, a, orderScript('c', { 'Required-Start': 'b' }))).toEqual([
      [
        'There is a loop between service a and b if started',
        ' a needs b (Required-Start, init.d/a:4) → b needs a (Should-Start, init.d/b:8)',
        ' to break it, take a out of Should-Start in init.d/b:8',
      ],
    ]);
    expect(loops('stop', a, b)).toEqual([]);
  });

  test('is broken there, and the rest of the order holds', () => {
    expect(start(a, b, orderScript('c', { 'Required-Start': 'a' }))).toBe('a2 b1 c3');
  });

  test('of stop links is told the way they are stopped', () => {
    expect(
      loops('stop', orderScript('a', { 'Required-Stop': 'b' }), orderScript('b', { 'Required-Stop': 'a' })),
    ).toEqual([
      [
        'There is a loop between service a and b if stopped',
        ' a stops after b (Required-Stop, init.d/b:5) → b stops after a (Required-Stop, init.d/a:5)',
        ' to break it, take b out of Required-Stop in init.d/a:5',
      ],
    ]);
  });

  test('names the facility that leads to the other script', () => {
    const n = orderScript('n1', { 'Required-Start': 'a' });
    expect(loops('start', orderScript('a', { 'Required-Start': '$net' }), n)[0]?.[1]).toBe(
      ' a needs n1 (Required-Start $net, init.d/a:4) → n1 needs a (Required-Start, init.d/n1:4)',
    );
  });

  test('X-Start-Before goes before Required-Start', () => {
    const x = orderScript('x', { 'Required-Start': 'y', 'X-Start-Before': 'y' });
    expect(loops('start', x, orderScript('y'))).toEqual([
      [
        'There is a loop between service x and y if started',
        ' x needs y (Required-Start, init.d/x:4) → y needs x (X-Start-Before, init.d/x:8)',
        ' to break it, take y out of X-Start-Before in init.d/x:8',
      ],
    ]);
  });

  test('a script that must start after a user of $all', () => {
    const [user, late] = [
      orderScript('a', { 'Should-Start': '$all' }),
      orderScript('d', { 'Required-Start': 'a' }),
    ];
    expect(loops('start', user, late)).toEqual([
      [
        "Starting d depends on a and therefore on system facility `$all' which can not be true!",
        ' a needs $all → $all includes d → d needs a (Required-Start, init.d/d:4)',
        ' to break it, take a out of Required-Start in init.d/d:4',
      ],
    ]);
    expect(start(user, late)).toBe('a2 d1');
  });

  test('through a script without links is nobody’s business, and the rest of the order holds', () => {
    const [x, y] = [orderScript('x', { 'Should-Start': 'idle' }), orderScript('y', { 'Should-Start': 'x' })];
    const idle = orderScript('idle', { 'Should-Start': 'y', 'X-Start-Before': 'x' });
    const order = orderScripts('start', [y, x], TABLE, [idle]);
    expect(order.loops).toEqual([]);
    expect([...order.numbers]).toEqual([
      ['x', 1],
      ['y', 2],
    ]);
  });

  test('two loops through one edge are one', () => {
    const scripts = [
      orderScript('a', { 'Should-Start': 'b' }),
      orderScript('b', { 'Required-Start': 'c d' }),
      orderScript('c', { 'Required-Start': 'a' }),
      orderScript('d', { 'Required-Start': 'a' }),
    ];
    expect(loops('start', ...scripts)).toHaveLength(1);
  });

  test('a hopeless tangle is broken all the same', () => {
    const names = Array.from({ length: 60 }, (_, index) => `s${index}`);
    const tangle = names.map((name) => orderScript(name, { 'Required-Start': names.join(' ') }));
    const order = orderScripts('start', tangle, TABLE);
    expect(order.loops).toHaveLength(20);
    expect(order.unlistedLoops).toBeGreaterThan(0);
    expect(new Set(order.numbers.values()).size).toBe(60);
  });
});

describe('.depend files', () => {
  test('say who waits for whom, what is interactive, and nothing twice', () => {
    const scripts = [
      orderScript('fs', {}, 'S', '0 6'),
      orderScript('net', { 'Required-Start': 'fs', 'X-Interactive': 'true' }, 'S', ''),
      orderScript('a', { 'Required-Start': 'net', 'Required-Stop': 'fs' }),
      orderScript('b', { 'Required-Start': 'a', 'Should-Start': 'a', 'Required-Stop': 'fs a' }),
    ];
    const orders = {
      start: orderScripts('start', scripts, TABLE),
      stop: orderScripts('stop', scripts, TABLE),
    };
    expect(formatDependFiles(scripts, orders)).toEqual([
      { name: '.depend.boot', text: 'TARGETS = fs net\nINTERACTIVE = net\nnet: fs\n' },
      { name: '.depend.start', text: 'TARGETS = a b\nINTERACTIVE =\nb: a\n' },
      { name: '.depend.stop', text: 'TARGETS = b a fs\na: b\nfs: a b\n' },
    ]);
  });

  test('without scripts they are there', () => {
    const orders = { start: orderScripts('start', [], TABLE), stop: orderScripts('stop', [], TABLE) };
    expect(formatDependFiles([], orders).map(({ text }) => text)).toEqual([
      'TARGETS =\nINTERACTIVE =\n',
      'TARGETS =\nINTERACTIVE =\n',
      'TARGETS =\n',
    ]);
  });

  test('no line is too long for startpar, and none is lost', () => {
    const names = Array.from({ length: 500 }, (_, index) => `a-rather-long-service-name-${index}`);
    const scripts = names.map((name, index) =>
      orderScript(name, { 'Should-Start': index === 499 ? names.join(' ') : '' }),
    );
    const orders = {
      start: orderScripts('start', scripts, TABLE),
      stop: orderScripts('stop', scripts, TABLE),
    };
    const text = formatDependFiles(scripts, orders)[1]?.text ?? '';
    const words = (head: string): string[] =>
      text
        .split('\n')
        .flatMap((line) => (line.startsWith(`${head} `) ? line.slice(head.length + 1).split(' ') : []));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(1_000);
    expect(new Set(words('TARGETS ='))).toEqual(new Set(names));
    expect(new Set(words(`${names[499]}:`))).toEqual(new Set(names.slice(0, 499)));
  });
});

const NAMES = Array.from({ length: 12 }, (_, index) => `s${index}`);
const KEYS = [
  'Required-Start',
  'Should-Start',
  'X-Start-Before',
  'Required-Stop',
  'Should-Stop',
  'X-Stop-After',
];

const arbitraryHeaders = array(
  record({
    needs: array(record({ key: constantFrom(...KEYS), other: nat(11) }), { maxLength: 4 }),
    all: integer({ min: 0, max: 12 }),
    start: subarray(['S', '2', '3']),
    stop: subarray(['0', '1', '6']),
    interactive: nat(5),
  }),
  { minLength: 12, maxLength: 12 },
).map((rows) =>
  rows.map(({ needs, all, start, stop, interactive }, index) => {
    const lines: Record<string, string> = { Provides: NAMES[index] ?? '' };
    // What a later script needs is an earlier one, so that no loop comes up by itself.
    for (const { key, other } of needs) {
      const isEarlier = key.includes('Before') || key.endsWith('Stop');
      const name = isEarlier ? Math.max(other, index) : Math.min(other, index);
      if (name !== index) lines[key] = `${lines[key] ?? ''} ${NAMES[name]}`.trim();
    }
    if (all === 0 && index === 11) lines['Should-Start'] = '$all';
    if (interactive === 0) lines['X-Interactive'] = 'true';
    return { name: NAMES[index] ?? '', lines, start: start.join(' '), stop: stop.join(' ') };
  }),
);

describe('any order', () => {
  const build = (
    rows: readonly { name: string; lines: Record<string, string>; start: string; stop: string }[],
  ) => rows.map(({ name, lines, start, stop }) => orderScript(name, lines, start, stop));

  test('depends on the scripts, not on their order', () => {
    assert(
      property(
        arbitraryHeaders,
        shuffledSubarray(NAMES, { minLength: 12, maxLength: 12 }),
        constantFrom<OrderKind>('start', 'stop'),
        (rows, names, kind) => {
          const shuffled = names.map((name) => rows.find((row) => row.name === name)!);
          expect(orderScripts(kind, build(shuffled), TABLE)).toEqual(orderScripts(kind, build(rows), TABLE));
        },
      ),
    );
  });

  test('fulfils every rule of the table', () => {
    assert(
      property(arbitraryHeaders, (rows) => {
        const scripts = build(rows);
        const links = (['start', 'stop'] as const).flatMap((kind) => {
          const order = orderScripts(kind, scripts, TABLE);
          expect(order.loops).toEqual([]);
          return scripts.flatMap((script) =>
            formatLevels(script[kind])
              .split(' ')
              .filter((level) => level !== '')
              .map((level) => {
                const number = String(order.numbers.get(script.name)).padStart(2, '0');
                return `rc${level}.d/${kind === 'start' ? 'S' : 'K'}${number}${script.name}`;
              }),
          );
        });
        const headers: RawHeaders = Object.fromEntries(rows.map(({ name, lines }) => [name, lines]));
        expect(checkOrder(links, headers, {}).violations).toEqual([]);
      }),
    );
  });
});
