/** Who must come before whom, of all start links or of all stop links, and which line of which header says so. */
import { createExpander, parseMember, type Expansion, type FacilityTable } from '../lsb/facility.ts';
import { BOOT_LEVEL, levelsOf, type LevelSet, type RcLevel } from '../level-set.ts';
import type { LsbHeader } from '../lsb/lsb-header.ts';
import type { LsbList } from '../lsb/lsb-keywords.ts';
import type { LsbWord } from '../lsb/lsb-value.ts';

export type OrderKind = 'start' | 'stop';

/** A script that has links, or is to have them. */
export interface OrderScript {
  /** The file name in init.d. */
  readonly name: string;
  /** Where its header is, for reports, e.g. `/etc/init.d/foo`. */
  readonly path: string;
  readonly provides: readonly string[];
  readonly needs: LsbHeader['needs'];
  readonly isInteractive: boolean;
  readonly start: LevelSet;
  readonly stop: LevelSet;
}

/** One reason for an order. */
export interface OrderEdge {
  /** Index of the node that comes first. */
  readonly from: number;
  readonly to: number;
  /** 1, or 0 where both may have the same number. */
  readonly distance: 0 | 1;
  /** The script whose header says so, or undefined where `$all` follows from the levels alone. */
  readonly source: OrderSource | undefined;
}

export interface OrderSource {
  readonly script: OrderScript;
  readonly keyword: LsbList;
  readonly word: LsbWord;
}

export type OrderNode =
  | { readonly kind: 'script'; readonly script: OrderScript; readonly levels: LevelSet }
  /** Stands between those that use `$all` in a level and everything else there. */
  | { readonly kind: 'all'; readonly level: RcLevel }
  /** A service that is not there, but that two scripts may both want to be near. */
  | { readonly kind: 'absent'; readonly name: string };

export interface OrderGraph {
  readonly kind: OrderKind;
  readonly nodes: readonly OrderNode[];
  readonly edges: readonly OrderEdge[];
  /** Edges from and to services that are not there; they count only where interactive scripts push others. */
  readonly ghostEdges: readonly OrderEdge[];
  /** All of these in the order in which they are read, and those between scripts that share no level. */
  readonly wishes: readonly OrderEdge[];
}

/** Which lists say that the script itself comes later than what it names, or earlier. */
const RULES: Readonly<
  Record<OrderKind, readonly (readonly [Exclude<LsbList, 'Provides'>, 'later' | 'earlier'])[]>
> = {
  start: [
    ['Required-Start', 'later'],
    ['Should-Start', 'later'],
    ['X-Start-Before', 'earlier'],
  ],
  stop: [
    ['Required-Stop', 'earlier'],
    ['Should-Stop', 'earlier'],
    ['X-Stop-After', 'later'],
  ],
};

/**
 * Builds the graph of one kind of link. Where two share no level, or have no such links, nothing is said about their
 * order. Of two scripts that provide the same, the first one given that has such links counts.
 * @param scripts In the order in which they claim what they provide.
 */
export function buildOrderGraph(
  kind: OrderKind,
  scripts: readonly OrderScript[],
  table: FacilityTable,
): OrderGraph {
  const nodes: OrderNode[] = scripts
    .map((script) => ({ kind: 'script', script, levels: linkLevels(script, kind) }) as const)
    .sort((a, b) => (a.script.name < b.script.name ? -1 : 1));
  const isLinked = (script: OrderScript): boolean => linkLevels(script, kind) !== 0;
  const claimants = [...scripts.filter(isLinked), ...scripts.filter((script) => !isLinked(script))];
  const indexOf = claimNames(claimants, nodes);
  const builder: Builder = { kind, nodes, indexOf, edges: [], ghostEdges: [], wishes: [] };
  const expand = createExpander(table);
  const allUsers = new Set<number>();
  for (let index = 0, count = nodes.length; index < count; index++)
    if (addNeeds(builder, index, expand)) allUsers.add(index);
  if (allUsers.size > 0) addBarriers(builder, allUsers);
  return builder;
}

