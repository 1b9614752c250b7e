/** What a question of the benchmark answers with, and the arithmetic behind it. */

export interface Measure {
  readonly name: string;
  readonly value: number;
  /** `x` is a ratio to the reference that was measured between the same two moments. */
  readonly unit: 'ms' | 'MB' | 'x';
  /** The largest value that is good enough; without one the measure only informs. */
  readonly target?: number;
  /** What the value was made of, e.g. `24.1 ms against 20.5 ms`. */
  readonly detail: string;
}

export interface Question {
  readonly name: string;
  readonly title: string;
  readonly ask: (bench: Workbench) => Promise<readonly Measure[]>;
}

/** What questions may use of the machine; all of it is gone after `dispose`. */
export interface Workbench {
  /** A new temporary folder. */
  readonly makeFolder: () => string;
  /** Something to end with the benchmark, however that ends. Returns what takes it off the list again. */
  readonly onEnd: (undo: () => void) => () => void;
  /** Tells a person that it goes on. */
  readonly progress: (text: string) => void;
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Measures all cases in turn, A B C A B C …, so that a machine that gets slower meanwhile does it to all of them.
 * @param cases Each returns its own value.
 * @returns The values by case, without those of the first round, which only warms caches up.
 */
export async function interleave<Name extends string>(
  rounds: number,
  cases: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(cases) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const value = await cases[name]();
      if (round > 0) values[name].push(value);
    }
  }
  return values;
}

/** Median against median. */
export function ratio(
  name: string,
  values: readonly number[],
  reference: readonly number[],
  target?: number,
): Measure {
  const [mine, theirs] = [median(values), median(reference)];
  const detail = `${mine.toFixed(1)} ms against ${theirs.toFixed(1)} ms`;
  return { name, value: mine / theirs, unit: 'x', detail, ...(target !== undefined && { target }) };
}

/** The median of times in ms, with the span that holds nine of ten. */
export function time(name: string, values: readonly number[], target?: number): Measure {
  const detail = `${values.length} samples, 5-95 %: ${quantile(values, 0.05).toFixed(2)}-${quantile(values, 0.95).toFixed(2)} ms`;
  return { name, value: median(values), unit: 'ms', detail, ...(target !== undefined && { target }) };
}
