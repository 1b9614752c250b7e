/** The place in a shell script up to which it has been read: blanks, comments, ends of lines and here-documents. */
import type { ShellComment, ShellNode, ShellProblem } from './shell-tree.ts';

interface PendingHereDoc {
  readonly delimiter: string;
  readonly stripsTabs: boolean;
  readonly at: number;
}

export interface ShellSource {
  readonly text: string;
  at: number;
  /** Begin behind the end of the current line. */
  readonly hereDocs: PendingHereDoc[];
  readonly comments: ShellComment[];
  readonly problems: ShellProblem[];
  /** Reads commands up to what ends a list; given by the grammar, which words need for `$(…)`. */
  readonly parseList: (source: ShellSource) => readonly ShellNode[];
}

export function peek(source: ShellSource, ahead: number = 0): string {
  return source.text[source.at + ahead] ?? '';
}

export function isAtEnd(source: ShellSource): boolean {
  return source.at >= source.text.length;
}

export function startsWith(source: ShellSource, text: string): boolean {
  return source.text.startsWith(text, source.at);
}

/** @param pattern Must be sticky. */
export function matchHere(source: ShellSource, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = source.at;
  return pattern.exec(source.text);
}

export function complain(source: ShellSource, message: string, at: number = source.at): void {
  source.problems.push({ at, message });
}

const BLANKS = /(?:[ \t\r]|\\\r?\n)*/y;
const COMMENT = /#[^\n]*/y;

/** Skips blanks, continued lines and a comment, but no end of a line. */
export function skipBlanks(source: ShellSource): void {
  source.at += matchHere(source, BLANKS)?.[0].length ?? 0;
  if (peek(source) !== '#') return;
  const text = matchHere(source, COMMENT)?.[0] ?? '';
  source.comments.push({ text: text.trimEnd(), start: source.at, end: source.at + text.trimEnd().length });
  source.at += text.length;
}

/** Skips blanks, comments, ends of lines, and the here-documents that begin there. */
export function skipLines(source: ShellSource): void {
  skipBlanks(source);
  while (peek(source) === '\n') {
    takeLineEnd(source);
    skipBlanks(source);
  }
}

function takeLineEnd(source: ShellSource): void {
  source.at++;
  for (const one of source.hereDocs.splice(0)) skipHereDoc(source, one);
}

function skipHereDoc(source: ShellSource, { delimiter, stripsTabs, at }: PendingHereDoc): void {
  while (!isAtEnd(source)) {
    const found = source.text.indexOf('\n', source.at);
    const end = found < 0 ? source.text.length : found;
    const line = source.text.slice(source.at, end).replace(/\r$/, '');
    source.at = Math.min(end + 1, source.text.length);
    if ((stripsTabs ? line.replace(/^\t+/, '') : line) === delimiter) return;
  }
  complain(source, `the here-document does not end: a line "${delimiter}" is missing`, at);
}

/**
 * Where `((` is arithmetic and not two subshells: its two brackets are closed together.
 * @returns The offset behind `))`.
 */
export function endOfArithmetic({ text, at }: ShellSource): number | undefined {
  if (!text.startsWith('((', at)) return undefined;
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    if (text[index] === '(') depth++;
    if (text[index] !== ')') continue;
    depth--;
    if (depth === 1) return text[index + 1] === ')' ? index + 2 : undefined;
  }
  return undefined;
}
