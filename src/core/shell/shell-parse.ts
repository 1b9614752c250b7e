/** The grammar of a shell script, tolerant: what cannot be read is a problem, and reading goes on behind it. */
import { readSimpleCommand } from './shell-simple.ts';
import {
  complain,
  endOfArithmetic,
  isAtEnd,
  matchHere,
  peek,
  skipBlanks,
  skipLines,
  startsWith,
  type ShellSource,
} from './shell-source.ts';
import type { ShellBranch, ShellComment, ShellIf, ShellNode, ShellProblem, ShellWord } from './shell-tree.ts';
import { readWord } from './shell-word.ts';

export interface ShellParse {
  readonly nodes: readonly ShellNode[];
  readonly comments: readonly ShellComment[];
  readonly problems: readonly ShellProblem[];
}

/** Reads a script for sh, and what bash and dash have beside. Nothing is run, nothing is looked up. */
export function parseShell(text: string): ShellParse {
  const source: ShellSource = { text, at: 0, hereDocs: [], comments: [], problems: [], parseList: readList };
  const nodes: ShellNode[] = [];
  for (;;) {
    nodes.push(...readList(source));
    if (isAtEnd(source)) break;
    const stray = matchHere(source, STRAY)?.[0] ?? peek(source);
    complain(source, `"${stray}" has nothing to end here`);
    source.at += stray.length;
  }
  return { nodes, comments: source.comments, problems: source.problems };
}

const STRAY = /;;&?|;&|[A-Za-z]+/y;
const RESERVED =
  /(?:if|then|elif|else|fi|while|until|for|do|done|case|esac|function|[{}!])(?![^ \t\r\n;&|<>()])/y;
