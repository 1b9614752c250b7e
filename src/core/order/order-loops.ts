/** Loops in an order: found once each, as the cycle itself, with the edge that is best taken out to break it. */
import type { OrderEdge, OrderGraph } from './order-graph.ts';

export interface OrderLoop {
  /** Each edge leads to the node that the next one comes from; the last one leads back to the first. */
  readonly edges: readonly OrderEdge[];
  /** The one of them to take out: the weakest wish whose removal leaves no other loop among the same scripts. */
  readonly weakest: OrderEdge;
}

export interface LoopSearch {
  /** The edges that are left when every loop is broken. */
  readonly edges: readonly OrderEdge[];
  readonly loops: readonly OrderLoop[];
  /** Loops that were broken but are not listed, because there are too many. */
  readonly unlisted: number;
}

/** More than a person can use; the rest is broken in one go, which keeps a hopeless tangle cheap. */
const MAX_LISTED = 20;

/** What gives way first. An order that follows from `$all` has no line that could be taken out, so it gives way last. */
const STRENGTHS = [
  'Should-Start',
  'Should-Stop',
  'X-Start-Before',
  'X-Stop-After',
  'Required-Start',
  'Required-Stop',
];

const NONE = (): boolean => false;

/**
 * Breaks every loop of the graph. The result depends on the graph alone.
 * @param isFixed Where given, all edges of a tangle that are not fixed give way at once, and nothing is told about it.
 */
export function breakLoops(
  { nodes, edges }: Pick<OrderGraph, 'nodes' | 'edges'>,
  isFixed: (edge: OrderEdge) => boolean = NONE,
): LoopSearch {
  const loops: OrderLoop[] = [];
  let left = edges;
  for (;;) {
    const groups = groupEdges(nodes.length, left);
    const tangle = findTangle(groups, left);
    if (tangle === undefined) return { edges: left, loops, unlisted: 0 };
    const loose = isFixed === NONE ? [] : tangle.filter((edge) => !isFixed(edge));
    if (isFixed !== NONE && loose.length > 0) {
      const gone = new Set(loose);
      left = left.filter((edge) => !gone.has(edge));
      continue;
    }
    const cycle = shortestCycle(groups, tangle);
    const weakest = chooseWeakest(nodes.length, cycle, tangle);
    if (loops.length === MAX_LISTED || weakest === undefined) {
      const forward = dropBackEdges(groups);
      return { edges: forward, loops, unlisted: left.length - forward.length };
    }
    loops.push({ edges: cycle, weakest });
    left = left.filter((edge) => !isSamePair(edge, weakest));
  }
}

/**
 * Leaves out every edge of every loop that is not fixed.
 * @param isFixed Says so of edges that make no loop among themselves.
 */
export function dropLooseLoops(
  count: number,
  edges: readonly OrderEdge[],
  isFixed: (edge: OrderEdge) => boolean,
): readonly OrderEdge[] {
  const sets = strongSets(groupEdges(count, edges));
  return edges.filter((edge) => sets[edge.from] !== sets[edge.to] || isFixed(edge));
}

function isSamePair(a: OrderEdge, b: OrderEdge): boolean {
  return a.from === b.from && a.to === b.to;
}

/** Edges by the node they leave, each list in the order of the edges. */
export function groupEdges(count: number, edges: readonly OrderEdge[]): readonly (readonly OrderEdge[])[] {
  const groups: OrderEdge[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) groups[edge.from]?.push(edge);
  return groups;
}

/** @returns The edges among the nodes of one set that goes round, or undefined where nothing does. */
function findTangle(groups: Groups, edges: readonly OrderEdge[]): readonly OrderEdge[] | undefined {
  const sets = strongSets(groups);
  const inside = edges.filter(({ from, to }) => sets[from] === sets[to]);
  const [first] = inside.map(({ from }) => from).sort((a, b) => a - b);
  return first === undefined ? undefined : inside.filter(({ from }) => sets[from] === sets[first]);
}

