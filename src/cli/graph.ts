/** `rcinit graph`: who waits for whom among the init scripts, and why. */
import { dependencyGraph, type DependencyGraph } from '../core/picture/dependency-graph.ts';
import { formatDot } from '../core/picture/graph-dot.ts';
import { drawGraphSvg } from '../core/picture/graph-svg.ts';
import { formatGraphText } from '../core/picture/graph-text.ts';
import { errorText } from '../os/os-error.ts';
import { readScriptOrder } from '../rc/script-order.ts';
import type { AppletIo } from './applet.ts';

interface GraphOptions {
  /** Absolute. */
  readonly root: string;
  /** Only scripts with links in this level. */
  readonly level: string | undefined;
  readonly kind: 'start' | 'stop';
  readonly format: 'text' | 'dot' | 'svg' | 'json';
}

const EXIT_FAILURE = 1;

const FORMATS = {
  text: formatGraphText,
  dot: formatDot,
  svg: drawGraphSvg,
  json: (graph) => `${JSON.stringify({ version: 1, ...graph }, undefined, 2)}\n`,
} as const satisfies Record<GraphOptions['format'], (graph: DependencyGraph) => string>;

export function runGraph({ root, level, kind, format }: GraphOptions, io: AppletIo): number {
  let graph: DependencyGraph;
  try {
    const order = readScriptOrder(root);
    graph = dependencyGraph(order[kind], order.linked, level);
  } catch (error) {
    io.err(`rcinit: cannot read the init scripts of "${root}": ${errorText(error)}\n`);
    return EXIT_FAILURE;
  }
  if (graph.nodes.length === 0) {
    const where = level === undefined ? 'any level' : `level ${level}`;
    io.err(
      `rcinit: no script has a ${kind} link in ${where} of "${root}"; update-rc.d NAME defaults makes some\n`,
    );
    return EXIT_FAILURE;
  }
  io.out(FORMATS[format](graph));
  // The text has them; a picture is no place for them.
  if (format === 'svg' || format === 'dot') for (const loop of graph.loops) io.err(`${loop}\n`);
  return 0;
}
