/** Reads a simple command: assignments, words and redirections; also `[[ … ]]` and `(( … ))`, which bash has. */
import {
  endOfArithmetic,
  isAtEnd,
  matchHere,
  peek,
  skipBlanks,
  skipLines,
  type ShellSource,
} from './shell-source.ts';
import type { ShellAssignment, ShellRedirection, ShellWord, SimpleCommand } from './shell-tree.ts';
import { readWord } from './shell-word.ts';

interface Draft {
  readonly assignments: ShellAssignment[];
  readonly words: ShellWord[];
  readonly redirections: ShellRedirection[];
}

const REDIRECTION = /[0-9]*(<<<|<<-?|<\(|>\(|<&|>&|<>|>>|>\||&>>?|<|>)/y;
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]*\])?\+?=/;

/** Reads nothing where no command begins. */
export function readSimpleCommand(source: ShellSource): SimpleCommand {
  const start = source.at;
  const draft: Draft = { assignments: [], words: [], redirections: [] };
  let end = start;
  for (;;) {
    skipBlanks(source);
    if (!readPart(source, draft)) break;
    end = source.at;
  }
  return { kind: 'simple', ...draft, start, end };
}

function readPart(source: ShellSource, draft: Draft): boolean {
  const arithmeticEnd = draft.words.length === 0 ? endOfArithmetic(source) : undefined;
  if (arithmeticEnd !== undefined) {
    draft.words.push(readUpTo(source, arithmeticEnd));
    return true;
  }
  if (readRedirection(source, draft)) return true;
  const start = source.at;
  const word = readWord(source);
  if (word === undefined) return false;
  const assignment = draft.words.length === 0 ? readAssignment(source, word, start) : undefined;
  if (assignment !== undefined) draft.assignments.push(assignment);
  else draft.words.push(word);
  if (draft.words.length === 1 && word.text === '[[' && !word.isQuoted) readTest(source, draft);
  return true;
}

function readRedirection(source: ShellSource, { redirections }: Draft): boolean {
  const match = matchHere(source, REDIRECTION);
  if (match === null) return false;
  const start = source.at;
  const operator = match[1] ?? '';
  source.at += match[0].length;
  if (operator === '<(' || operator === '>(') {
    source.parseList(source);
    if (peek(source) === ')') source.at++;
    redirections.push({ operator, target: undefined, start, end: source.at });
    return true;
  }
  skipBlanks(source);
  const target = readWord(source);
  if (/^<<-?$/.test(operator) && target !== undefined)
    source.hereDocs.push({ delimiter: target.text, stripsTabs: operator === '<<-', at: start });
  redirections.push({ operator, target, start, end: source.at });
  return true;
}

function readAssignment(source: ShellSource, word: ShellWord, start: number): ShellAssignment | undefined {
  const [head, name] = ASSIGNMENT.exec(source.text.slice(start, word.end)) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const value = { ...word, text: word.text.slice(head.length), start: start + head.length };
  const isArray = peek(source) === '(' && word.end === start + head.length;
  if (isArray) {
    const close = source.text.indexOf(')', source.at);
    source.at = close < 0 ? source.text.length : close + 1;
  }
  return { name, value, isArray, start, end: source.at };
}

/** Inside `[[ … ]]`, signs like `<` and `&&` are words. */
function readTest(source: ShellSource, { words }: Draft): void {
  for (skipLines(source); !isAtEnd(source); skipLines(source)) {
    const word = readWord(source) ?? readSign(source);
    words.push(word);
    if (word.text === ']]') return;
  }
}

function readSign(source: ShellSource): ShellWord {
  const start = source.at++;
  return {
    text: source.text[start] ?? '',
    isQuoted: false,
    expansions: [],
    bodies: [],
    start,
    end: start + 1,
  };
}

function readUpTo(source: ShellSource, end: number): ShellWord {
  const start = source.at;
  source.at = end;
  return { text: source.text.slice(start, end), isQuoted: false, expansions: [], bodies: [], start, end };
}
