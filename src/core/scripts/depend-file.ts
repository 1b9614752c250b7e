/** The files `.depend.boot`, `.depend.start` and `.depend.stop` that insserv writes: who waits for whom. */

export type DependMode = 'boot' | 'start' | 'stop';

export interface DependFile {
  /** Every script of the file, in its order. */
  readonly targets: readonly string[];
  /** Scripts that talk to the person at the console. */
  readonly interactive: ReadonlySet<string>;
  /** By script: which must have finished before it. Names need not be among the targets. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a file of insserv's. `#` starts a comment line; lines of any other form are left out. There is no limit on
 * the length of a line: the original's buffer of 2 KiB lost the scripts behind it.
 */
export function parseDependFile(text: string): DependFile {
  const targets: string[] = [];
  const interactive = new Set<string>();
  const needs = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, head = '', sign, tail = ''] = /^([^\s#=:]+)\s*([=:])(.*)$/.exec(line) ?? [];
    const words = tail.split(/\s+/).filter((word) => word !== '');
    if (sign === ':') needs.set(head, [...(needs.get(head) ?? []), ...words]);
    else if (head === 'TARGETS') targets.push(...words);
    else if (head === 'INTERACTIVE') for (const word of words) interactive.add(word);
  }
  return { targets, interactive, needs };
}
