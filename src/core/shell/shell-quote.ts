/** Words of a command line as data, and how a POSIX shell has to be told them. */

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** The value of an environment variable; `split`: it is cut into words at blanks. */
  | { readonly kind: 'variable'; readonly name: string; readonly split: boolean };

/** One word; a word without pieces is the empty word. */
export type Word = readonly Piece[];

/** Nothing in it means anything to a shell, wherever it stands: no `~` or `=` in front either. */
const SAFE = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./~-]*$/;

export function textWord(text: string): Word {
  return text === '' ? [] : [{ kind: 'text', text }];
}

/** @returns The text of a word without variables, else undefined. */
export function plainText(word: Word): string | undefined {
  const texts = word.map((piece) => (piece.kind === 'text' ? piece.text : undefined));
  return texts.includes(undefined) ? undefined : texts.join('');
}

/**
 * Writes a text so that a shell reads exactly this text as one word.
 * NUL cannot be in a word; the caller keeps it out.
 * @example quoteShell("it's") // 'it'\''s'
 */
export function quoteShell(text: string): string {
  return SAFE.test(text) ? text : quoteAlways(text);
}

/** The same, and nobody can take it for the name of a command: `x=sleep` looks like `x=$(sleep)` forgotten. */
export function quoteAlways(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Writes a word so that a shell expands its variables, missing ones to nothing, and nothing else. */
export function quoteWord(word: Word): string {
  const plain = plainText(word);
  if (plain !== undefined) return quoteShell(plain);
  const [only] = word;
  if (word.length === 1 && only?.kind === 'variable' && only.split) return `\${${only.name}-}`;
  return `"${word.map(quotePiece).join('')}"`;
}

function quotePiece(piece: Piece): string {
  return piece.kind === 'text' ? piece.text.replace(/["$`\\]/g, String.raw`\$&`) : `\${${piece.name}-}`;
}

/** Writes words with one blank between them. */
export function quoteWords(words: readonly Word[]): string {
  return words.map(quoteWord).join(' ');
}

/** Does a shell cut one of the words at blanks? */
export function hasSplitWord(words: readonly Word[]): boolean {
  return words.some((word) => word.some((piece) => piece.kind === 'variable' && piece.split));
}
