/** Reads one word of a shell script: quotes, expansions, and commands inside it. */
import { complain, isAtEnd, matchHere, peek, startsWith, type ShellSource } from './shell-source.ts';
import type { ShellExpansion, ShellNode, ShellWord } from './shell-tree.ts';

interface Draft {
  text: string;
  isQuoted: boolean;
  readonly expansions: ShellExpansion[];
  readonly bodies: (readonly ShellNode[])[];
}

const PLAIN = /[^ \t\r\n;&|<>()\\'"`$]+/y;
const PLAIN_IN_BRACES = /[^\\'"`$}]+/y;
const PLAIN_IN_QUOTES = /[^\\"`$]+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]/y;
const NAME_IN_BRACES = /[#!]?(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])/y;
const SINGLE = /'[^']*'/y;

/** @returns Undefined where no word begins. */
export function readWord(source: ShellSource): ShellWord | undefined {
  const start = source.at;
  const draft: Draft = { text: '', isQuoted: false, expansions: [], bodies: [] };
  while (readPiece(source, draft, PLAIN)) if (isAtEnd(source)) break;
  return source.at === start ? undefined : { ...draft, start, end: source.at };
}

/** @returns False where the word ends. */
function readPiece(source: ShellSource, draft: Draft, plain: RegExp): boolean {
  const match = matchHere(source, plain);
  if (match !== null) {
    draft.text += match[0];
    source.at += match[0].length;
    return true;
  }
  switch (peek(source)) {
    case '\\':
      readEscape(source, draft);
      return true;
    case "'":
      readSingle(source, draft);
      return true;
    case '"':
      readDouble(source, draft);
      return true;
    case '$':
      readDollar(source, draft, false);
      return true;
    case '`':
      readBackquotes(source, draft);
      return true;
    default:
      return false;
  }
}

function readEscape(source: ShellSource, draft: Draft): void {
  const next = peek(source, 1);
  if (next !== '\n') {
    draft.text += next;
    draft.isQuoted = true;
  }
  source.at = Math.min(source.at + 2, source.text.length);
}

function readSingle(source: ShellSource, draft: Draft): void {
  draft.isQuoted = true;
  const match = matchHere(source, SINGLE);
  if (match === null) {
    complain(source, "the quote ' does not end");
    source.at = source.text.length;
    return;
  }
  draft.text += match[0].slice(1, -1);
  source.at += match[0].length;
}

function readDouble(source: ShellSource, draft: Draft): void {
  const start = source.at++;
  draft.isQuoted = true;
  while (!isAtEnd(source)) {
    const match = matchHere(source, PLAIN_IN_QUOTES);
    if (match !== null) {
      draft.text += match[0];
      source.at += match[0].length;
      continue;
    }
    const next = peek(source);
    if (next === '"') {
      source.at++;
      return;
    }
    if (next === '$') readDollar(source, draft, true);
    else if (next === '`') readBackquotes(source, draft);
    else {
      if (!/[$`"\\\n]/.test(peek(source, 1))) draft.text += '\\';
      if (peek(source, 1) !== '\n') draft.text += peek(source, 1);
      source.at = Math.min(source.at + 2, source.text.length);
    }
  }
  complain(source, 'the quote " does not end', start);
}

function readDollar(source: ShellSource, draft: Draft, isQuoted: boolean): void {
  const start = source.at++;
  if (startsWith(source, '((')) readArithmetic(source);
  else if (peek(source) === '(') readSubstitution(source, draft);
  else if (peek(source) === '{') readBraces(source, draft, isQuoted);
  else if (!isQuoted && /['"]/.test(peek(source))) return keepDollar(draft, start);
  else {
    const name = matchHere(source, NAME)?.[0] ?? '';
    source.at += name.length;
    if (name !== '') draft.expansions.push({ name, operation: '', isQuoted, start, end: source.at });
  }
  draft.text += source.text.slice(start, source.at);
}

/** `$'…'` and `$"…"`: to sh, a dollar before a quote. It is kept, so that rules see it. */
function keepDollar(draft: Draft, start: number): void {
  draft.text += '$';
  draft.expansions.push({ name: '', operation: '', isQuoted: false, start, end: start + 1 });
}

/** Commands inside arithmetic are so rare that they are not looked for. */
function readArithmetic(source: ShellSource): void {
  const start = source.at;
  let depth = 0;
  while (!isAtEnd(source)) {
    const next = peek(source);
    source.at++;
    if (next === '(') depth++;
    if (next === ')' && --depth === 0) return;
  }
  complain(source, 'the arithmetic $(( does not end', start);
}

function readSubstitution(source: ShellSource, draft: Draft): void {
  const start = source.at++;
  draft.bodies.push(source.parseList(source));
  if (peek(source) === ')') source.at++;
  else complain(source, 'the substitution $( does not end', start);
}

function readBraces(source: ShellSource, draft: Draft, isQuoted: boolean): void {
  const start = source.at++;
  const name = matchHere(source, NAME_IN_BRACES)?.[0] ?? '';
  source.at += name.length;
  const from = source.at;
  const inner: Draft = { ...draft, text: '' };
  while (!isAtEnd(source) && peek(source) !== '}') {
    if (isQuoted && peek(source) === "'") source.at++;
    else readPiece(source, inner, PLAIN_IN_BRACES);
  }
  if (isAtEnd(source)) complain(source, 'the expansion ${ does not end', start);
  const operation = source.text.slice(from, source.at);
  source.at = Math.min(source.at + 1, source.text.length);
  const plainName = name.length > 1 ? name.replace(/^[#!]/, '') : name;
  const prefix = plainName === name ? '' : (name[0] ?? '');
  draft.expansions.push({
    name: plainName,
    operation: prefix + operation,
    isQuoted,
    start: start - 1,
    end: source.at,
  });
}

function readBackquotes(source: ShellSource, draft: Draft): void {
  const start = source.at;
  let end = start + 1;
  while (end < source.text.length && source.text[end] !== '`') end += source.text[end] === '\\' ? 2 : 1;
  if (end >= source.text.length) complain(source, 'the substitution ` does not end', start);
  // What is before it stays in the text, so that places are true.
  const text = source.text.slice(0, end);
  const inner: ShellSource = { ...source, text, at: start + 1, hereDocs: [] };
  draft.bodies.push(source.parseList(inner));
  source.at = Math.min(end + 1, source.text.length);
  draft.text += source.text.slice(start, source.at);
}
