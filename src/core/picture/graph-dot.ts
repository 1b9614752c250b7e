/** The dependency graph in the language of dot(1). */
import type { DependencyGraph } from './dependency-graph.ts';

/** Arrows lead from what must finish to what waits for it; those that follow from others are left out. */
export function formatDot({ kind, nodes, edges }: DependencyGraph): string {
  const lines = nodes.map(({ name, number, isInteractive }) => {
    const shape = isInteractive ? ', peripheries=2' : '';
    return `  ${quote(name)} [label=${quote(`${String(number).padStart(2, '0')} ${name}`)}${shape}];`;
  });
  const arrows = edges
    .filter(({ isImplied }) => !isImplied)
    .map(
      ({ first, next, reasons }) =>
        `  ${quote(first)} -> ${quote(next)} [tooltip=${quote(reasons.join('; '))}];`,
    );
  return [`digraph ${kind} {`, '  rankdir=LR;', '  node [shape=box];', ...lines, ...arrows, '}', ''].join(
    '\n',
  );
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
