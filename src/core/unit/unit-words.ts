/** How systemd cuts a value into words: quotes, escapes, specifiers and variables. */
import type { Piece, Word } from '../shell/shell-quote.ts';

export interface RawWord {
  readonly text: string;
  /** `;` that was not written as `\;`: the end of a command. */
  readonly isSeparator: boolean;
  /** 0-based index in the value. */
  readonly index: number;
}

export type SplitValue = readonly RawWord[] | { readonly problem: string; readonly index: number };

const LETTERS: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
  ';': ';',
};
/** `\xHH`, `\uHHHH`, `\UHHHHHHHH` and three octal digits. */
const NUMBER_ESCAPE = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/;
const MAX_CODE_POINT = 0x10ffff;

/**
 * Cuts a value at blanks that are not quoted, and resolves quotes and escapes.
 * @returns `problem` for a quote that is not closed and for an escape of the character NUL.
 * @see systemd.syntax(7), "Quoting"; systemd.service(5), "Command lines"
 */
export function splitUnitWords(value: string): SplitValue {
  const words: RawWord[] = [];
  let at = 0;
  for (;;) {
    while (at < value.length && /[ \t\n\r]/.test(value.charAt(at))) at++;
    if (at >= value.length) return words;
    const word = readWord(value, at);
    if ('problem' in word) return word;
    words.push({ text: word.text, isSeparator: value.slice(at, word.end) === ';', index: at });
    at = word.end;
  }
}

function readWord(
  value: string,
  start: number,
): { text: string; end: number } | { problem: string; index: number } {
  let text = '';
  let quote = '';
  let opened = start;
  let at = start;
  while (at < value.length) {
    const char = value.charAt(at);
    if (quote === '' && /[ \t\n\r]/.test(char)) break;
    if (char === '\\') {
      const escape = readEscape(value.slice(at));
      if (escape === undefined) return { problem: 'an escape that is no character', index: at };
      text += escape.text;
      at += escape.length;
      continue;
    }
    if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      opened = at;
    } else if (char === quote) quote = '';
    else text += char;
    at++;
  }
  return quote === '' ? { text, end: at } : { problem: 'a quote that is not closed', index: opened };
}

/** An unknown escape stands for itself, as in systemd. */
function readEscape(rest: string): { readonly text: string; readonly length: number } | undefined {
  const [whole = '', hex, short, long, octal] = NUMBER_ESCAPE.exec(rest) ?? [];
  if (whole !== '') {
    const code = octal === undefined ? parseInt(hex ?? short ?? long ?? '', 16) : parseInt(octal, 8);
    if (code === 0 || code > MAX_CODE_POINT) return undefined;
    return { text: String.fromCodePoint(code), length: whole.length };
  }
  const letter = rest.charAt(1);
  const known = Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
  return known === undefined ? { text: '\\', length: 1 } : { text: known, length: 2 };
}

/** What `%x` stands for; undefined for what only the running machine knows. */
export type Specifiers = (letter: string) => string | undefined;

/** @returns The text, and the specifiers that could not be replaced, which are left as they are. */
export function expandSpecifiers(
  text: string,
  specifiers: Specifiers,
): { readonly text: string; readonly unknown: readonly string[] } {
  const unknown: string[] = [];
  const expanded = text.replace(/%(.)/gs, (whole, letter: string) => {
    if (letter === '%') return '%';
    const value = specifiers(letter);
    if (value === undefined) unknown.push(whole);
    return value ?? whole;
  });
  return { text: expanded, unknown };
}

/** Finds `${NAME}`, `$$`, and `$NAME` where it is the whole word. */
export function findVariables(text: string): Word {
  const alone = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(text)?.[1];
  if (alone !== undefined) return [{ kind: 'variable', name: alone, split: true }];
  const pieces: Piece[] = [];
  const addText = (more: string): void => {
    if (more === '') return;
    const last = pieces.at(-1);
    if (last?.kind === 'text') pieces[pieces.length - 1] = { kind: 'text', text: last.text + more };
    else pieces.push({ kind: 'text', text: more });
  };
  let from = 0;
  for (const match of text.matchAll(/\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)) {
    addText(text.slice(from, match.index));
    if (match[1] === undefined) addText('$');
    else pieces.push({ kind: 'variable', name: match[1], split: false });
    from = match.index + match[0].length;
  }
  addText(text.slice(from));
  return pieces;
}
