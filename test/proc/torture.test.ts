/** The short form of `npm run torture`: what must never happen, tried as often as there is time for. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { NoGapResult } from '../support/torture/no-gap.ts';
import type { RecycledResult } from '../support/torture/recycled.ts';
import type { StormResult } from '../support/torture/storm.ts';

const TOP = join(import.meta.dirname, '../..');
const ROUNDS = 4;
const STARTERS = 12;
const TRIALS = 2;
const RECYCLED = 2;

interface Report {
  readonly storm: StormResult;
  readonly noGap: Readonly<Record<string, NoGapResult>>;
  readonly recycled?: RecycledResult;
}

test(
  'never two daemons, no gap after a start, no innocent is taken for the daemon',
  { timeout: 120_000 },
  async () => {
    const counts = [
      '--rounds',
      ROUNDS,
      '--starters',
      STARTERS,
      '--trials',
      TRIALS,
      '--recycled',
      RECYCLED,
    ].map(String);
    const report = await torture([...counts, '--only', 'ours', '--json']);
    expect(report.storm).toMatchObject({ rounds: ROUNDS, violations: [], mostDaemons: 1 });
    for (const result of Object.values(report.noGap))
      expect(result).toStrictEqual({ trials: TRIALS * 3, violations: [] });
    if (report.recycled === undefined) return;
    expect(report.recycled).toStrictEqual({ trials: RECYCLED * 2, killed: 0, mistaken: 0, refused: 0 });
  },
);

function torture(args: readonly string[]): Promise<Report> {
  const node = [process.execPath, '--import', import.meta.resolve('tsx'), join(TOP, 'scripts/torture.ts')];
  const [file = '', ...rest] = [...node, ...args];
  return new Promise((resolve, reject) => {
    execFile(file, rest, (error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(JSON.parse(stdout) as Report);
      else reject(new Error(`the torture failed: ${stderr}`, { cause: error }));
    });
  });
}