/** The levels in which a script has links of a kind. Nothing is stopped in S. */
export function linkLevels(script: Pick<OrderScript, 'start' | 'stop'>, kind: OrderKind): LevelSet {
  return kind === 'start' ? script.start : script.stop & ~BOOT_LEVEL;
}

interface Builder extends OrderGraph {
  readonly nodes: OrderNode[];
  readonly edges: OrderEdge[];
  readonly ghostEdges: OrderEdge[];
  readonly wishes: OrderEdge[];
  /** Node by what it provides; absent services come in as they are met. */
  readonly indexOf: Map<string, number>;
}

function claimNames(claimants: readonly OrderScript[], nodes: readonly OrderNode[]): Map<string, number> {
  const positions = new Map(
    nodes.map((node, index) => [node.kind === 'script' ? node.script : undefined, index]),
  );
  const indexOf = new Map<string, number>();
  for (const script of claimants) {
    for (const name of script.provides) if (!indexOf.has(name)) indexOf.set(name, positions.get(script) ?? 0);
  }
  return indexOf;
}

/** @returns Whether the script uses `$all`. */
function addNeeds(builder: Builder, index: number, expand: (name: string) => Expansion): boolean {
  const node = builder.nodes[index];
  if (node?.kind !== 'script') return false;
  let usesAll = false;
  for (const [keyword, place] of RULES[builder.kind]) {
    for (const word of node.script.needs[keyword]) {
      const expansion = expand(parseMember(word.text).name);
      if (expansion.kind === 'all') usesAll ||= !keyword.startsWith('X-');
      if (expansion.kind !== 'members') continue;
      const source = { script: node.script, keyword, word };
      for (const { name } of expansion.members) addEdge(builder, index, name, place, source);
    }
  }
  return usesAll;
}

function addEdge(
  builder: Builder,
  index: number,
  name: string,
  place: 'later' | 'earlier',
  source: OrderSource,
): void {
  const { nodes, indexOf } = builder;
  let other = indexOf.get(name);
  if (other === undefined) {
    other = nodes.push({ kind: 'absent', name }) - 1;
    indexOf.set(name, other);
  }
  if (other === index) return;
  const [from, to] = place === 'later' ? [other, index] : [index, other];
  const edge: OrderEdge = { from, to, distance: 1, source };
  builder.wishes.push(edge);
  if (nodes[other]?.kind === 'absent') builder.ghostEdges.push(edge);
  else if (shareLevel(nodes[index], nodes[other])) builder.edges.push(edge);
}

function shareLevel(a: OrderNode | undefined, b: OrderNode | undefined): boolean {
  return a?.kind === 'script' && b?.kind === 'script' && (a.levels & b.levels) !== 0;
}

/**
 * One node per level, so that a thousand scripts and a thousand users of `$all` are two thousand edges and not a million.
 * Those that start with `$all` come after it, and everything else before; stopping it is the other way round.
 */
function addBarriers({ kind, nodes, edges, wishes }: Builder, allUsers: ReadonlySet<number>): void {
  const scripts = nodes.flatMap((node, index) => (node.kind === 'script' ? [{ ...node, index }] : []));
  const users = scripts.filter(({ index }) => allUsers.has(index));
  for (const level of levelsOf(users.reduce((set, { levels }) => set | levels, 0))) {
    const bit = 1 << '0123456S'.indexOf(level);
    const barrier = nodes.push({ kind: 'all', level }) - 1;
    for (const { index, levels } of scripts) {
      if ((levels & bit) === 0) continue;
      const isFirst = kind === 'start' ? !allUsers.has(index) : allUsers.has(index);
      const [from, to] = isFirst ? [index, barrier] : [barrier, index];
      const edge: OrderEdge = { from, to, distance: isFirst ? 0 : 1, source: undefined };
      edges.push(edge);
      wishes.push(edge);
    }
  }
}
