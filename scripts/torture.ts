/**
 * `npm run torture -- [--rounds N] [--starters N] [--trials N] [--recycled N] [--only ours] [--json]`
 *
 * Starters of one service by the dozen, killed at random; what comes right after a start; recycled pids. Shows ours and,
 * beside it, the installed start-stop-daemon. In a PID namespace of its own where that is permitted.
 * Exit status 1 if ours broke a promise.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runNoGap, type NoGapResult } from '../test/support/torture/no-gap.ts';
import { runRecycled, type RecycledResult } from '../test/support/torture/recycled.ts';
import { runStorm, type StormResult } from '../test/support/torture/storm.ts';

const OURS = join(import.meta.dirname, '../dist/applets/start-stop-daemon');
const INSTALLED = '/sbin/start-stop-daemon';
/** Nobody waits longer for a starter that is dead. */
const MAX_WAIT_MS = 1_000;
const INSIDE = 'RCINIT_TORTURE_INSIDE';
/** What one start may cost at most where the original takes seconds: its trials are cut to this share. */
const INSTALLED_SHARE = 0.1;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    starters: { type: 'string', default: '50' },
    trials: { type: 'string', default: '100' },
    recycled: { type: 'string', default: '20' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

interface Report {
  readonly storm: StormResult;
  readonly noGap: Readonly<Record<string, NoGapResult>>;
  /** Absent where no PID namespace is permitted. */
  readonly recycled: RecycledResult | undefined;
}

/** The shell is PID 1 in there: it reaps the orphans, which Node would not. */
function enterNamespace(): number | undefined {
  if (process.env[INSIDE] !== undefined) return undefined;
  const flags = ['--fork', '--pid', '--mount-proc', '--kill-child'];
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  if (spawnSync('unshare', [...user, ...flags, 'true']).status !== 0) return undefined;
  const argv = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const { status } = spawnSync('unshare', [...user, ...flags, 'sh', '-c', '"$@"; exit', 'sh', ...argv], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  return status ?? 1;
}

async function torture(program: string, share: number): Promise<Report> {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-torture-'));
  const count = (text: string) => Math.max(1, Math.ceil(Number(text) * share));
  try {
    const storm = await runStorm({
      program,
      dir,
      rounds: Number(values.rounds),
      starters: Number(values.starters),
    });
    const noGap: Record<string, NoGapResult> = {};
    const trials = Number(values.trials) === 0 ? 0 : count(values.trials);
    for (const [name, limit] of [
      ['inherited', undefined],
      ['20000', 20_000],
      ['hard maximum', 'hard'],
    ] as const)
      noGap[name] = await runNoGap({ program, dir, trials, limit });
    const isInside = process.env[INSIDE] !== undefined;
    const recycled = isInside
      ? await runRecycled({ program, dir, trials: Number(values.recycled) })
      : undefined;
    return { storm, noGap, recycled };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function countViolations({ storm, noGap, recycled }: Report): number {
  const gaps = Object.values(noGap).reduce((sum, { violations }) => sum + violations.length, 0);
  const pids = recycled === undefined ? 0 : recycled.killed + recycled.mistaken + recycled.refused;
  const waits = storm.longestWaitMs > MAX_WAIT_MS ? 1 : 0;
  return storm.violations.length + waits + gaps + pids;
}

function describe(name: string, { storm, noGap, recycled }: Report): string {
  const lines = [
    name,
    `  storm: ${storm.rounds} rounds of ${values.starters} starters, ${storm.killedStarters} killed, ${storm.stops} stops: ${storm.violations.length} violations, at most ${storm.mostDaemons} daemons, the last start waited at most ${Math.round(storm.longestWaitMs)} ms`,
    ...Object.entries(noGap).map(
      ([limit, { trials, violations }]) =>
        `  no gap, limit of open files ${limit}: ${trials} trials: ${violations.length} violations`,
    ),
    recycled === undefined
      ? '  recycled pid: not tried, no PID namespace is permitted here'
      : `  recycled pid: ${recycled.trials} trials: ${recycled.killed} innocents killed, ${recycled.mistaken} taken for the daemon, ${recycled.refused} starts refused`,
  ];
  const problems = [...storm.violations, ...Object.values(noGap).flatMap(({ violations }) => violations)];
  return [...lines, ...problems.slice(0, 10).map((text) => `    ${text}`), ''].join('\n');
}

async function main(): Promise<number> {
  const ours = await torture(OURS, 1);
  if (values.json) process.stdout.write(`${JSON.stringify(ours)}\n`);
  else process.stdout.write(describe('ours', ours));
  if (values.only === undefined && existsSync(INSTALLED))
    process.stdout.write(describe(`installed: ${INSTALLED}`, await torture(INSTALLED, INSTALLED_SHARE)));
  return countViolations(ours) === 0 ? 0 : 1;
}

process.exitCode = enterNamespace() ?? (await main());