type Groups = readonly (readonly OrderEdge[])[];

/**
 * Numbers the sets of nodes that can all reach each other.
 * @see Tarjan's algorithm, with a stack of its own: the call stack would not hold a chain of 10,000 scripts.
 */
function strongSets(groups: Groups): Uint32Array {
  const count = groups.length;
  const seen = new Uint32Array(count);
  const low = new Uint32Array(count);
  const sets = new Uint32Array(count);
  const open: number[] = [];
  let time = 0;
  let last = 0;
  for (let root = 0; root < count; root++) {
    if (seen[root] !== 0) continue;
    const calls = [{ node: root, next: 0 }];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const { node } = call;
      if (call.next === 0 && seen[node] === 0) {
        seen[node] = low[node] = ++time;
        open.push(node);
      }
      const to = groups[node]?.[call.next++]?.to;
      if (to !== undefined) {
        if (seen[to] === 0) calls.push({ node: to, next: 0 });
        else if (sets[to] === 0) low[node] = Math.min(at(low, node), at(seen, to));
        continue;
      }
      calls.pop();
      if (low[node] === seen[node]) {
        last++;
        for (let member = open.pop(); member !== undefined; member = member === node ? undefined : open.pop())
          sets[member] = last;
      }
      const caller = calls.at(-1);
      if (caller !== undefined) low[caller.node] = Math.min(at(low, caller.node), at(low, node));
    }
  }
  return sets;
}

function at(values: Uint32Array, index: number): number {
  return values[index] ?? 0;
}

/** From the first node of the tangle back to it, by as few edges as can be. */
function shortestCycle(groups: Groups, tangle: readonly OrderEdge[]): readonly OrderEdge[] {
  const allowed = new Set(tangle);
  const start = Math.min(...tangle.map(({ from }) => from));
  const reachedBy = new Map<number, OrderEdge>();
  const queue = [start];
  for (const node of queue) {
    for (const edge of groups[node] ?? []) {
      if (!allowed.has(edge) || reachedBy.has(edge.to)) continue;
      reachedBy.set(edge.to, edge);
      if (edge.to === start) return walkBack(start, reachedBy);
      queue.push(edge.to);
    }
  }
  return [];
}

function walkBack(start: number, reachedBy: ReadonlyMap<number, OrderEdge>): readonly OrderEdge[] {
  const edges: OrderEdge[] = [];
  let edge = reachedBy.get(start);
  while (edge !== undefined) {
    edges.unshift(edge);
    edge = edge.from === start ? undefined : reachedBy.get(edge.from);
  }
  return edges;
}

function chooseWeakest(
  count: number,
  cycle: readonly OrderEdge[],
  tangle: readonly OrderEdge[],
): OrderEdge | undefined {
  const byStrength = [...cycle].sort((a, b) => strength(a) - strength(b));
  const breaksAll = byStrength.find((edge) => {
    const rest = tangle.filter((one) => !isSamePair(one, edge));
    return edge.source !== undefined && findTangle(groupEdges(count, rest), rest) === undefined;
  });
  return breaksAll ?? byStrength[0];
}

function strength({ source }: OrderEdge): number {
  return source === undefined ? STRENGTHS.length : STRENGTHS.indexOf(source.keyword);
}

/** Leaves out each edge that leads back to a node that is still being walked through. */
function dropBackEdges(groups: Groups): readonly OrderEdge[] {
  const state = new Uint8Array(groups.length);
  const kept: OrderEdge[] = [];
  for (let root = 0; root < groups.length; root++) {
    if (state[root] !== 0) continue;
    const calls = [{ node: root, next: 0 }];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      state[call.node] = 1;
      const edge = groups[call.node]?.[call.next++];
      if (edge === undefined) {
        state[call.node] = 2;
        calls.pop();
        continue;
      }
      if (state[edge.to] === 1) continue;
      kept.push(edge);
      if (state[edge.to] === 0) calls.push({ node: edge.to, next: 0 });
    }
  }
  return kept;
}
