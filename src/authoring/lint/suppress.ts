/** Comments that switch rules off: `# rcinit-lint disable=RC101,SC2034`. */
import type { ShellComment } from '../../core/shell/shell-tree.ts';
import type { Remark } from './rule.ts';
import type { TextPlaces } from './text-places.ts';

export interface Suppressions {
  /** @param line 1-based. */
  readonly covers: (code: string, line: number) => boolean;
  /** Of codes that no rule has. */
  readonly remarks: readonly Remark[];
}

const DIRECTIVE = /^#[ \t]*rcinit-lint[ \t]+disable[ \t]*=[ \t]*([A-Za-z0-9]+(?:[ \t]*,[ \t]*[A-Za-z0-9]+)*)/;
const BEGINS_AS_ONE = /^#[ \t]*rcinit-lint[ \t]+disable\b/;

interface Range {
  readonly codes: ReadonlySet<string>;
  readonly from: number;
  readonly to: number;
}

/**
 * Above the first command a comment counts for the whole file, at the end of a line for that line, else for the
 * next command's first line with what continues it.
 * @param comments Undefined for what is no shell script: then only the lines at the top count.
 */
export function readSuppressions(
  places: TextPlaces,
  comments: readonly ShellComment[],
  firstCommandAt: number,
  isKnown: (code: string) => boolean,
): Suppressions {
  const ranges: Range[] = [];
  const remarks: Remark[] = [];
  for (const { text, start } of comments) {
    const [head = '', list = ''] = DIRECTIVE.exec(text) ?? [];
    if (head === '') {
      if (BEGINS_AS_ONE.test(text)) remarks.push(idleComment(text, start));
      continue;
    }
    const first = start + head.length - list.length;
    const words = [...list.matchAll(/[A-Za-z0-9]+/g)];
    for (const { 0: code, index } of words)
      if (!isKnown(code)) remarks.push(unknownCode(code, first + index));
    const codes = words.map(([code]) => code);
    ranges.push({ codes: new Set(codes), ...rangeOf(places, start, firstCommandAt) });
  }
  const covers = (code: string, line: number): boolean =>
    ranges.some(({ codes, from, to }) => codes.has(code) && line >= from && line <= to);
  return { covers, remarks };
}

function unknownCode(code: string, start: number): Remark {
  const message = `there is no rule "${code}"`;
  return { code: 'RC901', start, end: start + code.length, message, hint: 'docs/lint.md lists them' };
}

function idleComment(text: string, start: number): Remark {
  const message = 'this comment names no rule, and switches nothing off';
  const hint = 'write "# rcinit-lint disable=RC402"';
  return { code: 'RC901', start, end: start + text.trimEnd().length, message, hint };
}

function rangeOf({ starts, lines }: TextPlaces, at: number, firstCommandAt: number): Omit<Range, 'codes'> {
  if (at < firstCommandAt) return { from: 1, to: Infinity };
  const own = starts.findLastIndex((start) => start <= at);
  const isTrailing = !/^\s*#/.test(lines[own] ?? '');
  const next = lines.findIndex((line, index) => index > own && !/^\s*(?:#|$)/.test(line));
  let to = isTrailing || next < 0 ? own : next;
  while (lines[to]?.endsWith('\\') === true) to++;
  return { from: own + 1, to: to + 1 };
}
