/** Runs every rule over one script, and puts right what is certain. Pure: text in, findings out. */
import type { ShellComment } from '../../core/shell/shell-tree.ts';
import { readShellScript, type ShellScript } from '../../core/shell/shell-script.ts';
import { checkActions, checkMissingProgram } from './check-actions.ts';
import { checkFile } from './check-file.ts';
import { checkHeader } from './check-header.ts';
import { checkKill, checkPidFolders, checkProcessList, checkStartStopDaemon } from './check-processes.ts';
import {
  checkBashisms,
  checkDeclarative,
  checkEnvironment,
  checkFirstLine,
  checkFolders,
  checkLibrary,
  checkReadable,
} from './check-shell.ts';
import type { Check, Interpreter, LintEdit, LintFinding, LintSubject, Remark } from './rule.ts';
import { isRuleCode, ruleOf } from './rules.ts';
import { readSuppressions, type Suppressions } from './suppress.ts';
import { placeOf, readPlaces, type TextPlaces } from './text-places.ts';

const CHECKS: readonly Check[] = [
  checkFile,
  checkHeader,
  checkFirstLine,
  checkReadable,
  checkLibrary,
  checkBashisms,
  checkFolders,
  checkEnvironment,
  checkDeclarative,
  checkActions,
  checkMissingProgram,
  checkStartStopDaemon,
  checkKill,
  checkProcessList,
  checkPidFolders,
];

export type LintInput = Omit<LintSubject, 'interpreter' | 'script'>;

export interface LintResult {
  /** By line and column. */
  readonly findings: readonly LintFinding[];
  readonly interpreter: Interpreter;
  /** Whether a comment of the script switches a rule off there; for findings of others. */
  readonly isSuppressed: Suppressions['covers'];
}

/** Never throws, whatever the text is. */
export function lintScript(input: LintInput): LintResult {
  const interpreter = findInterpreter(input.text);
  const isShell = interpreter !== 'other';
  const script = isShell ? readIfPossible(input.text) : undefined;
  const subject: LintSubject = { ...input, interpreter, script };
  const tooDeep = isShell && script === undefined ? [TOO_DEEP] : [];
  const places = readPlaces(input.text);
  const comments = script?.comments ?? commentsAtTop(places);
  const suppressions = readSuppressions(
    places,
    comments,
    script?.nodes[0]?.start ?? input.text.length,
    (code) => isRuleCode(code) || /^SC[0-9]{4}$/.test(code),
  );
  const findings = [...CHECKS.flatMap((check) => check(subject)), ...suppressions.remarks, ...tooDeep]
    .map((remark) => toFinding(input.file, places, remark))
    .filter(({ code, line }) => !suppressions.covers(code, line))
    .toSorted((a, b) => a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1));
  return { findings, interpreter, isSuppressed: suppressions.covers };
}

/** The reader calls itself for what is inside; nobody writes a script that is too deep for that. */
function readIfPossible(text: string): ShellScript | undefined {
  try {
    return readShellScript(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const TOO_DEEP: Remark = {
  code: 'RC302',
  start: 0,
  end: 1,
  message: 'its commands lie in each other too deeply to be read',
};

function findInterpreter(text: string): Interpreter {
  const [, line = ''] = /^#!([^\n\r]*)/.exec(text) ?? [];
  if (line === '') return 'none';
  const words = line.trim().split(/[ \t]+/);
  if (words.some((word) => word.endsWith('/init-d-script')) || /INIT_D_SCRIPT_SOURCED=true/.test(text))
    return 'declarative';
  const program = (words[0]?.endsWith('/env') === true ? words[1] : words[0])?.replace(/^.*\//, '') ?? '';
  if (/^(?:sh|dash|ash|busybox)$/.test(program)) return 'sh';
  return /^(?:bash|ksh|mksh|zsh)$/.test(program) ? 'bash' : 'other';
}

function commentsAtTop({ lines, starts }: TextPlaces): readonly ShellComment[] {
  const end = lines.findIndex((line) => !/^\s*(?:#|$)/.test(line));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .map((text, index) => ({ text, start: starts[index] ?? 0, end: (starts[index] ?? 0) + text.length }));
}

function toFinding(file: string, places: TextPlaces, remark: Remark): LintFinding {
  const { code, start, end, message, hint, edits = [] } = remark;
  const { line, column } = placeOf(places, start);
  const source = (places.lines[line - 1] ?? '').replace(/\r$/, '');
  const width = Math.max(1, Math.min(end - start, source.length - column + 1));
  const { severity } = ruleOf(code);
  const found = { file, line, column, width, code, severity, message, source, edits };
  return hint === undefined ? found : { ...found, hint };
}

export interface FixResult {
  readonly text: string;
  /** How many findings were put right. */
  readonly fixed: number;
}

/** A keyword is not missing any more when it is spelt right, so these come first. */
const RENAMES: ReadonlySet<string> = new Set(['RC104', 'RC105']);
/** Putting one thing right may show another. */
const MAX_ROUNDS = 10;

/** Does everything that is certain, until nothing is left of it; doing it again changes nothing. */
export function fixScript(input: LintInput): FixResult {
  let { text } = input;
  let fixed = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const fixable = lintScript({ ...input, text }).findings.filter(({ edits }) => edits.length > 0);
    const renames = fixable.filter(({ code }) => RENAMES.has(code));
    const applied = applyEdits(
      text,
      (renames.length > 0 ? renames : fixable).map(({ edits }) => edits),
    );
    if (applied.text === text) break;
    text = applied.text;
    fixed += applied.count;
  }
  return { text, fixed };
}

/** Leaves out what would touch the same characters; the next round sees to it. */
function applyEdits(
  text: string,
  groups: readonly (readonly LintEdit[])[],
): { readonly text: string; readonly count: number } {
  const taken: LintEdit[] = [];
  let count = 0;
  for (const group of groups) {
    if (group.some((edit) => taken.some((other) => edit.start < other.end && other.start < edit.end)))
      continue;
    taken.push(...group);
    count++;
  }
  let result = text;
  // From the end on, so that places stay true; of those at one place the last one first.
  for (const { start, end, text: replacement } of taken.toReversed().toSorted((a, b) => b.start - a.start))
    result = result.slice(0, start) + replacement + result.slice(end);
  return { text: result, count };
}
