/** `rcinit lint`: says what is wrong with init scripts, and puts right what is certain. */
import { collectFiles, collectRoot, type Collection, type LintFile } from '../authoring/lint/collect.ts';
import { fixScript, lintScript } from '../authoring/lint/lint-script.ts';
import {
  countSeverity,
  formatLintGithub,
  formatLintJson,
  formatLintSarif,
  formatLintSummary,
  type LintFormat,
  type LintReport,
} from '../authoring/lint/report.ts';
import type { LintFinding } from '../authoring/lint/rule.ts';
import { explainRule, isRuleCode, ruleOf } from '../authoring/lint/rules.ts';
import { askShellcheck, type ShellcheckFile } from '../authoring/lint/shellcheck.ts';
import type { Severity } from '../core/diagnostic.ts';
import { findProgram } from '../os/process/find-program.ts';
import { errorText } from '../os/os-error.ts';
import { programVersion } from '../os/program.ts';
import { replaceScriptFile } from '../os/scripts/script-file.ts';
import type { AppletIo } from './applet.ts';
import { writeLintText } from './lint-text.ts';
import { startProgress } from './progress.ts';
import { shownPath } from './shown-path.ts';

export interface LintOptions {
  /** Absolute. */
  readonly root: string;
  /** All scripts of the root where there are none. */
  readonly files: readonly string[];
  readonly format: LintFormat;
  /** The least that is shown. */
  readonly severity: Severity;
  readonly isQuiet: boolean;
  readonly isFixing: boolean;
  readonly isSummary: boolean;
  readonly usesShellcheck: boolean;
  /** More warnings than this are an error; undefined: any number is fine. */
  readonly maxWarnings: number | undefined;
}

const EXIT_CLEAN = 0;
const EXIT_FINDINGS = 1;
const EXIT_USAGE = 2;
const RANKS: Readonly<Record<Severity, number>> = { error: 2, warning: 1, note: 0 };
const FORMATS = { json: formatLintJson, sarif: formatLintSarif, github: formatLintGithub } as const;

/** Prints what a rule is about. @returns 2 for a code that no rule has. */
export function explainLint(code: string, io: AppletIo): number {
  const wanted = code.toUpperCase();
  if (isRuleCode(wanted)) {
    io.out(explainRule(ruleOf(wanted)));
    return EXIT_CLEAN;
  }
  const isForeign = /^SC[0-9]{4}$/.test(wanted);
  const hint = isForeign ? `see www.shellcheck.net/wiki/${wanted}` : 'docs/lint.md lists them';
  io.err(`rcinit: cannot explain "${code}": no such rule; ${hint}\n`);
  return EXIT_USAGE;
}

/** @returns 1 if there are errors or too many warnings, 2 if a file cannot be read, else 0. */
export async function runLint(options: LintOptions, io: AppletIo): Promise<number> {
  let collection: Collection;
  try {
    collection = collect(options, io);
  } catch (error) {
    io.err(
      `rcinit: cannot read the init scripts of "${options.root}": ${errorText(error)}; name the files to look at\n`,
    );
    return EXIT_USAGE;
  }
  const problems = [...collection.problems];
  const files = options.isFixing ? fixAll(collection.files, problems, io) : collection.files;
  const findings = await findAll(files, options, io);
  const report = { findings, files: files.length, version: programVersion() };
  await print(report, options, io);
  for (const problem of problems) io.err(`rcinit: ${problem}\n`);
  const warnings = countSeverity(findings, 'warning');
  const isTooMuch = options.maxWarnings !== undefined && warnings > options.maxWarnings;
  if (isTooMuch && !options.isQuiet)
    io.err(
      `rcinit: ${plural(warnings, 'warning')}, more than the ${options.maxWarnings} of --max-warnings\n`,
    );
  if (problems.length > 0) return EXIT_USAGE;
  return isTooMuch || countSeverity(findings, 'error') > 0 ? EXIT_FINDINGS : EXIT_CLEAN;
}

