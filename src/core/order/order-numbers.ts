/** From who-comes-before-whom to the numbers in the link names. */
import { NO_LEVELS, type LevelSet } from '../level-set.ts';
import type { OrderEdge, OrderGraph, OrderNode } from './order-graph.ts';
import { dropLooseLoops, groupEdges } from './order-loops.ts';

const FIRST_NUMBER = 1;

/** The walks that come to a node: the levels of the script where each set out, and the number its next script has at least. */
type Walks = Map<LevelSet, number>;

/**
 * The number of each node: one more than the highest among those before it, 1 where there is none.
 * As in the original, this goes beyond scripts that share a level: a walk sets out from each script and goes on from
 * successor to successor, always to the one that is read first, whatever its levels. On it, those that share a level
 * with the script where it set out come one after the other, and before their other successors that share one with it.
 * @param edges Of the graph, without loops.
 */
export function chainNumbers(graph: OrderGraph, edges: readonly OrderEdge[]): number[] {
  const { nodes } = graph;
  const groups = groupEdges(nodes.length, walkableEdges(graph, edges));
  const numbers = nodes.map(() => FIRST_NUMBER);
  const walks = nodes.map((): Walks => new Map());
  const raise = (node: number, least: number): void => {
    numbers[node] = Math.max(numbers[node] ?? 0, least);
  };
  for (const node of sortNodes(groups)) {
    const levels = levelsOfNode(nodes[node]);
    const here = walks[node] ?? new Map<LevelSet, number>();
    for (const [walker, least] of here) if (isShared(walker, levels)) raise(node, least);
    const next = (numbers[node] ?? 0) + 1;
    let reach: LevelSet = NO_LEVELS;
    for (const walker of [...here.keys(), levels]) {
      if (!isShared(walker, levels)) continue;
      here.set(walker, next);
      reach |= walker;
    }
    for (const [index, { to, distance, source }] of (groups[node] ?? []).entries()) {
      if (source === undefined) raise(to, next - 1 + distance);
      if (index === 0) joinWalks(walks[to], here);
      else if (isShared(reach, levelsOfNode(nodes[to]))) raise(to, next);
    }
  }
  return numbers;
}

function isShared(some: LevelSet, others: LevelSet): boolean {
  return (some & others) !== 0;
}

function joinWalks(there: Walks | undefined, more: Walks): void {
  for (const [walker, least] of more) there?.set(walker, Math.max(least, there.get(walker) ?? 0));
}

/** What the headers say, without the edges that gave way and without the loops of scripts that share no level. */
function walkableEdges(
  { nodes, edges: all, wishes }: OrderGraph,
  kept: readonly OrderEdge[],
): readonly OrderEdge[] {
  const counting = new Set(kept);
  const gone = new Set(all.filter((edge) => !counting.has(edge)));
  const left = wishes.filter((edge) => !gone.has(edge));
  return dropLooseLoops(nodes.length, left, (edge) => counting.has(edge));
}

/** Each node after all that lead to it. */
function sortNodes(groups: readonly (readonly OrderEdge[])[]): readonly number[] {
  const incoming = new Uint32Array(groups.length);
  for (const { to } of groups.flat()) incoming[to] = (incoming[to] ?? 0) + 1;
  const sorted = groups.flatMap((_, node) => (incoming[node] === 0 ? [node] : []));
  for (const node of sorted)
    for (const { to } of groups[node] ?? []) {
      incoming[to] = (incoming[to] ?? 0) - 1;
      if (incoming[to] === 0) sorted.push(to);
    }
  return sorted;
}

/**
 * Gives interactive scripts a number of their own: whoever shares a level with one and its number gets the next number,
 * and pushes what comes after it, also through services that are not there. Of two interactive scripts the first by name stays.
 * Numbers are left over by this, as in the original.
 */
export function separateInteractive(
  { nodes, ghostEdges }: OrderGraph,
  edges: readonly OrderEdge[],
  chain: readonly number[],
): readonly number[] {
  if (!nodes.some(isInteractive)) return chain;
  const numbers = [...chain];
  const groups = groupEdges(nodes.length, edges);
  const ghosts = groupEdges(nodes.length, nearGhosts(nodes, ghostEdges));
  const queue = createBuckets(numbers);
  // Each pushes once: services that are not there may be in a loop that nobody has to live with.
  const used = new Set<OrderEdge>();
  const raise = (node: number, least: number): void => {
    if ((numbers[node] ?? 0) >= least) return;
    numbers[node] = least;
    queue.put(node, least);
  };
  for (let number = 0; number < queue.size(); number++) {
    const stillHere = (node: number): boolean => numbers[node] === number;
    const bumped = settle(queue.peek(number).filter(stillHere), nodes);
    for (const node of bumped) raise(node, number + 1);
    for (const node of queue.peek(number)) {
      if (!stillHere(node)) continue;
      for (const { to, distance } of groups[node] ?? []) raise(to, number + distance);
      if (number === chain[node]) continue;
      for (const { to: ghost } of ghosts[node] ?? [])
        for (const edge of ghosts[ghost] ?? []) {
          if (used.has(edge) || (numbers[edge.to] ?? 0) >= number + 2) continue;
          if ((levelsOfNode(nodes[edge.to]) & levelsOfNode(nodes[node])) === 0) continue;
          used.add(edge);
          raise(edge.to, number + 2);
        }
    }
  }
  return numbers;
}

/** A service that is not there is thought to be in the levels of those that come after it. */
function nearGhosts(nodes: readonly OrderNode[], ghostEdges: readonly OrderEdge[]): readonly OrderEdge[] {
  const levels = new Map<number, LevelSet>();
  for (const { from, to } of ghostEdges) levels.set(from, (levels.get(from) ?? 0) | levelsOfNode(nodes[to]));
  return ghostEdges.filter(
    ({ from, to }) =>
      nodes[from]?.kind === 'absent' || ((levels.get(to) ?? 0) & levelsOfNode(nodes[from])) !== 0,
  );
}

/** @returns Those that have to leave their number to an interactive script. */
function settle(here: readonly number[], nodes: readonly OrderNode[]): readonly number[] {
  const sorted = [...here].sort((a, b) => a - b);
  const alone: { readonly node: number; readonly levels: LevelSet }[] = [];
  for (const node of sorted) {
    const levels = levelsOfNode(nodes[node]);
    if (isInteractive(nodes[node]) && !alone.some((one) => (one.levels & levels) !== 0))
      alone.push({ node, levels });
  }
  if (alone.length === 0) return [];
  const taken = alone.reduce((set, { levels }) => set | levels, 0);
  const stays = new Set(alone.map(({ node }) => node));
  return sorted.filter((node) => !stays.has(node) && (levelsOfNode(nodes[node]) & taken) !== 0);
}

interface Buckets {
  readonly put: (node: number, number: number) => void;
  /** Those that were put there; the list grows while it is walked through, when a barrier gets the number too. */
  readonly peek: (number: number) => readonly number[];
  readonly size: () => number;
}

function createBuckets(numbers: readonly number[]): Buckets {
  const buckets: number[][] = [];
  const put = (node: number, number: number): void => {
    while (buckets.length <= number) buckets.push([]);
    buckets[number]?.push(node);
  };
  for (const [node, number] of numbers.entries()) put(node, number);
  return {
    put,
    peek: (number) => buckets[number] ?? [],
    size: () => buckets.length,
  };
}

function levelsOfNode(node: OrderNode | undefined): LevelSet {
  return node?.kind === 'script' ? node.levels : 0;
}

function isInteractive(node: OrderNode | undefined): boolean {
  return node?.kind === 'script' && node.script.isInteractive;
}
