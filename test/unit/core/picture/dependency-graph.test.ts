import { describe, expect, test } from 'vitest';
import { dependencyGraph } from '../../../../src/core/picture/dependency-graph.ts';
import { formatDot } from '../../../../src/core/picture/graph-dot.ts';
import { drawGraphSvg } from '../../../../src/core/picture/graph-svg.ts';
import { formatGraphText } from '../../../../src/core/picture/graph-text.ts';
import { levelSet } from '../../../../src/core/level-set.ts';
import { parseLsbHeader } from '../../../../src/core/lsb/lsb-header.ts';
import { orderScripts } from '../../../../src/core/order/order.ts';
import type { OrderScript } from '../../../../src/core/order/order-graph.ts';

function script(name: string, needs: string, levels = '2', more = ''): OrderScript {
  const text = `### BEGIN INIT INFO\n# Required-Start: ${needs}\n${more}### END INIT INFO\n`;
  const { header } = parseLsbHeader(name, `/etc/init.d/${name}`, text);
  const { provides, needs: lists, isInteractive } = header;
  const set = levelSet(levels);
  return { name, path: `/etc/init.d/${name}`, provides, needs: lists, isInteractive, start: set, stop: 0 };
}

const SCRIPTS = [
  script('log', '', '2 3'),
  script('net', 'log'),
  script('web', '$net log'),
  script('tty', '', '4', '# X-Interactive: true\n'),
];
const TABLE = {
  facilities: new Map([['$net', [{ name: 'net', isOptional: false }]]]),
  interactive: new Set<string>(),
};
const ORDER = orderScripts('start', SCRIPTS, TABLE);
const GRAPH = dependencyGraph(ORDER, SCRIPTS, '2');

describe('dependencyGraph', () => {
  test('has the scripts of the level and the lines that tie them', () => {
    expect(GRAPH.nodes.map(({ name, number }) => `${number} ${name}`)).toEqual(['1 log', '2 net', '3 web']);
    expect(GRAPH.edges).toEqual([
      { first: 'log', next: 'net', reasons: ['Required-Start log, /etc/init.d/net:2'], isImplied: false },
      { first: 'log', next: 'web', reasons: ['Required-Start log, /etc/init.d/web:2'], isImplied: true },
      { first: 'net', next: 'web', reasons: ['Required-Start $net, /etc/init.d/web:2'], isImplied: false },
    ]);
  });

  test('has the scripts of all levels when none is asked for', () => {
    const all = dependencyGraph(ORDER, SCRIPTS, undefined);
    expect(all.nodes.map(({ name, isInteractive }) => `${name} ${isInteractive}`)).toContain('tty true');
  });

  test('tells a loop in words', () => {
    const loop = [script('a', 'b'), script('b', 'a')];
    const { loops } = dependencyGraph(orderScripts('start', loop, TABLE), loop, undefined);
    expect(loops.join('\n')).toContain('a needs b (Required-Start, /etc/init.d/a:2)');
  });
});

test('formatGraphText names each script, what it waits for, and why', () => {
  expect(formatGraphText(GRAPH)).toBe(
    [
      'S01 log (2 3)',
      'S02 net (2)',
      '    after log: Required-Start log, /etc/init.d/net:2',
      'S03 web (2)',
      '    after net: Required-Start $net, /etc/init.d/web:2',
      '',
    ].join('\n'),
  );
});

test('formatDot is a digraph without what follows from the rest, and with quoted names', () => {
  expect(formatDot(GRAPH)).toBe(
    [
      'digraph start {',
      '  rankdir=LR;',
      '  node [shape=box];',
      '  "log" [label="01 log"];',
      '  "net" [label="02 net"];',
      '  "web" [label="03 web"];',
      '  "log" -> "net" [tooltip="Required-Start log, /etc/init.d/net:2"];',
      '  "net" -> "web" [tooltip="Required-Start $net, /etc/init.d/web:2"];',
      '}',
      '',
    ].join('\n'),
  );
  const odd = [script('a"b\\', '')];
  expect(formatDot(dependencyGraph(orderScripts('start', odd, TABLE), odd, undefined))).toContain(
    '"a\\"b\\\\" [',
  );
});

describe('drawGraphSvg', () => {
  const svg = drawGraphSvg(GRAPH);
  const boxes = [
    ...svg.matchAll(/<title>(\w+): .*?<rect class="script" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g),
  ].map(([, name, x, y, width]) => ({ name, x: Number(x), y: Number(y), right: Number(x) + Number(width) }));

  test('has a box for each script, later ones further right, none outside', () => {
    expect(boxes.map(({ name }) => name)).toEqual(['log', 'net', 'web']);
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    for (const [index, box] of boxes.entries()) {
      expect(box.x).toBeGreaterThan(boxes[index - 1]?.right ?? 0);
      expect(box.right).toBeLessThan(Number(width));
      expect(box.y).toBeLessThan(Number(height));
    }
  });

  test('has an arrow for each tie that does not follow from others', () => {
    expect([...svg.matchAll(/<title>(\w+ waits for \w+)/g)].map(([, text]) => text)).toEqual([
      'net waits for log',
      'web waits for net',
    ]);
  });

  test('boxes of one number do not cover each other', () => {
    const many = Array.from({ length: 50 }, (_, index) => script(`s${index}`, ''));
    const rows = drawGraphSvg(dependencyGraph(orderScripts('start', many, TABLE), many, undefined));
    const ys = [...rows.matchAll(/<rect class="script" x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) => Number(y));
    expect(new Set(ys).size).toBe(50);
  });
});
