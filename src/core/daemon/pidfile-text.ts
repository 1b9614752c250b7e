/** What stands in a pid file. */
import { MAX_INT, parseUnsigned } from '../c-number.ts';
import type { Pid } from '../units.ts';

export type PidText =
  | { readonly kind: 'pid'; readonly pid: Pid }
  /** Empty, or the first thing in it is no number. */
  | { readonly kind: 'none' }
  /** A number that names no process: to kill(2), 0 is the caller's group and -1 everything. */
  | { readonly kind: 'impossible'; readonly number: string };

/**
 * Reads the first number as scanf's `%d` does: white space before it is skipped, what comes after it is ignored.
 * Other than there, a number that is no pid is not passed on.
 */
export function parsePidText(text: string): PidText {
  const found = /^[ \t\n\v\f\r]*([+-]?[0-9]+)/.exec(text)?.[1];
  if (found === undefined) return { kind: 'none' };
  const value = Number(found);
  return value >= 1 && value <= MAX_INT
    ? { kind: 'pid', pid: value }
    : { kind: 'impossible', number: found.length > 20 ? `${found.slice(0, 20)}...` : found };
}

/**
 * Reads the first line as the LSB says: one or more pids with blanks between them.
 * Words that are no pids are left out.
 * @see LSB core, "Init Script Functions"
 */
export function parseLsbPids(text: string): readonly Pid[] {
  const [line = ''] = text.split('\n', 1);
  const pids = line
    .split(/[ \t\r\v\f]+/)
    .filter((word) => /^[0-9]+$/.test(word))
    .map((word) => parseUnsigned(word) ?? 0);
  return [...new Set(pids.filter((pid) => pid > 0))];
}
