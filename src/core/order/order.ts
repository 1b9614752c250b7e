/** The order in which scripts start and stop, worked out from their headers: numbers, direct predecessors, and loops. */
import { NO_LEVELS } from '../level-set.ts';
import type { FacilityTable } from '../lsb/facility.ts';
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
  /** The same for scripts without links: the numbers that are kept free for them. */
  readonly places: ReadonlyMap<string, number>;
  /** Scripts that must be finished before this one and share a level with it. */
  readonly before: ReadonlyMap<string, readonly string[]>;
  /** Loops that were broken, each at its weakest edge. */
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
 * @param bystanders Scripts without links, with the levels of their headers: their places are kept free, so that
 * enabling one changes no other number. Loops through them are nobody's concern yet.
 */
export function orderScripts(
  kind: OrderKind,
  scripts: readonly OrderScript[],
  table: FacilityTable,
  bystanders: readonly OrderScript[] = [],
): Order {
  const graph = buildOrderGraph(kind, scripts, table);
  const { edges, loops, unlisted } = breakLoops(graph);
  const whole =
    bystanders.length === 0
      ? { graph, edges }
      : withBystanders(kind, [...scripts, ...bystanders], table, edges, graph);
  const chain = chainNumbers(whole.graph, whole.edges);
  const all = kind === 'start' ? separateInteractive(whole.graph, whole.edges, chain) : chain;
  const [numbers, places] = [new Map<string, number>(), new Map<string, number>()];
  const linked = new Set(scripts);
  for (const [index, node] of whole.graph.nodes.entries())
    if (node.kind === 'script' && node.levels !== NO_LEVELS)
      (linked.has(node.script) ? numbers : places).set(node.script.name, all[index] ?? 1);
  const before = directPredecessors(graph, edges);
  return { kind, numbers, places, before, loops, graph, unlistedLoops: unlisted };
}

/** The graph of all scripts, without the lines that give way among those that have links, then without its own loops. */
function withBystanders(
  kind: OrderKind,
  scripts: readonly OrderScript[],
  table: FacilityTable,
  kept: readonly OrderEdge[],
  small: OrderGraph,
): { readonly graph: OrderGraph; readonly edges: readonly OrderEdge[] } {
  const graph = buildOrderGraph(kind, scripts, table);
  const isLinked = new Set(small.nodes.flatMap((node) => (node.kind === 'script' ? [node.script] : [])));
  const allowed = new Set(kept.map((edge) => edgeKey(small, edge)));
  const isMain = (index: number): boolean => {
    const node = graph.nodes[index];
    return node?.kind === 'all' || (node?.kind === 'script' && isLinked.has(node.script));
  };
  const ours = (edge: OrderEdge): boolean => isMain(edge.from) && isMain(edge.to);
  const usable = graph.edges.filter((edge) => !ours(edge) || allowed.has(edgeKey(graph, edge)));
  return { graph, edges: breakLoops({ nodes: graph.nodes, edges: usable }, ours).edges };
}

function edgeKey({ nodes }: OrderGraph, { from, to }: OrderEdge): string {
  const name = (index: number): string => {
    const node = nodes[index];
    return node?.kind === 'script' ? node.script.name : `$${node?.kind === 'all' ? node.level : ''}`;
  };
  return `${name(from)} ${name(to)}`;
}

function directPredecessors(
  { nodes }: OrderGraph,
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
  const intoBarrier = new Map<number, number[]>();
  for (const { from, to } of edges) if (nodes[to]?.kind === 'all') pushTo(intoBarrier, to, from);
  for (const { from, to } of edges) for (const one of intoBarrier.get(from) ?? []) add(name(one), name(to));
  return new Map([...before].map(([script, set]) => [script, [...set]]));
}

function pushTo(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
