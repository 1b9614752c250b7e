/** `.depend.boot`, `.depend.start` and `.depend.stop`: the order as a makefile, from which startpar works. */
import { BOOT_LEVEL, type LevelSet } from '../level-set.ts';
import type { Order } from '../order/order.ts';
import { linkLevels, type OrderScript } from '../order/order-graph.ts';
import { compareRcLinkNames } from './rc-link.ts';
import type { DependFile } from './rc-links.ts';

/** startpar reads lines into 2 KB and loses what is longer; a list may go on in a line of the same kind. */
const MAX_LINE = 1_000;

interface FileRequest {
  readonly name: DependFile['name'];
  readonly order: Order;
  /** The levels the file is for. */
  readonly levels: LevelSet;
}

/**
 * Writes the three files. A script of S and of other levels is in both start files.
 * @see startpar(8), makefile mode
 */
export function formatDependFiles(
  scripts: readonly OrderScript[],
  orders: Readonly<Record<'start' | 'stop', Order>>,
): readonly DependFile[] {
  const requests: readonly FileRequest[] = [
    { name: '.depend.boot', order: orders.start, levels: BOOT_LEVEL },
    { name: '.depend.start', order: orders.start, levels: ~BOOT_LEVEL },
    { name: '.depend.stop', order: orders.stop, levels: ~BOOT_LEVEL },
  ];
  return requests.map((request) => ({ name: request.name, text: formatFile(scripts, request) }));
}

function formatFile(scripts: readonly OrderScript[], { order, levels }: FileRequest): string {
  const { kind, numbers, before } = order;
  const number = (name: string): number => numbers.get(name) ?? 0;
  const sorted = scripts
    .filter((script) => (linkLevels(script, kind) & levels) !== 0)
    .sort((a, b) => number(a.name) - number(b.name) || compareRcLinkNames(a.name, b.name));
  const levelsOf = new Map(sorted.map((script) => [script.name, linkLevels(script, kind) & levels]));
  const names = sorted.map(({ name }) => name);
  const interactive = sorted.filter((script) => script.isInteractive).map(({ name }) => name);
  const rules = names.flatMap((name) => {
    const first = (before.get(name) ?? [])
      .filter((other) => ((levelsOf.get(other) ?? 0) & (levelsOf.get(name) ?? 0)) !== 0)
      .sort((a, b) => number(b) - number(a) || compareRcLinkNames(a, b));
    return first.length === 0 ? [] : fillLines(`${name}:`, first);
  });
  const lines = [
    ...fillLines('TARGETS =', names),
    ...(kind === 'start' ? fillLines('INTERACTIVE =', interactive) : []),
    ...rules,
  ];
  return `${lines.join('\n')}\n`;
}

function fillLines(head: string, words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  let line = head;
  for (const word of words) {
    if (line.length + 1 + word.length > MAX_LINE && line !== head) {
      lines.push(line);
      line = head;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
