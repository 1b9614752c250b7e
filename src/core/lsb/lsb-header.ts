/**
 * The comment header of an init script: what it provides, what it needs, and in which run levels it is to run.
 * Everything that the original reads is read, and what the original loses silently is read with a warning.
 */
import type { Diagnostic } from '../diagnostic.ts';
import { BOOT_LEVEL, formatLevels, levelSet, NO_LEVELS, type LevelSet } from '../level-set.ts';
import { EXPECTED_KEYWORDS, findKeyword, LSB_LISTS, type LsbKeyword, type LsbList } from './lsb-keywords.ts';
import { splitLevels, splitNames, type LsbLine, type LsbWord } from './lsb-value.ts';

export interface LsbHeader {
  /**
   * `openrc` scripts have no header and get a usual one; `none` says nothing about the script. What is `unterminated` is read
   * to the end of the file, for those who go on by force.
   */
  readonly kind: 'header' | 'openrc' | 'none' | 'unterminated';
  /** The script's file name where the header names nothing. */
  readonly provides: readonly string[];
  readonly needs: Readonly<Record<Exclude<LsbList, 'Provides'>, readonly LsbWord[]>>;
  /** Undefined where the header does not say. */
  readonly defaultStart: LevelSet | undefined;
  readonly defaultStop: LevelSet | undefined;
  readonly isInteractive: boolean;
  /** In the words of the header; undefined where it has none. */
  readonly shortDescription: string | undefined;
}

export interface LsbHeaderParse {
  readonly header: LsbHeader;
  readonly diagnostics: readonly Diagnostic[];
}

const BEGIN = '### BEGIN INIT INFO';
const END = '### END INIT INFO';
/** `#`, blanks, the keyword, a colon directly after it, blanks, the value. */
const KEYWORD_LINE = /^#[ \t]*([A-Za-z][A-Za-z0-9_-]*):[ \t]*/;
const ALMOST_KEYWORD_LINE = /^([ \t]*)#[ \t]*([A-Za-z][A-Za-z0-9_-]*)([ \t]*):/;
const OPENRC = /^#![ \t]*\S*\/(?:openrc-run|runscript)\b/;
const NO_NEEDS = Object.fromEntries(LSB_LISTS.map((list) => [list, []])) as unknown as LsbHeader['needs'];

/**
 * Reads the header of a script or of an override file.
 * @param name The script's name, for its messages.
 * @param path The file, as the user knows it.
 * @example parseLsbHeader('foo', '/etc/init.d/foo', text).header.defaultStart
 */
export function parseLsbHeader(name: string, path: string, text: string): LsbHeaderParse {
  const begin = text.indexOf(BEGIN);
  if (begin < 0)
    return OPENRC.test(text) ? { header: openrcHeader(name), diagnostics: [] } : noHeader(name, path);
  const bodyStart = lineEnd(text, begin);
  const end = text.indexOf(END, bodyStart);
  const firstLine = lineNumber(text, begin);
  if (end < 0)
    return unterminated(name, path, firstLine, readLines(path, firstLine + 1, text.slice(bodyStart + 1)));
  const body = text.slice(bodyStart + 1, text.lastIndexOf('\n', end));
  const reader = readLines(path, firstLine + 1, bodyStart + 1 > end ? '' : body);
  const diagnostics = [
    ...reader.diagnostics,
    ...findSecondHeader(path, text, end),
    ...complainAbout(name, path, firstLine, reader),
  ];
  return { header: buildHeader(name, reader), diagnostics };
}

interface Lines {
  readonly found: ReadonlyMap<LsbKeyword, LsbLine>;
  readonly names: ReadonlyMap<LsbKeyword, readonly LsbWord[]>;
  readonly levels: ReadonlyMap<LsbKeyword, LevelSet>;
  readonly diagnostics: Diagnostic[];
}

