/** What a test came to, and how it is told to people and as JSON. Pure. */
import type { CheckInfo, CheckResult, Outcome } from './check.ts';

export interface TestReport {
  readonly script: string;
  readonly root: string;
  readonly place: 'room' | 'here';
  readonly results: readonly CheckResult[];
}

/** Colours for the word in front of each line. */
export type PaintOutcome = (outcome: Outcome, text: string) => string;

const WORDS: Readonly<Record<Outcome, string>> = {
  ok: 'ok',
  failed: 'FAIL',
  warning: 'warn',
  skipped: 'skip',
};
const WORD_WIDTH = 4;
const NAME_WIDTH = 22;
const LABEL_WIDTH = 9;

export function isPassed({ results }: TestReport): boolean {
  return results.every(({ outcome }) => outcome !== 'failed');
}

export function countOutcomes(results: readonly CheckResult[]): Readonly<Record<Outcome, number>> {
  const count = (outcome: Outcome) => results.filter((one) => one.outcome === outcome).length;
  return { ok: count('ok'), failed: count('failed'), warning: count('warning'), skipped: count('skipped') };
}

/** `place` in words, with what is not kept apart. */
export function describePlace(place: TestReport['place']): string {
  return place === 'room'
    ? 'in namespaces of its own: files are written to memory, processes and network are its own, /run is empty'
    : 'here: files, processes and network are this machine’s own; what the script changes stays changed';
}

/** One line for each check, and for what did not hold three more; a reason that hinders many stands there once. */
export function formatTable(report: TestReport, paint: PaintOutcome): string {
  const { results } = report;
  const hindrances = new Set<string>();
  const lines = results.flatMap((one) => {
    if (hindrances.has(one.got))
      return [formatHead({ ...one, got: 'cannot be tried for the same reason' }, paint)];
    if (one.got.startsWith('cannot be tried: ')) hindrances.add(one.got);
    return formatResult(one, paint);
  });
  const { ok, failed, warning, skipped } = countOutcomes(results);
  const all = countNoun(results.length, 'check');
  const sum = `${all}: ${ok} ok, ${failed} failed, ${countNoun(warning, 'warning')}, ${skipped} skipped`;
  const verdict = failed === 0 ? 'it behaves' : 'it does not behave as required';
  return [...lines, '', `${sum}: ${verdict}`, ''].join('\n');
}

function countNoun(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function formatHead({ name, outcome, got }: CheckResult, paint: PaintOutcome): string {
  const word = paint(outcome, WORDS[outcome].padEnd(WORD_WIDTH));
  return `${word}  ${name.padEnd(NAME_WIDTH)}  ${got}`;
}

function formatResult(result: CheckResult, paint: PaintOutcome): readonly string[] {
  const { outcome, expected, rule, mend } = result;
  const head = formatHead(result, paint);
  if (outcome === 'ok' || outcome === 'skipped') return [head];
  const more = { expected, rule, mend };
  const indent = ' '.repeat(WORD_WIDTH + 2);
  return [
    head,
    ...Object.entries(more).map(([label, text]) => `${indent}${label.padEnd(LABEL_WIDTH)} ${text}`),
  ];
}

export function formatJson(report: TestReport): string {
  const { script, root, place, results } = report;
  const isolation = place === 'room' ? 'namespaces' : 'none';
  const summary = countOutcomes(results);
  const all = { script, root, isolation, passed: isPassed(report), summary, results };
  return `${JSON.stringify(all, undefined, 2)}\n`;
}

/** For `--list`: the names that --only and --skip take. */
export function formatList(checks: readonly CheckInfo[]): string {
  const rows = checks.map(
    ({ name, groups, level, title }) =>
      `${name.padEnd(NAME_WIDTH)}  ${groups.join(',').padEnd(13)}  ${level.padEnd(8)}  ${title}`,
  );
  return `${rows.join('\n')}\n`;
}
