/** The results as a table for people and as an object for programs. */
import { cpus, loadavg, release } from 'node:os';
import type { Measure } from './measure.ts';

export interface Answer {
  readonly name: string;
  readonly title: string;
  readonly measures: readonly Measure[];
}

export type Verdict = 'met' | 'missed' | 'none';

export function verdictOf({ value, target }: Measure): Verdict {
  if (target === undefined) return 'none';
  return value <= target ? 'met' : 'missed';
}

const MARKS = { met: 'met', missed: 'MISSED', none: '' } as const satisfies Record<Verdict, string>;
const DIGITS = { ms: 2, MB: 1, x: 2 } as const satisfies Record<Measure['unit'], number>;

export function formatAnswer({ title, measures }: Answer): string {
  const rows = measures.map((measure) => [
    measure.name,
    formatValue(measure.value, measure.unit),
    measure.target === undefined ? '' : `<= ${measure.target} ${measure.unit}`,
    MARKS[verdictOf(measure)],
    measure.detail,
  ]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  const lines = rows.map((row) =>
    `  ${row.map((cell, column) => (column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ')}`.trimEnd(),
  );
  return `${title}\n${lines.join('\n')}\n`;
}

function formatValue(value: number, unit: Measure['unit']): string {
  return `${value.toFixed(DIGITS[unit])} ${unit}`;
}

/** What the numbers depend on; the load is that of the last minute, most of it others'. */
export function describeMachine(): string {
  const processors = cpus();
  const [load = 0] = loadavg();
  const processor = `${processors.length} x ${processors[0]?.model ?? 'unknown'}`;
  return `Node ${process.version}, Linux ${release()}, ${processor}, load ${load.toFixed(1)}`;
}

export function formatJson(machine: string, answers: readonly Answer[]): string {
  const questions = answers.map(({ name, title, measures }) => ({
    name,
    title,
    measures: measures.map((measure) => ({ ...measure, verdict: verdictOf(measure) })),
  }));
  const facts = { version: 1, machine, when: new Date().toISOString() };
  return `${JSON.stringify({ ...facts, questions }, undefined, 2)}\n`;
}