function readLines(path: string, firstLine: number, body: string): Lines {
  const found = new Map<LsbKeyword, LsbLine>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, source] of body.split('\n').entries()) {
    const line = firstLine + index;
    const match = KEYWORD_LINE.exec(source);
    const keyword = match === null ? undefined : findKeyword(match[1] ?? '');
    if (match === null) diagnostics.push(...almostKeyword(path, line, source));
    if (match === null || keyword === undefined) continue;
    const start = match[0].length;
    const one = { path, keyword, line, column: start + 1, value: source.slice(start), source };
    if (found.has(keyword)) diagnostics.push(repeated(one, found.get(keyword)?.line ?? 0));
    else found.set(keyword, one);
  }
  return { found, diagnostics, ...readValues(found, diagnostics) };
}

function readValues(
  found: ReadonlyMap<LsbKeyword, LsbLine>,
  diagnostics: Diagnostic[],
): Pick<Lines, 'names' | 'levels'> {
  const report = (one: Diagnostic): void => void diagnostics.push(one);
  const names = new Map<LsbKeyword, readonly LsbWord[]>();
  const levels = new Map<LsbKeyword, LevelSet>();
  for (const list of LSB_LISTS) {
    const line = found.get(list);
    if (line !== undefined) names.set(list, splitNames(line, report));
  }
  for (const keyword of ['Default-Start', 'Default-Stop'] as const) {
    const line = found.get(keyword);
    if (line === undefined) continue;
    const list = splitLevels(line, report);
    levels.set(keyword, list.levels);
    if (list.refused !== undefined) report(wrongLevel(line, list.refused));
  }
  return { names, levels };
}

