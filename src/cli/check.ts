/** `rcinit check`: says everything that is wrong with a system root before an init has to live with it. */
import { formatDiagnostic, type Diagnostic, type Severity } from '../core/diagnostic.ts';
import { parseInittab } from '../core/inittab/inittab.ts';
import { INIT_D } from '../core/system-paths.ts';
import { isFarmUnsettled } from '../os/links/farm-journal.ts';
import { ffiProblem } from '../os/libc/libc.ts';
import { readInittabFiles } from '../os/pid1/read-inittab.ts';
import { readRcDirs } from '../os/scripts/read-rc-dirs.ts';
import { loadChalk } from '../rc/colours.ts';
import type { AppletIo } from './applet.ts';
import { diagnoseScripts } from './check-headers.ts';
import { diagnoseRcDirs } from './check-links.ts';
import { showAtOnce } from './progress.ts';
import { shownPath } from './shown-path.ts';

/** Exit statuses: warnings alone are no reason to fail. */
const EXIT_CLEAN = 0;
const EXIT_ERRORS = 1;

export interface CheckOptions {
  /** Absolute. */
  readonly root: string;
  /** Print one JSON object, `{"diagnostics":[…]}`, instead of text. */
  readonly json: boolean;
}

/** From here on it takes about a second. */
const MANY_LINKS = 5_000;

/** @returns 1 if there are errors, else 0. */
export async function runCheck({ root, json }: CheckOptions, io: AppletIo): Promise<number> {
  const { table, diagnostics: inTable } = parseInittab(readInittabFiles(root));
  const dirs = readRcDirs(root);
  const { length } = dirs.entries;
  const progress =
    length < MANY_LINKS ? undefined : showAtOnce(io, `reading the headers behind ${length} links …`);
  const inHeaders = diagnoseScripts(root, dirs);
  progress?.stop();
  const found = [...inTable, ...diagnoseJournal(root), ...diagnoseRcDirs(dirs), ...inHeaders].map((one) => ({
    ...one,
    file: shownPath(root, one.file, io.cwd),
  }));
  const diagnostics = [...found, ...diagnoseFfi(ffiProblem())];
  if (json) {
    io.out(`${JSON.stringify({ diagnostics }, undefined, 2)}\n`);
  } else {
    const paint = await makePaint(io);
    for (const one of diagnostics) io.out(`${paint(formatDiagnostic(one), one.severity)}\n`);
    const level = table.defaultLevel ?? 'none';
    const size = `${count(table.entries.length, 'entry', 'entries')}, ${count(dirs.entries.length, 'link', 'links')}`;
    io.out(`${io.name} check: ${summary(diagnostics)}; default run level ${level}, ${size}\n`);
  }
  return diagnostics.some((one) => one.severity === 'error') ? EXIT_ERRORS : EXIT_CLEAN;
}

function diagnoseJournal(root: string): readonly Diagnostic[] {
  if (!isFarmUnsettled({ root, initDir: INIT_D })) return [];
  return [
    {
      file: '/etc/.rcinit-links.json',
      line: 0,
      column: 0,
      code: 'interrupted-change',
      severity: 'error',
      message: 'a change of the links was interrupted, or is under way',
      hint: 'run insserv without a name: like update-rc.d and rc, it first finishes the change',
    },
  ];
}

function diagnoseFfi(problem: string | undefined): readonly Diagnostic[] {
  if (problem === undefined) return [];
  return [
    {
      file: 'koffi',
      line: 0,
      column: 0,
      code: 'no-ffi',
      severity: 'warning',
      message: problem,
      hint: 'run npm ci; without it init cannot reap orphans, and proper-lockfile guards pid files: a killed starter blocks the next for 2 s',
    },
  ];
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const number = (severity: Severity) => diagnostics.filter((one) => one.severity === severity).length;
  return `${count(number('error'), 'error', 'errors')}, ${count(number('warning'), 'warning', 'warnings')}`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

type Paint = (text: string, severity: Severity) => string;

/** Colours the severity and the caret; chalk is loaded only for a terminal. */
async function makePaint({ stdoutIsTty, env }: AppletIo): Promise<Paint> {
  const chalk = await loadChalk(stdoutIsTty, env);
  if (chalk === undefined) return (text) => text;
  const colours = { error: chalk.red, warning: chalk.yellow, note: chalk.cyan } as const;
  return (text, severity) =>
    text
      .replace(`: ${severity}: `, () => `: ${colours[severity].bold(severity)}: `)
      .replace(/^( *)(\^+)$/m, (_, indent: string, caret: string) => indent + colours[severity](caret))
      .replace(/^ {2}hint: /m, (hint) => chalk.dim(hint));
}
