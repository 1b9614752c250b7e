/** Loops in an order in words: the original's line, which programs look for, then the cycle itself and the way out. */
import type { Order } from './order.ts';
import type { OrderEdge, OrderGraph, OrderSource } from './order-graph.ts';
import type { OrderLoop } from './order-loops.ts';

const ALL = '$all';

/**
 * @returns The original's line; the cycle, each script with the line that makes it wait for the next; what to change.
 * @example
 * // There is a loop between service a and b if started
 * //  a needs b (Required-Start, /etc/init.d/a:5) → b needs a (Should-Start, /etc/init.d/b:6)
 * //  to break it, take a out of Should-Start in /etc/init.d/b:6
 */
export function formatLoop(loop: OrderLoop, { kind, graph }: Order): readonly string[] {
  // Walked against the order: who waits comes first.
  const edges = [...loop.edges].reverse();
  const waits = edges.map((edge) => formatWait(edge, graph, kind));
  const { source } = loop.weakest;
  const fix =
    source === undefined
      ? 'one of them must not use $all'
      : `take ${source.word.text} out of ${place(loop.weakest)}`;
  return [originalLine(edges, kind, graph), ` ${waits.join(' → ')}`, ` to break it, ${fix}`];
}

function originalLine(edges: readonly OrderEdge[], kind: Order['kind'], graph: OrderGraph): string {
  const names = edges.map(({ to }) => service(graph, to));
  const scripts = names.filter((name) => name !== ALL);
  const [first = '', second = first] = scripts;
  if (scripts.length === names.length) {
    return `There is a loop between service ${first} and ${second} if ${kind === 'start' ? 'started' : 'stopped'}`;
  }
  const verb = kind === 'start' ? 'Starting' : 'Stopping';
  const direct = edges.find(({ source }) => source !== undefined);
  const [late, early] =
    direct === undefined ? [first, second] : [service(graph, direct.to), service(graph, direct.from)];
  const [user, needed] = kind === 'start' ? [late, early] : [early, late];
  return `${verb} ${user} depends on ${needed} and therefore on system facility \`$all' which can not be true!`;
}

function formatWait(edge: OrderEdge, graph: OrderGraph, kind: Order['kind']): string {
  const [waits, first] = [service(graph, edge.to), service(graph, edge.from)];
  if (waits === ALL) return `${ALL} ${kind === 'start' ? 'includes' : 'is used by'} ${first}`;
  const verb = kind === 'start' ? 'needs' : 'stops after';
  return `${waits} ${verb} ${first}${edge.source === undefined ? '' : ` (${reason(edge, edge.source, graph)})`}`;
}

/** The line of the header; with the facility where it is that which leads to the other script. */
function reason({ from, to }: OrderEdge, { script, keyword, word }: OrderSource, graph: OrderGraph): string {
  const named = word.text.replace(/^\+/, '');
  const isNamed = [from, to].some((index) => {
    const node = graph.nodes[index];
    return node?.kind === 'script' && node.script !== script && node.script.provides.includes(named);
  });
  return `${keyword}${isNamed ? '' : ` ${named}`}, ${script.path}:${word.line}`;
}

function place({ source }: OrderEdge): string {
  return source === undefined ? '' : `${source.keyword} in ${source.script.path}:${source.word.line}`;
}

function service(graph: OrderGraph, index: number): string {
  const node = graph.nodes[index];
  return node?.kind === 'script' ? (node.script.provides[0] ?? node.script.name) : ALL;
}
