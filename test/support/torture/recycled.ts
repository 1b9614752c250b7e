/**
 * A daemon dies, and its pid is given to an innocent process that runs the same program. Only in a PID namespace of its
 * own, as root there: the next pid is asked for through /proc/sys/kernel/ns_last_pid.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import {
  daemonsOf,
  killOne,
  makeService,
  pidIn,
  run,
  startArguments,
  statusArguments,
  stopArguments,
  type Service,
} from './service.ts';

export interface RecycledOptions {
  readonly program: string;
  readonly dir: string;
  readonly trials: number;
}

export interface RecycledResult {
  readonly trials: number;
  /** Stops that killed the innocent. */
  readonly killed: number;
  /** Statuses that said it runs. */
  readonly mistaken: number;
  /** Starts that were refused because of the innocent. */
  readonly refused: number;
}

const LAST_PID = '/proc/sys/kernel/ns_last_pid';
const ATTEMPTS = 200;
/**
 * The kernel tells start times in hundredths of a second. A pid that is used again within one needs 30,000 forks in that
 * time, or this test, which asks for the number.
 */
const CLOCK_TICK_MS = 10;

export async function runRecycled({ program, dir, trials }: RecycledOptions): Promise<RecycledResult> {
  const result = { trials: trials * 2, killed: 0, mistaken: 0, refused: 0 };
  for (let trial = 0; trial < trials; trial++) {
    await withInnocent(makeService(program, dir, 40_000 + trial), async (service, innocent) => {
      if ((await run(service, statusArguments(service)).ended).code === 0) result.mistaken += 1;
      await run(service, stopArguments(service)).ended;
      if (innocent.signalCode !== null || innocent.exitCode !== null) result.killed += 1;
    });
    await withInnocent(makeService(program, dir, 41_000 + trial), async (service, innocent) => {
      await run(service, startArguments(service)).ended;
      const daemons = daemonsOf(service).filter((pid) => pid !== innocent.pid);
      if (daemons.length !== 1 || pidIn(service) !== daemons[0]) result.refused += 1;
      for (const pid of daemons) killOne(pid);
    });
  }
  return result;
}

async function withInnocent(
  service: Service,
  use: (service: Service, innocent: ChildProcess) => Promise<void>,
): Promise<void> {
  const { code, err } = await run(service, startArguments(service)).ended;
  const pid = pidIn(service);
  if (code !== 0 || pid === undefined) throw new Error(`the daemon did not start: ${err}`);
  killOne(pid);
  while (existsSync(`/proc/${pid}`)) await delay(1);
  await delay(CLOCK_TICK_MS);
  const innocent = await spawnWithPid(pid);
  const ended = once(innocent, 'exit');
  try {
    await use(service, innocent);
    // Give a signal that was sent the time to be noticed.
    await delay(10);
  } finally {
    innocent.kill('SIGKILL');
    await ended;
  }
}

/** Others fork too, so it may take some tries. */
async function spawnWithPid(pid: number): Promise<ChildProcess> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    writeFileSync(LAST_PID, String(pid - 1));
    const child = spawn('/bin/sleep', ['86399'], { stdio: 'ignore' });
    if (child.pid === pid) return child;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  throw new Error(`nobody could be given pid ${pid}`);
}