const CLOSERS: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);
const FUNCTION = /([^ \t\r\n;&|<>()$`'"\\=]+)[ \t]*\([ \t]*\)/y;
const FUNCTION_KEYWORD = /function[ \t]+([^ \t\r\n;&|<>()$`'"\\]+)(?:[ \t]*\([ \t]*\))?(?=[ \t\r\n]*[{(])/y;

function reservedHere(source: ShellSource): string | undefined {
  return matchHere(source, RESERVED)?.[0];
}

/** Reads up to a word or sign that ends a list, which it leaves to its caller. */
function readList(source: ShellSource): readonly ShellNode[] {
  const nodes: ShellNode[] = [];
  for (;;) {
    skipLines(source);
    if (isAtEnd(source) || peek(source) === ')' || startsWith(source, ';;') || startsWith(source, ';&'))
      break;
    if (peek(source) === ';' || peek(source) === '&') {
      source.at++;
      continue;
    }
    const reserved = reservedHere(source);
    if (reserved !== undefined && CLOSERS.has(reserved)) break;
    const before = source.at;
    nodes.push(readAndOr(source));
    if (source.at > before) continue;
    complain(source, `"${peek(source)}" is not expected here`);
    source.at++;
  }
  return nodes;
}

function readAndOr(source: ShellSource): ShellNode {
  let left = readPipeline(source);
  for (;;) {
    skipBlanks(source);
    const operator = startsWith(source, '&&') ? '&&' : startsWith(source, '||') ? '||' : undefined;
    if (operator === undefined) return left;
    source.at += operator.length;
    skipLines(source);
    const right = readPipeline(source);
    left = { kind: 'and-or', operator, left, right, start: left.start, end: right.end };
  }
}

function readPipeline(source: ShellSource): ShellNode {
  const start = source.at;
  let isNegated = false;
  while (reservedHere(source) === '!') {
    source.at++;
    isNegated = !isNegated;
    skipBlanks(source);
  }
  const first = readCommand(source);
  const commands: ShellNode[] = [first];
  for (;;) {
    skipBlanks(source);
    if (peek(source) !== '|' || peek(source, 1) === '|') break;
    source.at += peek(source, 1) === '&' ? 2 : 1;
    skipLines(source);
    commands.push(readCommand(source));
  }
  if (commands.length === 1 && !isNegated) return first;
  return { kind: 'pipeline', isNegated, commands, start, end: source.at };
}

function readCommand(source: ShellSource): ShellNode {
  const node = readCompound(source) ?? readSimpleCommand(source);
  if (node.kind === 'simple' || node.kind === 'function') return node;
  // Redirections of the whole, e.g. `done <file`: a simple command without words reads them.
  skipBlanks(source);
  if (/[<>0-9]/.test(peek(source))) readSimpleCommand(source);
  return node;
}

function readCompound(source: ShellSource): ShellNode | undefined {
  const start = source.at;
  if (peek(source) === '(' && endOfArithmetic(source) === undefined) {
    source.at++;
    const body = readList(source);
    expectSign(source, ')', start);
    return { kind: 'group', isSubshell: true, body, start, end: source.at };
  }
  switch (reservedHere(source)) {
    case '{': {
      source.at++;
      const body = readList(source);
      expectWord(source, '}', start);
      return { kind: 'group', isSubshell: false, body, start, end: source.at };
    }
    case 'if':
      return readIf(source);
    case 'while':
      return readWhile(source, 'while');
    case 'until':
      return readWhile(source, 'until');
    case 'for':
      return readFor(source);
    case 'case':
      return readCase(source);
    default:
      return readFunction(source);
  }
}

function readFunction(source: ShellSource): ShellNode | undefined {
  const start = source.at;
  const keyword = matchHere(source, FUNCTION_KEYWORD);
  const match = keyword ?? matchHere(source, FUNCTION);
  if (match === null) return undefined;
  source.at += match[0].length;
  skipLines(source);
  const body = [readCommand(source)];
  return {
    kind: 'function',
    name: match[1] ?? '',
    hasKeyword: keyword !== null,
    body,
    start,
    end: source.at,
  };
}

function readIf(source: ShellSource): ShellIf {
  const start = source.at;
  const clauses: { condition: readonly ShellNode[]; body: readonly ShellNode[] }[] = [];
  let next: string | undefined = 'if';
  while (next === 'if' || next === 'elif') {
    source.at += next.length;
    const condition = readList(source);
    expectWord(source, 'then', start);
    clauses.push({ condition, body: readList(source) });
    next = reservedHere(source);
  }
  let otherwise: readonly ShellNode[] | undefined;
  if (next === 'else') {
    source.at += next.length;
    otherwise = readList(source);
  }
  expectWord(source, 'fi', start);
  return { kind: 'if', clauses, otherwise, start, end: source.at };
}

function readWhile(source: ShellSource, keyword: 'while' | 'until'): ShellNode {
  const start = source.at;
  source.at += keyword.length;
  const condition = readList(source);
  const body = readDoGroup(source, start);
  return { kind: 'loop', keyword, variable: '', condition, words: [], body, start, end: source.at };
}

function readFor(source: ShellSource): ShellNode {
  const start = source.at;
  source.at += 'for'.length;
  skipBlanks(source);
  let variable = '';
  const end = endOfArithmetic(source);
  if (end !== undefined) source.at = end;
  else variable = readWord(source)?.text ?? '';
  skipLines(source);
  const words: ShellWord[] = [];
  if (matchHere(source, /in(?![^ \t\r\n;])/y) !== null) {
    source.at += 2;
    for (let word = nextWord(source); word !== undefined; word = nextWord(source)) words.push(word);
  }
  skipLines(source);
  if (peek(source) === ';') source.at++;
  skipLines(source);
  const body = readDoGroup(source, start);
  return { kind: 'loop', keyword: 'for', variable, condition: [], words, body, start, end: source.at };
}

function nextWord(source: ShellSource): ShellWord | undefined {
  skipBlanks(source);
  return readWord(source);
}

function readDoGroup(source: ShellSource, start: number): readonly ShellNode[] {
  expectWord(source, 'do', start);
  const body = readList(source);
  expectWord(source, 'done', start);
  return body;
}

function readCase(source: ShellSource): ShellNode {
  const start = source.at;
  source.at += 'case'.length;
  skipBlanks(source);
  const subject = readWord(source) ?? emptyWord(source.at);
  skipLines(source);
  if (matchHere(source, /in(?![^ \t\r\n;])/y) !== null) source.at += 2;
  else complain(source, '"in" is missing after case', start);
  const branches: ShellBranch[] = [];
  for (;;) {
    skipLines(source);
    if (isAtEnd(source) || reservedHere(source) === 'esac') break;
    const branch = readBranch(source);
    if (branch === undefined) break;
    branches.push(branch);
  }
  expectWord(source, 'esac', start);
  return { kind: 'case', subject, branches, start, end: source.at };
}

function readBranch(source: ShellSource): ShellBranch | undefined {
  const start = source.at;
  if (peek(source) === '(') source.at++;
  const patterns: ShellWord[] = [];
  for (let word = nextWord(source); word !== undefined; word = nextWord(source)) {
    patterns.push(word);
    skipBlanks(source);
    if (peek(source) !== '|') break;
    source.at++;
  }
  if (peek(source) !== ')') {
    complain(source, 'the pattern of a case does not end with )');
    return undefined;
  }
  source.at++;
  const body = readList(source);
  const end = source.at;
  source.at += matchHere(source, /;;&?|;&/y)?.[0].length ?? 0;
  return { patterns, body, start, end };
}

function emptyWord(at: number): ShellWord {
  return { text: '', isQuoted: false, expansions: [], bodies: [], start: at, end: at };
}

function expectWord(source: ShellSource, word: string, start: number): void {
  skipLines(source);
  if (reservedHere(source) === word) source.at += word.length;
  else complain(source, `"${source.text.slice(start).split(/[ \t\n]/, 1)[0]}" has no "${word}"`, start);
}

function expectSign(source: ShellSource, sign: string, start: number): void {
  if (peek(source) === sign) source.at += sign.length;
  else complain(source, `"${source.text[start]}" has no "${sign}"`, start);
}
