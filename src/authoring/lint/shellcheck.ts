/** Asks shellcheck, where it is installed, and takes its answers for findings of ours. */
import { availableParallelism } from 'node:os';
import type { Severity } from '../../core/diagnostic.ts';
import type { Millis } from '../../core/units.ts';
import { captureProgram } from '../../os/process/capture-program.ts';
import type { Interpreter, LintFinding } from './rule.ts';

export interface ShellcheckFile {
  /** Of the machine; absolute. */
  readonly path: string;
  /** As findings name it. */
  readonly file: string;
  readonly text: string;
  readonly interpreter: Interpreter;
}

export interface ShellcheckRequest {
  readonly program: string;
  readonly files: readonly ShellcheckFile[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ShellcheckAnswer {
  readonly findings: readonly LintFinding[];
  /** One for each call that gave no answer. */
  readonly problems: readonly string[];
}

/** Files that cannot be followed from here; `local`, which every sh of today has and Debian's policy allows. */
const EXCLUDED = ['SC1090', 'SC1091', 'SC3043'];
/** Their variables are read by the program that sources them. */
const EXCLUDED_IN_SETTINGS = [...EXCLUDED, 'SC2034'];
/** Measured: a third of a second for a long script on a slow machine. */
const DEADLINE_PER_FILE_MS: Millis = 2_000;
const DEADLINE_MS: Millis = 20_000;

/** Runs one call per processor at a time, each for many files. Never rejects. */
export async function askShellcheck({ program, files, env }: ShellcheckRequest): Promise<ShellcheckAnswer> {
  const scripts = files.filter(({ interpreter }) => interpreter === 'sh' || interpreter === 'bash');
  const settings = files.filter(({ interpreter }) => interpreter === 'declarative');
  const plain = splitEvenly(scripts, availableParallelism());
  const calls = [
    ...plain.map((batch) => ({ batch, options: [`--exclude=${EXCLUDED.join(',')}`] })),
    ...splitEvenly(settings, 1).map((batch) => ({
      batch,
      options: ['--shell=sh', `--exclude=${EXCLUDED_IN_SETTINGS.join(',')}`],
    })),
  ];
  const answers = await Promise.all(
    calls.map(({ batch, options }) => askBatch(program, batch, options, env)),
  );
  return {
    findings: answers.flatMap(({ findings }) => findings),
    problems: answers.flatMap(({ problems }) => problems),
  };
}

function splitEvenly<T>(items: readonly T[], parts: number): readonly (readonly T[])[] {
  const batches = Array.from({ length: parts }, (_, part) =>
    items.filter((_, index) => index % parts === part),
  );
  return batches.filter((batch) => batch.length > 0);
}

async function askBatch(
  program: string,
  files: readonly ShellcheckFile[],
  options: readonly string[],
  env: ShellcheckRequest['env'],
): Promise<ShellcheckAnswer> {
  const args = ['--norc', '--format=json1', ...options, '--', ...files.map(({ path }) => path)];
  const timeoutMs = DEADLINE_MS + files.length * DEADLINE_PER_FILE_MS;
  const end = await captureProgram({ path: program, args, env, timeoutMs });
  if (end.kind === 'failed') return { findings: [], problems: [end.why] };
  const comments = readComments(end.output);
  if (comments === undefined) return { findings: [], problems: ['its output is no JSON'] };
  const byPath = new Map(files.map((one) => [one.path, one]));
  return { findings: comments.flatMap((one) => toFinding(one, byPath.get(one.file))), problems: [] };
}

interface Comment {
  readonly file: string;
  readonly line: number;
  readonly endLine: number;
  readonly column: number;
  readonly endColumn: number;
  readonly level: string;
  readonly code: number;
  readonly message: string;
}

function readComments(output: string): readonly Comment[] | undefined {
  try {
    const { comments } = JSON.parse(output) as { readonly comments?: readonly Comment[] };
    return Array.isArray(comments) ? comments : undefined;
  } catch {
    return undefined;
  }
}

const SEVERITIES: Readonly<Record<string, Severity>> = { error: 'error', warning: 'warning' };

function toFinding(comment: Comment, from: ShellcheckFile | undefined): readonly LintFinding[] {
  if (from === undefined) return [];
  const { line, endLine, column, endColumn, level, code, message } = comment;
  const source = from.text.split('\n')[line - 1] ?? '';
  const width = Math.max(1, (endLine === line ? endColumn : source.length + 1) - column);
  const severity = SEVERITIES[level] ?? 'note';
  const plain = message.replace(/\.$/, '');
  return [
    { file: from.file, line, column, width, code: `SC${code}`, severity, message: plain, source, edits: [] },
  ];
}
