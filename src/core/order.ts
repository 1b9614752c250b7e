/** The order in which scripts start and stop, worked out from their headers: numbers, direct predecessors, and loops. */
import type { FacilityTable } from './facility.ts';
import {
  buildOrderGraph,
  type OrderEdge,
  type OrderGraph,
  type OrderKind,
  type OrderScript,
} from './order-graph.ts';
import { breakLoops, type OrderLoop } from './order-loops.ts';
import { chainNumbers, separateInteractive } from './order-numbers.ts';

/** A link's name has two digits. */
export const MAX_NUMBER = 99;

export interface Order {
  readonly kind: OrderKind;
  /** By script name, 1 or more; what needs more than two digits is cut to 99 in a link's name. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Scripts that must be finished before this one, sharing a level; without those that only `$all` puts there. */
  readonly before: ReadonlyMap<string, readonly string[]>;
  /** Users of `$all`: everything else that shares a level comes before (start), or after (stop). */
  readonly loops: readonly OrderLoop[];
  /** The nodes that the loops' edges speak of. */
  readonly graph: OrderGraph;
  /** Loops that were broken like the others, and are too many to list. */
  readonly unlistedLoops: number;
}

/**
 * Works out the order of all start links or of all stop links.
 * The result depends on the scripts alone, not on their order, unless two of them provide the same.
 * Time grows with the number of dependencies; loops cost extra.
 * @param scripts Those that have links or are to have them, the first of two that provide the same service first.
 */
export function orderScripts(kind: OrderKind, scripts: readonly OrderScript[], table: FacilityTable): Order {
  const graph = buildOrderGraph(kind, scripts, table);
  const { edges, loops, unlisted } = breakLoops(graph);
  const chain = chainNumbers(graph.nodes.length, edges);
  const all = kind === 'start' ? separateInteractive(graph, edges, chain) : chain;
  const numbers = new Map<string, number>();
  for (const [index, node] of graph.nodes.entries())
    if (node.kind === 'script') numbers.set(node.script.name, all[index] ?? 1);
  return { kind, numbers, before: directPredecessors(graph, edges), loops, graph, unlistedLoops: unlisted };
}

function directPredecessors(
  { kind, nodes }: OrderGraph,
  edges: readonly OrderEdge[],
): ReadonlyMap<string, readonly string[]> {
  const before = new Map<string, Set<string>>();
  const name = (index: number): string | undefined => {
    const node = nodes[index];
    return node?.kind === 'script' ? node.script.name : undefined;
  };
  const add = (first: string | undefined, then: string | undefined): void => {
    if (first === undefined || then === undefined) return;
    const known = before.get(then);
    if (known === undefined) before.set(then, new Set([first]));
    else known.add(first);
  };
  for (const { from, to } of edges) add(name(from), name(to));
  if (kind === 'start') {
    const into = edges.filter(({ to }) => nodes[to]?.kind === 'all');
    for (const { from, to } of edges) {
      if (nodes[from]?.kind !== 'all') continue;
      for (const one of into) if (one.to === from) add(name(one.from), name(to));
    }
  }
  return new Map([...before].map(([script, set]) => [script, [...set]]));
}