function collect({ root, files }: LintOptions, { cwd }: AppletIo): Collection {
  if (files.length > 0) return collectFiles(root, cwd, files);
  return collectRoot(root, (path) => shownPath(root, path, cwd));
}

/** Text that is not UTF-8 would lose its other characters. */
const NOT_UTF8 = '\uFFFD';

function fixAll(files: readonly LintFile[], problems: string[], io: AppletIo): readonly LintFile[] {
  return files.map((one) => {
    const { path, input } = one;
    const { text, fixed } = fixScript(input);
    if (fixed === 0) return one;
    if (input.text.includes(NOT_UTF8)) {
      problems.push(`cannot put "${input.file}" right: it is not UTF-8; convert it with iconv`);
      return one;
    }
    try {
      replaceScriptFile(path, text);
    } catch (error) {
      problems.push(`cannot put "${input.file}" right: ${errorText(error)}`);
      return one;
    }
    io.err(`rcinit: ${fixed} ${fixed === 1 ? 'finding' : 'findings'} put right in "${input.file}"\n`);
    return { path, input: { ...input, text } };
  });
}

async function findAll(
  files: readonly LintFile[],
  options: LintOptions,
  io: AppletIo,
): Promise<readonly LintFinding[]> {
  const results = files.map(({ path, input }) => ({ path, input, result: lintScript(input) }));
  const ours = results.flatMap(({ result }) => result.findings);
  if (!options.usesShellcheck || files.length === 0) return ours;
  const asked = results.map(({ path, input: { file, text }, result: { interpreter } }) => ({
    path,
    file,
    text,
    interpreter,
  }));
  const theirs = await findWithShellcheck(asked, io);
  const wanted = theirs.filter(({ file, code, line }) => {
    const own = results.find(({ input }) => input.file === file);
    return own?.result.isSuppressed(code, line) === false;
  });
  const order = new Map(files.map(({ input }, index) => [input.file, index]));
  const rank = (one: LintFinding): number => order.get(one.file) ?? 0;
  return [...ours, ...wanted].sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column);
}

async function findWithShellcheck(
  files: readonly ShellcheckFile[],
  io: AppletIo,
): Promise<readonly LintFinding[]> {
  const found = findProgram('shellcheck', io.env['PATH']);
  if (found.kind === 'missing') {
    io.err(
      'rcinit: shellcheck is not installed, so only our own rules are applied; --no-shellcheck says that this is meant\n',
    );
    return [];
  }
  const progress = startProgress(io);
  progress.update(`shellcheck reads ${plural(files.length, 'file')} …`);
  const { findings, problems } = await askShellcheck({ program: found.path, files, env: io.env });
  progress.stop();
  for (const problem of problems)
    io.err(`rcinit: cannot ask shellcheck: ${problem}; its findings are missing\n`);
  return findings;
}

async function print(report: LintReport, options: LintOptions, io: AppletIo): Promise<void> {
  const { severity, isQuiet, isSummary, format } = options;
  const least = RANKS[isQuiet ? 'error' : severity];
  const shown = report.findings.filter((one) => RANKS[one.severity] >= least);
  if (isSummary && format === 'text') io.out(formatLintSummary(report.findings));
  else if (format !== 'text') io.out(FORMATS[format]({ ...report, findings: shown }));
  else await writeLintText(shown, io);
  if (format === 'text' && !isQuiet)
    io.out(`${closingLine(report, isSummary ? 0 : report.findings.length - shown.length)}\n`);
}

function closingLine({ findings, files }: LintReport, hidden: number): string {
  const counts = (['error', 'warning', 'note'] as const).map((severity) =>
    plural(countSeverity(findings, severity), severity),
  );
  const more = hidden === 0 ? '' : `; --severity note shows ${hidden} more`;
  return `rcinit lint: ${counts.join(', ')} in ${plural(files, 'file')}${more}`;
}

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
