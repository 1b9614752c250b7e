/** The checks that take more than one call: what is done, and what is looked at meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Millis } from '../../core/units.ts';
import { readDaemonTies } from '../../os/process/process-facts.ts';
import type { Bench } from './bench.ts';
import type { Verdict } from './check.ts';
import { exitCodeOf } from './judge-action.ts';
import {
  judgeConcurrentStarts,
  judgePipeReleased,
  judgeStartWaits,
  judgeStatusKilled,
  judgeStopDuringStart,
  judgeStopLeavesNothing,
  judgeStopWaits,
  type NamedProcess,
} from './special-checks.ts';

const STARTERS = 4;
/** A stop comes so long after the start it meets: in the middle of what most scripts do. */
const MEANWHILE_MS: Millis = 60;

export async function tryStatusKilled(bench: Bench): Promise<Verdict> {
  await bench.toRunning();
  const pids = bench.pids();
  const named = bench.pidfiles().filter(({ pid }) => pid !== undefined && pids.includes(pid));
  await bench.kill();
  const run = await bench.run(['status']);
  const left = bench.pidfiles().filter(({ path }) => named.some((one) => one.path === path));
  return judgeStatusKilled({ run, left });
}

export async function tryStartWaits(bench: Bench): Promise<Verdict> {
  await bench.toStopped();
  const run = await bench.run(['start']);
  const status = await bench.run(['status']);
  const pids = bench.pids();
  const { isRunning } = await bench.settle((state) => state.isRunning);
  if (!isRunning && bench.isDaemon !== false)
    return { kind: 'skipped', why: 'start does not start it; see the check start' };
  const later = exitCodeOf(status) === 0 ? status : await bench.awaitStatus();
  return judgeStartWaits({ run, status, pids, later });
}

export async function tryStopWaits(bench: Bench): Promise<Verdict> {
  await bench.toRunning();
  const before = new Set(bench.tops());
  const run = await bench.run(['stop']);
  // The main processes; what else they leave is another check.
  const pids = bench.pids().filter((pid) => before.has(pid));
  const status = await bench.run(['status']);
  await bench.settle((state) => !state.isRunning);
  const later = await bench.run(['status']);
  if (bench.pids().some((pid) => before.has(pid)))
    return { kind: 'skipped', why: 'stop does not stop it; see the check stop' };
  return judgeStopWaits({ run, status, pids, later });
}

export async function tryPipeReleased(bench: Bench): Promise<Verdict> {
  await bench.toStopped();
  const run = await bench.run(['start']);
  await bench.settle((state) => state.isRunning);
  const holders = bench.named(bench.pids().filter(holdsOutput));
  return judgePipeReleased(run, holders);
}

function holdsOutput(pid: number): boolean {
  const ties = readDaemonTies(pid)?.descriptors ?? [];
  return ties.some(({ fd, target }) => (fd === 1 || fd === 2) && /^(pipe|socket):/.test(target));
}

export async function tryStopLeavesNothing(bench: Bench): Promise<Verdict> {
  await bench.toRunning();
  await bench.run(['stop']);
  return judgeStopLeavesNothing(await bench.awaitNoProcess());
}

export async function tryConcurrentStarts(bench: Bench): Promise<Verdict> {
  await bench.toStopped();
  const runs = await Promise.all(Array.from({ length: STARTERS }, () => bench.run(['start'])));
  const usual = bench.usualTops;
  // The losers may take a moment to leave.
  await bench.settle(({ tops }) => tops.length > 0 && tops.length <= usual);
  const tops = bench.named(bench.tops());
  bench.taint();
  return judgeConcurrentStarts({ runs, usual, tops });
}

export async function tryStopDuringStart(bench: Bench): Promise<Verdict> {
  await bench.toStopped();
  const starting = bench.run(['start']);
  await Promise.race([starting, delay(MEANWHILE_MS)]);
  const [stop, start] = await Promise.all([bench.run(['stop']), starting]);
  await bench.settle(({ tops }) => tops.length <= bench.usualTops);
  const tops: readonly NamedProcess[] = bench.named(bench.tops());
  const lastStop = await bench.run(['stop']);
  const left = await bench.awaitNoProcess();
  bench.taint();
  return judgeStopDuringStart({ start, stop, lastStop, tops, left, usual: bench.usualTops });
}
