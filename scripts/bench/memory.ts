/** Question 4: what a running init keeps of the machine. */
import { readdirSync, readFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { bootFolder, makeBenchFolder, type BenchFolder } from './booted-folder.ts';
import type { Measure, Question, Workbench } from './measure.ts';

const CHILDREN = 100;
/** Each child is killed so often: below the ten starts that switch an entry off. */
const KILLS = 8;
/** Until what a boot or a burst of restarts set off is over. */
const SETTLE_MS = 1_000;
const TARGET_MB = 60;

export const MEMORY: Question = {
  name: 'memory',
  title: 'Resident memory of the init (VmRSS), in a folder',
  ask: askMemory,
};

async function askMemory(bench: Workbench): Promise<readonly Measure[]> {
  const bare = await measureBareNode(bench);
  const empty = await withInit(bench, 0, async (_, pid) => [await settled('0 children', pid, TARGET_MB)]);
  const full = await withInit(bench, CHILDREN, async (folder, pid, pids) => {
    const quiet = await settled(`${CHILDREN} children`, pid, TARGET_MB);
    bench.progress(`${CHILDREN * KILLS} restarts`);
    await restartAll(folder, pids);
    const name = `${CHILDREN} children, after ${CHILDREN * KILLS} restarts`;
    return [quiet, await settled(name, pid, TARGET_MB)];
  });
  return [bare, ...empty, ...full];
}

async function withInit<T>(
  bench: Workbench,
  children: number,
  use: (folder: BenchFolder, pid: number, pids: number[]) => Promise<T>,
): Promise<T> {
  const folder = makeBenchFolder(bench);
  const lines = Array.from({ length: children }, (_, index) => `r${index}:3:respawn:${folder.stay} ${index}`);
  const init = await bootFolder(bench, folder, ['id:3:initdefault:', ...lines, ''].join('\n'));
  const pids: number[] = [];
  while (pids.length < children) pids.push((await folder.tell.next()).pid);
  const result = await use(folder, init.pid, pids);
  await init.end();
  return result;
}

async function restartAll({ tell }: BenchFolder, pids: number[]): Promise<void> {
  for (let round = 0; round < KILLS; round++) {
    for (const pid of pids.splice(0)) process.kill(pid, 'SIGKILL');
    while (pids.length < CHILDREN) pids.push((await tell.next()).pid);
  }
}

/** The least that any program on Node has: one that only waits. */
async function measureBareNode(bench: Workbench): Promise<Measure> {
  const node = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)'], { stdio: 'ignore' });
  const kill = (): void => void node.kill('SIGKILL');
  const forget = bench.onEnd(kill);
  const measure = await settled('a Node that only waits', node.pid!);
  kill();
  forget();
  return measure;
}

async function settled(name: string, pid: number, target?: number): Promise<Measure> {
  await delay(SETTLE_MS);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(status)?.[1]);
  const megabytes = (field: string): string => (kilobytes(field) / 1_000).toFixed(1);
  const descriptors = readdirSync(`/proc/${pid}/fd`).length;
  const detail =
    `${megabytes('RssAnon')} MB its own, ${megabytes('RssFile')} MB of files; ` +
    `${kilobytes('Threads')} threads, ${descriptors} descriptors`;
  return {
    name,
    value: kilobytes('VmRSS') / 1_000,
    unit: 'MB',
    detail,
    ...(target !== undefined && { target }),
  };
}