function buildHeader(name: string, { found, names, levels }: Lines): LsbHeader {
  const provides = (names.get('Provides') ?? [])
    .map(({ text }) => text)
    .filter((text) => !/^[$#]/.test(text));
  return {
    kind: 'header',
    provides: provides.length > 0 ? [...new Set(provides)] : [name],
    needs: { ...NO_NEEDS, ...Object.fromEntries([...names].filter(([list]) => list !== 'Provides')) },
    defaultStart: levels.get('Default-Start'),
    defaultStop: levels.get('Default-Stop'),
    isInteractive: found.get('X-Interactive')?.value.trimEnd() === 'true',
    shortDescription: found.get('Short-Description')?.value.trim(),
  };
}

/** What insserv takes for a script of OpenRC. */
function openrcHeader(name: string): LsbHeader {
  const words = ['$remote_fs', '$syslog'].map((text) => ({ text, line: 1, column: 1 }));
  return {
    ...emptyHeader('openrc', name),
    needs: { ...NO_NEEDS, 'Required-Start': words, 'Required-Stop': words },
    defaultStart: levelSet('2345'),
    defaultStop: levelSet('016'),
  };
}

function emptyHeader(kind: LsbHeader['kind'], name: string): LsbHeader {
  const rest = {
    defaultStart: undefined,
    defaultStop: undefined,
    isInteractive: false,
    shortDescription: undefined,
  };
  return { kind, provides: [name], needs: NO_NEEDS, ...rest };
}

function noHeader(name: string, path: string): LsbHeaderParse {
  const diagnostic: Diagnostic = {
    file: path,
    line: 0,
    column: 0,
    code: 'no-header',
    severity: 'warning',
    message: `script '${name}' missing LSB tags`,
    hint: `add a block from "${BEGIN}" to "${END}" after the first line, or an override in /etc/insserv/overrides`,
  };
  return { header: emptyHeader('none', name), diagnostics: [diagnostic] };
}

function unterminated(name: string, path: string, line: number, lines: Lines): LsbHeaderParse {
  const message = `script ${name} is broken: missing end of LSB comment.`;
  const hint = `add the line "${END}" after the last keyword`;
  const place = { file: path, line, column: 0, code: 'no-end', severity: 'error' } as const;
  const header: LsbHeader = { ...buildHeader(name, lines), kind: 'unterminated' };
  return { header, diagnostics: [{ ...place, message, hint }] };
}

function complainAbout(
  name: string,
  path: string,
  line: number,
  { found, names, levels }: Lines,
): Diagnostic[] {
  const place = { file: path, line, column: 0, severity: 'warning' } as const;
  const missing = EXPECTED_KEYWORDS.filter((keyword) => !found.has(keyword));
  const complaints: Diagnostic[] = missing.map((keyword) => ({
    ...place,
    code: 'missing-keyword',
    message: `missing \`${keyword}:'${' '.repeat('Required-Start'.length - keyword.length)} entry: please add even if empty.`,
  }));
  const provides = found.get('Provides')?.value.trim();
  if (provides === undefined || provides === '') {
    const what = provides === undefined ? "`Provides:' entry:" : "valid name for `Provides:'";
    complaints.unshift({ ...place, code: 'missing-provides', message: `missing ${what} please add.` });
  }
  if (complaints.length > 0) {
    const message = `script ${name} is broken: incomplete LSB comment.`;
    complaints.unshift({ ...place, code: 'incomplete-header', message });
  }
  for (const word of names.get('Provides') ?? []) {
    if (!/^[$#]/.test(word.text)) continue;
    const what = word.text.startsWith('$')
      ? `system facility ${word.text}`
      : `facility ${word.text} with comment sign`;
    const message = `script ${name} provides ${what}, skipped!`;
    complaints.push({ ...place, line: word.line, column: word.column, code: 'reserved-facility', message });
  }
  const [start, stop] = [levels.get('Default-Start') ?? NO_LEVELS, levels.get('Default-Stop') ?? NO_LEVELS];
  if ((start & stop) === 0) return complaints;
  const message = `Script \`${name}' has overlapping Default-Start and Default-Stop runlevels (${formatLevels(start)}) and (${formatLevels(stop)}). This should be fixed.`;
  const hint = 'a level in both is a stop level';
  const at = found.get('Default-Stop')?.line ?? line;
  return [...complaints, { ...place, line: at, code: 'overlapping-levels', message, hint }];
}

/** The levels of a fresh installation: a level in both lists stops, and nothing is ever stopped in S. */
export function defaultLevels({ defaultStart, defaultStop }: LsbHeader): {
  readonly start: LevelSet;
  readonly stop: LevelSet;
} {
  const stop = defaultStop ?? NO_LEVELS;
  return { start: (defaultStart ?? NO_LEVELS) & ~stop, stop: stop & ~BOOT_LEVEL };
}

function repeated(line: LsbLine, first: number): Diagnostic {
  const message = `${line.keyword} is given again; the one in line ${first} counts`;
  const place = {
    file: line.path,
    line: line.line,
    column: 0,
    severity: 'warning',
    source: line.source,
  } as const;
  return { ...place, code: 'repeated-keyword', message, hint: 'write one list' };
}

function wrongLevel(line: LsbLine, { column }: LsbWord): Diagnostic {
  const place = { file: line.path, line: line.line, column, severity: 'error', source: line.source } as const;
  return { ...place, code: 'wrong-level', message: `Wrong runlevel key 'B'`, hint: 'the boot level is S' };
}

/** A line that its author took for a keyword, and that insserv passes over. */
function almostKeyword(path: string, line: number, source: string): Diagnostic[] {
  const [, indent = '', word = '', gap = ''] = ALMOST_KEYWORD_LINE.exec(source) ?? [];
  const keyword = findKeyword(word);
  if (keyword === undefined) return [];
  const place = { file: path, line, column: 1, code: 'not-a-keyword', severity: 'warning', source } as const;
  const why =
    indent === '' && gap !== '' ? 'the colon must follow the keyword' : 'the line must begin with #';
  return [{ ...place, message: `this ${keyword} does not count: ${why}`, hint: `write "# ${keyword}:"` }];
}

function findSecondHeader(path: string, text: string, from: number): Diagnostic[] {
  const second = text.indexOf(BEGIN, from);
  if (second < 0) return [];
  const place = { file: path, line: lineNumber(text, second), column: 0, severity: 'warning' } as const;
  return [{ ...place, code: 'second-header', message: 'a second header; only the first one counts' }];
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function lineNumber(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
