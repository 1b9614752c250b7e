/** Who waits for whom, as a graph for people: scripts with their numbers, and the header lines that tie them. */
import { formatLevels, levelSet, type LevelSet } from '../level-set.ts';
import { formatLoop } from '../order/loop-text.ts';
import type { Order } from '../order/order.ts';
import { linkLevels, type OrderKind, type OrderScript } from '../order/order-graph.ts';
import { compareRcLinkNames } from '../links/rc-link.ts';

export interface GraphNode {
  readonly name: string;
  /** The number of its links: 1 and up, the later the higher. */
  readonly number: number;
  /** Levels it has such links in, e.g. `2 3 4 5`. */
  readonly levels: string;
  readonly isInteractive: boolean;
}

export interface GraphEdge {
  /** Must have finished … */
  readonly first: string;
  /** … before this one begins. */
  readonly next: string;
  /** Why, e.g. `Required-Start $syslog, /etc/init.d/cron:4`. */
  readonly reasons: readonly string[];
  /** True if it follows from others and may be left out of a picture. */
  readonly isImplied: boolean;
}

export interface DependencyGraph {
  readonly kind: OrderKind;
  /** By number, then by name. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Each loop that was broken, in words. */
  readonly loops: readonly string[];
}

/** Above this many scripts the edges that follow from others are not looked for: it takes the square of them. */
const MAX_REDUCED = 1_000;

/**
 * @param linked The scripts that have links.
 * @param level Only scripts with links in this level; all without.
 */
export function dependencyGraph(
  order: Order,
  linked: readonly OrderScript[],
  level: string | undefined,
): DependencyGraph {
  const wanted: LevelSet = level === undefined ? ~0 : levelSet(level);
  const scripts = linked.filter((script) => (linkLevels(script, order.kind) & wanted) !== 0);
  const names = new Set(scripts.map(({ name }) => name));
  const nodes = scripts
    .map((script) => ({
      name: script.name,
      number: order.numbers.get(script.name) ?? 1,
      levels: formatLevels(linkLevels(script, order.kind)),
      isInteractive: script.isInteractive,
    }))
    .sort((a, b) => a.number - b.number || compareRcLinkNames(a.name, b.name));
  const reasons = collectReasons(order);
  const ancestors = nodes.length > MAX_REDUCED ? new Map<string, Set<string>>() : findAncestors(order, nodes);
  const edges = nodes.flatMap(({ name }) => {
    const before = [...new Set(order.before.get(name))].filter((one) => names.has(one));
    return before.sort(compareRcLinkNames).map((first) => ({
      first,
      next: name,
      reasons: reasons.get(`${first}\n${name}`) ?? ['$all'],
      isImplied: before.some((other) => other !== first && ancestors.get(other)?.has(first) === true),
    }));
  });
  const loops = order.loops.map((loop) => formatLoop(loop, order).join('\n'));
  return { kind: order.kind, nodes, edges, loops };
}

function collectReasons({ graph }: Order): ReadonlyMap<string, readonly string[]> {
  const reasons = new Map<string, string[]>();
  for (const { from, to, source } of graph.edges) {
    const [first, then] = [graph.nodes[from], graph.nodes[to]];
    if (first?.kind !== 'script' || then?.kind !== 'script' || source === undefined) continue;
    const key = `${first.script.name}\n${then.script.name}`;
    const text = `${source.keyword} ${source.word.text}, ${source.script.path}:${source.word.line}`;
    reasons.set(key, [...(reasons.get(key) ?? []), text]);
  }
  return reasons;
}

/** Nodes come in an order in which what is needed has a lower number, but for those that share the last one. */
function findAncestors({ before }: Order, nodes: readonly GraphNode[]): ReadonlyMap<string, Set<string>> {
  const ancestors = new Map<string, Set<string>>();
  const visit = (name: string): Set<string> => {
    const known = ancestors.get(name);
    if (known !== undefined) return known;
    const mine = new Set<string>();
    ancestors.set(name, mine);
    for (const one of before.get(name) ?? []) {
      mine.add(one);
      for (const further of visit(one)) mine.add(further);
    }
    return mine;
  };
  for (const { name } of nodes) visit(name);
  return ancestors;
}
