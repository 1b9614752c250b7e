/**
 * Runs the parsers and the request decoder on random input: `npm run fuzz -- [SECONDS | --runs N] [--seed N]`.
 * Exit status 1 with the seed and the smallest counterexample when a property fails, 2 on wrong use.
 */
import { PROPERTIES } from '../test/support/properties.ts';

const DEFAULT_SECONDS = 10;
/** Inputs of one property between two looks at the clock. */
const RUNS_PER_ROUND = 500;
const USAGE = 'Usage: npm run fuzz -- [SECONDS | --runs N] [--seed N]\n';

interface Plan {
  readonly seconds: number;
  /** Inputs for each property; instead of a time. */
  readonly runs: number | undefined;
  readonly seed: number;
}

function readPlan(args: readonly string[]): Plan | undefined {
  let plan: Plan = { seconds: DEFAULT_SECONDS, runs: undefined, seed: Date.now() & 0x7fffffff };
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    const isOption = word === '--runs' || word === '--seed';
    const number = Number(isOption ? args[++index] : word);
    if (!Number.isFinite(number) || number <= 0) return undefined;
    if (word === '--runs') plan = { ...plan, runs: number };
    else if (word === '--seed') plan = { ...plan, seed: number };
    else plan = { ...plan, seconds: number };
  }
  return plan;
}

/** @returns How many inputs each property was tried on. */
function fuzz({ seconds, runs, seed }: Plan): number {
  const end = performance.now() + seconds * 1_000;
  let done = 0;
  for (let round = 0; runs === undefined ? performance.now() < end : done < runs; round++) {
    const numRuns = Math.min(RUNS_PER_ROUND, (runs ?? Infinity) - done);
    for (const { name, check } of PROPERTIES) {
      try {
        check({ numRuns, seed: seed + round });
      } catch (error) {
        throw new Error(`${name} (--seed ${seed + round})`, { cause: error });
      }
    }
    done += numRuns;
  }
  return done;
}

function main(): number {
  const plan = readPlan(process.argv.slice(2));
  if (plan === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  try {
    process.stdout.write(`fuzz: ${PROPERTIES.length} properties, seed ${plan.seed}\n`);
    const done = fuzz(plan);
    process.stdout.write(`fuzz: ${PROPERTIES.length} properties held for ${done} inputs each\n`);
    return 0;
  } catch (error) {
    const { message, cause } = error as Error;
    process.stderr.write(`fuzz: does not hold: ${message}\n${cause instanceof Error ? cause.message : ''}\n`);
    return 1;
  }
}

process.exitCode = main();
