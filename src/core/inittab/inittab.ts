/** Reads the inittab and the `.tab` files beside it into one table, with everything that is wrong in them. */
import type { Diagnostic } from '../diagnostic.ts';
import { internalLevels, isPowerAction, type ActionWord } from './inittab-actions.ts';
import { adviseOnLine } from './inittab-advice.ts';
import { adviseOnDefault, defaultLevelOf } from './inittab-default.ts';
import type { Inittab, InittabEntry } from './inittab-entry.ts';
import { fileProblem } from './inittab-file.ts';
import { parseInittabLine, printable, type Field, type LineRemark, type ParsedLine } from './inittab-line.ts';
import { FileReport, type SourceLine } from './inittab-report.ts';
import type { InittabFile } from './inittab-file.ts';
import { INITTAB } from '../system-paths.ts';

export interface ParsedInittab {
  readonly table: Inittab;
  /** File by file, in the order of the lines. At most 100 errors and 100 warnings of each file, then a number. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The one id that may come more than once. */
const SINGLE_USER_ID = '~~';

type Fields = Extract<ParsedLine, { kind: 'fields' }>;

interface State {
  readonly entries: InittabEntry[];
  readonly ids: Set<string>;
  /** The first initdefault line, which is the one that counts. */
  initdefault?: { readonly levels: Field; readonly place: SourceLine; readonly report: FileReport };
}

/**
 * Parses the table. A line that is wrong is left out, everything else is used.
 * @param files The inittab first, then the `.tab` files in the order in which they count.
 * @returns A table that always has something for level S: without an entry for it,
 *   `~~:S:wait:/sbin/sulogin` (line 0) is added at the end of the inittab.
 * @see inittab(5). Better than the original: no limit for lines, commands and words, any last line,
 *   lower-case `s`, every line of a `.tab` file, CRLF, line numbers that begin anew in each file.
 */
export function parseInittab(files: readonly InittabFile[]): ParsedInittab {
  const [main = { path: INITTAB, text: '', error: 'ENOENT' }, ...tabs] = files;
  const state: State = { entries: [], ids: new Set() };
  const mainReport = readFile(main, true, state);
  if (!state.entries.some(isSingleUserEntry)) state.entries.push(impliedSingleUser(main.path));
  const reports = [mainReport, ...tabs.map((file) => readFile(file, false, state))];
  const entries = [
    ...state.entries.filter((entry) => isPowerAction(entry.action)),
    ...state.entries.filter((entry) => !isPowerAction(entry.action)),
  ];
  reportDefault(state, entries, main, mainReport);
  const defaultLevel = state.initdefault && defaultLevelOf(state.initdefault.levels.text);
  return { table: { entries, defaultLevel }, diagnostics: reports.flatMap((one) => one.diagnostics()) };
}

/**
 * A diagnostic in the words the original logs, e.g. `/etc/inittab[12]: missing id field`.
 * The `INIT: ` before it is the logger's.
 */
export function inittabLogLine({ file, line, code, message }: Diagnostic): string {
  if (code === 'no-inittab' || code === 'invalid-initdefault') return message;
  return line > 0 ? `${file}[${line}]: ${message}` : `${file}: ${message}`;
}

function readFile(file: InittabFile, isMain: boolean, state: State): FileReport {
  const report = new FileReport(file.path);
  const problem = file.error === undefined ? undefined : fileProblem(file.error, isMain);
  if (problem !== undefined) report.addToFile('error', problem.code, problem.message, problem.hint);
  let hasCarriageReturn = false;
  let line = 0;
  for (const whole of splitLines(file.text)) {
    const source = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    const place = { line: ++line, source };
    if (source !== whole && !hasCarriageReturn) {
      hasCarriageReturn = true;
      report.addToLine('warning', place, () => carriageReturn(source.length + 1));
    }
    readLine(file, place, state, report);
  }
  return report;
}

/** Splits at newlines without a copy of the whole; a byte order mark is no part of the first line. */
function* splitLines(text: string): Generator<string, void> {
  let from = text.startsWith('\uFEFF') ? 1 : 0;
  while (from < text.length) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    yield text.slice(from, end);
    from = end + 1;
  }
}

function readLine(file: InittabFile, place: SourceLine, state: State, report: FileReport): void {
  const parsed = parseInittabLine(place.source);
  if (parsed.kind === 'blank') return;
  if (parsed.kind === 'bad') {
    report.addToLine('error', place, parsed.remark);
    return;
  }
  const { id, levels, action, process } = parsed;
  if (id.text !== SINGLE_USER_ID && state.ids.has(id.text)) {
    if (file.yields !== true) report.addToLine('error', place, () => duplicateId(id));
    return;
  }
  state.ids.add(id.text);
  for (const remark of adviseOnLine(levels, action, process)) report.addToLine('warning', place, remark);
  if (action !== 'initdefault') state.entries.push(makeEntry(parsed, action, file.path, place.line));
  else if (state.initdefault === undefined) state.initdefault = { levels, place, report };
  else report.addToLine('warning', place, () => secondDefault(id));
}

function makeEntry(
  { id, levels, process }: Fields,
  action: Exclude<ActionWord, 'initdefault'>,
  file: string,
  line: number,
): InittabEntry {
  const records = !process.text.startsWith('+');
  const afterPlus = records ? process.text : process.text.slice(1);
  const isLiteral = afterPlus.startsWith('@');
  return {
    id: id.text,
    levels: internalLevels(levels.text, action),
    action,
    command: isLiteral ? afterPlus.slice(1) : afterPlus,
    records,
    shell: isLiteral ? 'never' : 'auto',
    file,
    line,
  };
}

/** The original also counts power entries and initdefault, and then has nothing to run in level S. */
function isSingleUserEntry({ action, levels }: InittabEntry): boolean {
  return levels.includes('S') && !isPowerAction(action);
}

function impliedSingleUser(file: string): InittabEntry {
  return {
    id: SINGLE_USER_ID,
    levels: 'S',
    action: 'wait',
    command: '/sbin/sulogin',
    records: true,
    shell: 'auto',
    file,
    line: 0,
  };
}

function reportDefault(
  { initdefault }: State,
  entries: readonly InittabEntry[],
  main: InittabFile,
  mainReport: FileReport,
): void {
  if (initdefault !== undefined) {
    const { levels, place, report } = initdefault;
    for (const { severity, remark } of adviseOnDefault(levels, entries))
      report.insist(severity, place, remark);
  } else if (main.error === undefined) {
    mainReport.addToFile(
      'warning',
      'no-initdefault',
      'no initdefault line, the run level is asked for on the console',
      'add a line like id:2:initdefault:',
    );
  }
}

function duplicateId({ text, column }: Field): LineRemark {
  return {
    code: 'duplicate-id',
    message: `duplicate ID field "${printable(text)}"`,
    column,
    width: text.length,
    hint: 'the first entry with this id is used; give this one another',
  };
}

function secondDefault({ text, column }: Field): LineRemark {
  return {
    code: 'second-initdefault',
    message: 'a second initdefault line is ignored, the first counts',
    column,
    width: text.length,
    hint: 'remove one of the two',
  };
}

function carriageReturn(column: number): LineRemark {
  return {
    code: 'carriage-return',
    message: 'carriage returns at the ends of lines are ignored',
    column,
    width: 1,
    hint: "save the file with Unix line ends: sed -i 's/\\r$//' FILE",
  };
}
