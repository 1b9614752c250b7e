/** The values of an LSB header: lists of names and of run levels, and what of them the original loses. */
import type { Diagnostic } from '../diagnostic.ts';
import { levelSet, NO_LEVELS, type LevelSet } from '../level-set.ts';

/** One word of a value, and where it stands. */
export interface LsbWord {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** A keyword line taken apart. */
export interface LsbLine {
  readonly path: string;
  readonly keyword: string;
  readonly line: number;
  /** Of the first character of the value; 1-based. */
  readonly column: number;
  readonly value: string;
  readonly source: string;
}

/** Where a value ends for everybody: control characters are no text (a CR is one). A tab is a separator. */
const END_OF_TEXT = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const WORD = /[^ \t,;]+/g;

/**
 * Splits a list of names at blanks, tabs, commas and semicolons, however many.
 * insserv ends the list at a tab, at a character beyond ASCII, and where two separators follow each other: a warning.
 */
export function splitNames(line: LsbLine, report: (diagnostic: Diagnostic) => void): readonly LsbWord[] {
  const { words, gaps } = splitValue(line);
  const tab = gaps.find((gap) => gap.text.includes('\t'));
  const double = gaps.find((gap) => gap.text.length > 1 && !gap.text.includes('\t'));
  const foreign = words.find(({ text }) => /[^\u0020-\u007e]/.test(text));
  if (tab !== undefined) report(loses(line, 'tab-in-value', tab.column, 'a tab'));
  if (double !== undefined)
    report(loses(line, 'double-separator', double.column, 'two separators in a row', double.text.length));
  if (foreign !== undefined)
    report(loses(line, 'not-ascii', foreign.column, 'a character that is not ASCII', foreign.text.length));
  return words;
}

/** What a list of run levels says. */
export interface LevelList {
  readonly levels: LevelSet;
  /** The word that Debian's insserv refuses to go on with, `b` or `B`. */
  readonly refused: LsbWord | undefined;
}

/**
 * Reads a list of run levels. `2345` and `2-5` mean what their author meant, with a warning, because insserv drops
 * them without a word; so are words that are no levels at all.
 */
export function splitLevels(line: LsbLine, report: (diagnostic: Diagnostic) => void): LevelList {
  const { words, gaps } = splitValue(line);
  const tab = gaps.find((gap) => gap.text.includes('\t'));
  if (tab !== undefined) report(loses(line, 'tab-in-value', tab.column, 'a tab'));
  let levels = NO_LEVELS;
  for (const word of words) {
    const meant = /^[bB]$/.test(word.text) ? [] : meantLevels(word.text);
    levels |= levelSet(meant);
    if (word.text.length === 1 && /[0-6sSbB]/.test(word.text)) continue;
    report(levelTrouble(line, word, meant));
  }
  return { levels, refused: words.find(({ text }) => /^[bB]$/.test(text)) };
}

function meantLevels(text: string): readonly string[] {
  const [, from, to] = /^([0-6])-([0-6])$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined)
    return Array.from({ length: Math.max(0, Number(to) - Number(from) + 1) }, (_, index) =>
      String(Number(from) + index),
    );
  return /^[0-6sS]+$/.test(text) ? Array.from(text) : [];
}

interface SplitValue {
  readonly words: readonly LsbWord[];
  /** What stands between two words. */
  readonly gaps: readonly { readonly text: string; readonly column: number }[];
}

function splitValue({ value, line, column }: LsbLine): SplitValue {
  const end = value.search(END_OF_TEXT);
  const text = (end < 0 ? value : value.slice(0, end)).trimEnd();
  const words: LsbWord[] = [];
  const gaps: { text: string; column: number }[] = [];
  let last = -1;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (last >= 0 && index > last + 1) gaps.push({ text: text.slice(last, index), column: column + last });
    else if (last >= 0 && text[last] === '\t') gaps.push({ text: '\t', column: column + last });
    words.push({ text: word, line, column: column + index });
    last = index + word.length;
  }
  return { words, gaps };
}

function loses(line: LsbLine, code: string, column: number, what: string, width = 1): Diagnostic {
  return {
    file: line.path,
    line: line.line,
    column,
    width,
    code,
    severity: 'warning',
    message: `${what} in ${line.keyword} ends the list for insserv; rcinit reads on`,
    hint: 'put one blank between two words',
    source: line.source,
  };
}

function levelTrouble(line: LsbLine, word: LsbWord, meant: readonly string[]): Diagnostic {
  const isRead = meant.length > 0;
  return {
    file: line.path,
    line: line.line,
    column: word.column,
    width: word.text.length,
    code: isRead ? 'joined-levels' : 'unknown-level',
    severity: 'warning',
    message: isRead
      ? `insserv drops "${word.text}" from ${line.keyword}; rcinit reads it as ${meant.join(' ')}`
      : `"${word.text}" in ${line.keyword} is no run level and is left out`,
    hint: isRead ? `write ${meant.join(' ')}` : 'expected 0 to 6 or S, one blank between two of them',
    source: line.source,
  };
}
