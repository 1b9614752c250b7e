/** The dependency graph as lines: each script, what it waits for, and which header line says so. */
import type { DependencyGraph } from './dependency-graph.ts';

export function formatGraphText({ kind, nodes, edges, loops }: DependencyGraph): string {
  const letter = kind === 'start' ? 'S' : 'K';
  const lines = nodes.flatMap(({ name, number, levels, isInteractive }) => {
    const alone = isInteractive ? ', interactive' : '';
    const head = `${letter}${String(number).padStart(2, '0')} ${showText(name)} (${levels}${alone})`;
    const before = edges.filter(({ next, isImplied }) => next === name && !isImplied);
    return [
      head,
      ...before.map(({ first, reasons }) => `    after ${showText(first)}: ${showText(reasons.join('; '))}`),
    ];
  });
  return [...lines, ...loops, ''].join('\n');
}

/** A terminal does not obey what stands in a header. */
function showText(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}
