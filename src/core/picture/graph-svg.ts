/** The dependency graph as SVG: a column for each number, arrows from what must finish to what waits for it. */
import type { DependencyGraph, GraphNode } from './dependency-graph.ts';
import { escapeXml } from './escape-xml.ts';

const BOX_HEIGHT = 24;
const ROW = 40;
const GAP = 70;
const MARGIN = 20;
const TOP = 56;
const LETTER = 7.4;
const PADDING = 16;
/** More rounds move hardly anything. */
const SORT_ROUNDS = 4;

const STYLE = [
  'text{font:12px monospace;fill:#222}',
  '.title{font:bold 16px sans-serif}',
  '.number{font:11px sans-serif;fill:#888}',
  'rect.script{fill:#eaf2fb;stroke:#3d6ea5}',
  'rect.interactive{stroke-width:3}',
  'path.edge{fill:none;stroke:#999}',
  'marker path{fill:#999}',
].join('');

interface Placed {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** @returns A whole document. */
export function drawGraphSvg(graph: DependencyGraph): string {
  const edges = graph.edges.filter(({ isImplied }) => !isImplied);
  const columns = sortColumns(graph.nodes, edges);
  const { placed, width, height } = place(columns);
  const arrows = edges.flatMap(({ first, next, reasons }) => {
    const [from, to] = [placed.get(first), placed.get(next)];
    return from === undefined || to === undefined ? [] : [drawArrow(from, to, reasons)];
  });
  const numbers = columns.flatMap((column) => {
    const one = placed.get(column[0]?.name ?? '');
    return one === undefined
      ? []
      : [`<text class="number" x="${one.x}" y="${TOP - 10}">${one.node.number}</text>`];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text class="title" x="${MARGIN}" y="26">${graph.nodes.length} scripts, in the order they ${graph.kind}</text>`,
    ...numbers,
    ...arrows,
    ...[...placed.values()].map(drawBox),
    '</svg>',
    '',
  ].join('\n');
}

type Edges = DependencyGraph['edges'];

/** One column per number; within it, each script near what it is tied to, so that few arrows cross. */
function sortColumns(nodes: readonly GraphNode[], edges: Edges): readonly (readonly GraphNode[])[] {
  const byNumber = new Map<number, GraphNode[]>();
  for (const node of nodes) {
    const column = byNumber.get(node.number) ?? [];
    column.push(node);
    byNumber.set(node.number, column);
  }
  const neighbours = collectNeighbours(edges);
  const columns = [...byNumber].sort(([a], [b]) => a - b).map(([, column]) => column);
  const row = new Map<string, number>();
  const number = (column: readonly GraphNode[]): void =>
    column.forEach(({ name }, index) => row.set(name, index - column.length / 2));
  columns.forEach(number);
  for (let round = 0; round < SORT_ROUNDS; round++) {
    for (const column of round % 2 === 0 ? columns : columns.toReversed()) {
      const wish = new Map(column.map(({ name }) => [name, average(neighbours.get(name) ?? [], row)]));
      column.sort(
        (a, b) => (wish.get(a.name) ?? row.get(a.name) ?? 0) - (wish.get(b.name) ?? row.get(b.name) ?? 0),
      );
      number(column);
    }
  }
  return columns;
}

function collectNeighbours(edges: Edges): ReadonlyMap<string, readonly string[]> {
  const neighbours = new Map<string, string[]>();
  const add = (name: string, other: string): void => {
    const known = neighbours.get(name);
    if (known === undefined) neighbours.set(name, [other]);
    else known.push(other);
  };
  for (const { first, next } of edges) {
    add(first, next);
    add(next, first);
  }
  return neighbours;
}

function average(names: readonly string[], row: ReadonlyMap<string, number>): number | undefined {
  if (names.length === 0) return undefined;
  return names.reduce((sum, name) => sum + (row.get(name) ?? 0), 0) / names.length;
}

function place(columns: readonly (readonly GraphNode[])[]): {
  readonly placed: ReadonlyMap<string, Placed>;
  readonly width: number;
  readonly height: number;
} {
  const placed = new Map<string, Placed>();
  const tallest = Math.max(1, ...columns.map((column) => column.length));
  let x = MARGIN;
  for (const column of columns) {
    const width = Math.round(Math.max(...column.map(({ name }) => name.length)) * LETTER) + PADDING;
    const top = TOP + ((tallest - column.length) * ROW) / 2;
    column.forEach((node, index) => placed.set(node.name, { node, x, y: top + index * ROW, width }));
    x += width + GAP;
  }
  return { placed, width: Math.max(x - GAP + MARGIN, 400), height: TOP + tallest * ROW + MARGIN };
}

function drawBox({ node, x, y, width }: Placed): string {
  const kind = node.isInteractive ? 'script interactive' : 'script';
  const title = `${node.name}: number ${node.number}, levels ${node.levels}${node.isInteractive ? ', interactive' : ''}`;
  return [
    `<g><title>${escapeXml(title)}</title>`,
    `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${BOX_HEIGHT}" rx="4"/>`,
    `<text x="${x + PADDING / 2}" y="${y + 16}">${escapeXml(node.name)}</text></g>`,
  ].join('');
}

function drawArrow(from: Placed, to: Placed, reasons: readonly string[]): string {
  const [x1, y1] = [from.x + from.width, from.y + BOX_HEIGHT / 2];
  const [x2, y2] = [to.x, to.y + BOX_HEIGHT / 2];
  const bend = Math.max(30, (x2 - x1) / 2);
  const path = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  const title = `${to.node.name} waits for ${from.node.name}: ${reasons.join('; ')}`;
  return `<path class="edge" marker-end="url(#tip)" d="${path}"><title>${escapeXml(title)}</title></path>`;
}
