/** The lines of systemd unit files as sections, keys and values. What the keys mean is not known here. */
import type { Diagnostic } from '../diagnostic.ts';

export interface UnitSource {
  /** As the user knows it. */
  readonly path: string;
  readonly text: string;
}

export interface UnitEntry {
  readonly section: string;
  readonly key: string;
  /** Without the blanks around it; continuation lines are joined by a blank each. */
  readonly value: string;
  readonly file: string;
  /** 1-based, where the entry begins. */
  readonly line: number;
  /** 1-based column of the value. */
  readonly column: number;
  /** The first line of the entry. */
  readonly source: string;
}

export interface UnitParse {
  /** In the order of the files and their lines. */
  readonly entries: readonly UnitEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

interface LogicalLine {
  readonly text: string;
  readonly line: number;
  readonly source: string;
}

const SECTION = /^\[([^\][]+)\]$/;

/**
 * Reads a unit file and its drop-ins, in this order.
 * @see systemd.syntax(7)
 * @example parseUnit([{ path: 'foo.service', text: '[Service]\nExecStart=/bin/foo\n' }]).entries[0]?.key
 */
export function parseUnit(sources: readonly UnitSource[]): UnitParse {
  const entries: UnitEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { path, text } of sources) {
    let section: string | undefined;
    for (const line of joinLines(text)) {
      const name = SECTION.exec(line.text.trim())?.[1];
      if (name !== undefined) {
        section = name;
        continue;
      }
      const entry = parseEntry(path, section, line);
      if ('code' in entry) diagnostics.push(entry);
      else entries.push(entry);
    }
  }
  return { entries, diagnostics };
}

/** Drops blank lines and comments, also those between the lines of one entry, and joins continued lines. */
function joinLines(text: string): readonly LogicalLine[] {
  const lines: LogicalLine[] = [];
  let open: LogicalLine | undefined;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const source = raw.replace(/\r$/, '');
    if (/^[ \t]*[#;]/.test(source)) continue;
    if (open === undefined && source.trim() === '') continue;
    const isContinued = source.endsWith('\\');
    const part = isContinued ? `${source.slice(0, -1)} ` : source;
    open =
      open === undefined ? { text: part, line: index + 1, source } : { ...open, text: `${open.text}${part}` };
    if (isContinued) continue;
    lines.push(open);
    open = undefined;
  }
  return open === undefined ? lines : [...lines, open];
}

function parseEntry(file: string, section: string | undefined, line: LogicalLine): UnitEntry | Diagnostic {
  const place = { file, line: line.line, column: 1, source: line.source, severity: 'error' } as const;
  const at = line.text.indexOf('=');
  const key = line.text.slice(0, Math.max(0, at)).trim();
  if (key === '') {
    const message = 'neither a section nor KEY=VALUE; the line is left out';
    return { ...place, code: 'strange-line', message, hint: 'comments begin with #' };
  }
  if (section === undefined) {
    const message = `${key} stands before the first section; the line is left out`;
    return { ...place, code: 'no-section', message, hint: 'write [Unit], [Service] or [Install] above it' };
  }
  const value = line.text.slice(at + 1).trim();
  const column = at + 2 + (/^[ \t]*/.exec(line.text.slice(at + 1))?.[0].length ?? 0);
  return { section, key, value, file, line: line.line, column, source: line.source };
}
