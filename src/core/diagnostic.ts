/**
 * What a parser has to say about its input: data, beside everything that could be parsed.
 * Printing with a caret is here too; colours are the terminal's business.
 */

export type Severity = 'error' | 'warning' | 'note';

export interface Diagnostic {
  /** The path as the user knows it, e.g. `/etc/inittab`. */
  readonly file: string;
  /** 1-based; 0 when the whole file is meant. */
  readonly line: number;
  /** 1-based, counted in UTF-16 units; 0 when the whole line is meant. */
  readonly column: number;
  /** How many columns the caret underlines; 1 when absent. */
  readonly width?: number;
  /** Stable, kebab-case, e.g. `unknown-action`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence without a final dot. Where an original exists, its exact text. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The line itself, for the caret. */
  readonly source?: string;
}

const MAX_SOURCE_COLUMNS = 100;

/**
 * Renders a diagnostic as `file:line:column: severity: message`, the source line, a caret and the hint.
 * Control characters in the source line are shown as `?`, tabs as one blank, so the caret stays in its column.
 * @returns One or more lines without a final newline.
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, message, hint, source } = diagnostic;
  const place = [file, ...(line > 0 ? [line] : []), ...(line > 0 && column > 0 ? [column] : [])].join(':');
  const lines = [`${place}: ${severity}: ${message}`];
  if (source !== undefined && line > 0) lines.push(...showSource(source, column, diagnostic.width ?? 1));
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines.join('\n');
}

function showSource(source: string, column: number, width: number): string[] {
  const start = column > MAX_SOURCE_COLUMNS - 20 ? column - 20 : 0;
  // eslint-disable-next-line no-control-regex
  const text = source
    .slice(start, start + MAX_SOURCE_COLUMNS)
    .replaceAll('\t', ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
  const shown = `  ${start > 0 ? '…' : ''}${text}`;
  if (column === 0) return [shown];
  const indent = 2 + (start > 0 ? 1 : 0) + (column - 1 - start);
  return [shown, `${' '.repeat(indent)}${'^'.repeat(Math.max(1, Math.min(width, MAX_SOURCE_COLUMNS)))}`];
}
