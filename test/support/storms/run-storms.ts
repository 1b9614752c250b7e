/** Three storms at once on one PID 1: orphans, processes that are killed and restarted, requests. No test framework here. */
import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeRequest, encodeSetenv } from '../../../src/core/wire/initctl-message.ts';
import { CONTROL_SOCKET } from '../../../src/core/system-paths.ts';
import { APPLETS, processStates, startPid1, type Pid1 } from '../pid1.ts';
import { waitFor } from '../wait-for.ts';

export interface StormOptions {
  readonly seconds: number;
  readonly orphans: number;
  readonly respawnsPerMinute: number;
  readonly requests: number;
  /** Told once a second. */
  readonly onSample?: (sample: Sample) => void;
}

export interface Sample {
  readonly second: number;
  readonly residentKilobytes: number;
  readonly descriptors: number;
}

export interface StormResult {
  readonly samples: readonly Sample[];
  readonly respawns: number;
  readonly orphans: number;
  readonly requests: number;
  /** Resident memory of PID 1, the mean of a tenth of the samples each. */
  readonly middleKilobytes: number;
  readonly endKilobytes: number;
  readonly problems: readonly string[];
}

/** Ten starts in two minutes switch an entry off: with so many, each is killed eight times in that time at most. */
const RESPAWNS_OF_ENTRY_PER_MINUTE = 4;
const SETTLE_MS = 20_000;
/** Memory at the end may be this much more than in the middle. */
const MAX_GROWTH = 1.1;
const LOOKS_AT_REST = 20;

/** Runs the storms for as long as said. */
export async function runStorms(options: StormOptions): Promise<StormResult> {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-storms-'));
  const entries = Math.max(1, Math.ceil(options.respawnsPerMinute / RESPAWNS_OF_ENTRY_PER_MINUTE));
  writeRoot(dir, entries);
  let pid1: Pid1 | undefined;
  try {
    pid1 = await startPid1({ kind: 'tree', layer: dir, argv: [join(APPLETS, 'init')] });
    const init = pid1;
    await waitFor('all entries to run', () => sleepers(init).length === entries, SETTLE_MS);
    await waitFor('the fifo', () => existsSync(init.path('/run/initctl')));
    await waitFor('the control socket', () => existsSync(init.path(CONTROL_SOCKET)));
    return await storm(init, dir, entries, options);
  } finally {
    await pid1?.end();
    rmSync(dir, { recursive: true, force: true });
  }
}

function writeRoot(dir: string, entries: number): void {
  for (const folder of ['etc/inittab.d', 'var/log']) mkdirSync(join(dir, folder), { recursive: true });
  const lines = Array.from(
    { length: entries },
    (_, index) => `${index.toString(36)}:2:respawn:/bin/sleep 86400`,
  );
  const table = ['id:2:initdefault:', 'done:a:once:/bin/touch /done', ...lines, ''];
  writeFileSync(join(dir, 'etc/inittab'), table.join('\n'));
}

async function storm(init: Pid1, dir: string, entries: number, options: StormOptions): Promise<StormResult> {
  const samples: Sample[] = [];
  const descriptorsBefore = await countRestingDescriptors(init);
  const orphans = runOrphans(init, options);
  const counted = await blow(init, options, samples);
  await orphans;
  const problems: string[] = [];
  await settle(init, dir, entries).catch((error: unknown) => problems.push(String(error)));
  const last = sample(init, options.seconds);
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const middle = Math.floor(samples.length / 2);
  const result = {
    ...counted,
    samples,
    orphans: options.orphans,
    middleKilobytes: mean(samples.slice(middle, middle + tenth)),
    endKilobytes: mean([...samples.slice(-tenth), last]),
  };
  const descriptorsAfter = await countRestingDescriptors(init);
  if (descriptorsAfter !== descriptorsBefore)
    problems.push(`${descriptorsBefore} descriptors at rest before, ${descriptorsAfter} after`);
  return { ...result, problems: [...problems, ...findProblems(init, result)] };
}

/** One shell that leaves processes behind, evenly over the time, in bursts of a hundred. */
async function runOrphans(init: Pid1, { orphans, seconds }: StormOptions): Promise<void> {
  const bursts = Math.max(1, Math.ceil(orphans / 100));
  const pause = ((seconds / bursts) * 0.8).toFixed(2);
  const script = `i=0; while [ $i -lt ${bursts} ]; do j=0
    while [ $j -lt 100 ]; do (sleep 0.1 &); j=$((j + 1)); done
    i=$((i + 1)); sleep ${pause}; done`;
  await init.run(['sh', '-c', script], { deadlineMs: seconds * 4_000 + 60_000 });
}

/** Kills and requests, each at its pace; looks once a second. */
async function blow(
  init: Pid1,
  { seconds, respawnsPerMinute, requests, onSample }: StormOptions,
  samples: Sample[],
): Promise<Pick<StormResult, 'respawns' | 'requests'>> {
  const fifo = openSync(init.path('/run/initctl'), constants.O_WRONLY);
  const turn = makeKiller(init);
  const start = performance.now();
  let killed = 0;
  let sent = 0;
  for (let passed = 0; passed < seconds; passed = (performance.now() - start) / 1_000) {
    while (killed < (passed / 60) * respawnsPerMinute) {
      turn();
      killed++;
    }
    while (sent < Math.min(requests, (passed / seconds) * requests)) send(fifo, sent++);
    if (samples.length < passed) {
      samples.push(sample(init, samples.length));
      onSample?.(samples.at(-1)!);
    }
    await delay(5);
  }
  while (sent < requests) send(fifo, sent++);
  writeSync(fifo, encodeRequest({ kind: 'runlevel', level: 'a', sleepSeconds: 3 }));
  closeSync(fifo);
  return { respawns: killed, requests: sent };
}

/** Kills one after the other; those that came meanwhile are found when the round is over. */
function makeKiller(init: Pid1): () => void {
  let round: number[] = [];
  return () => {
    if (round.length === 0) round = [...sleepers(init)];
    const pid = round.shift();
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It was killed before, in the round that found it too.
    }
  };
}

/** A blocking write: the fifo is as fast as its reader. */
function send(fifo: number, index: number): void {
  writeSync(fifo, request(index));
}

/** Mostly variables; now and then a level that it is in, rubbish, and a reading of the table. */
function request(index: number): Uint8Array {
  if (index % 1_000 === 999) return encodeRequest({ kind: 'runlevel', level: 'q', sleepSeconds: 3 });
  if (index % 50 === 49) return Buffer.alloc(384, 'x');
  if (index % 10 === 9) return encodeRequest({ kind: 'runlevel', level: '2', sleepSeconds: 3 });
  return encodeSetenv([`INIT_STORM=${index}`])!;
}

/** The machine's pids of the entries' processes, told from orphans by what they are called. */
function sleepers(init: Pid1): readonly number[] {
  const children = readFileSync(`/proc/${init.hostPid}/task/${init.hostPid}/children`, 'utf8');
  return children
    .trim()
    .split(' ')
    .map(Number)
    .filter((pid) => isSleeper(pid));
}

function isSleeper(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('86400');
  } catch {
    return false;
  }
}

async function settle(init: Pid1, dir: string, entries: number): Promise<void> {
  await waitFor('the last request to be heeded', () => existsSync(join(dir, 'done')), SETTLE_MS);
  await waitFor('every entry to run', () => sleepers(init).length === entries, SETTLE_MS);
  await waitFor('no zombie', () => ![...processStates(init).values()].includes('Z'), SETTLE_MS);
}

function sample(init: Pid1, second: number): Sample {
  const status = readFileSync(`/proc/${init.hostPid}/status`, 'utf8');
  return {
    second,
    residentKilobytes: Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]),
    descriptors: countDescriptors(init),
  };
}

function countDescriptors(init: Pid1): number {
  return readdirSync(`/proc/${init.hostPid}/fd`).length;
}

/** Whatever init does at the moment, the pipe of a start or the record of an end, only adds to those that it keeps. */
async function countRestingDescriptors(init: Pid1): Promise<number> {
  let least = countDescriptors(init);
  for (let look = 1; look < LOOKS_AT_REST; look++) {
    await delay(5);
    least = Math.min(least, countDescriptors(init));
  }
  return least;
}

function mean(samples: readonly Sample[]): number {
  return Math.round(samples.reduce((sum, one) => sum + one.residentKilobytes, 0) / samples.length);
}

function findProblems(
  init: Pid1,
  { middleKilobytes, endKilobytes }: Pick<StormResult, 'middleKilobytes' | 'endKilobytes'>,
): readonly string[] {
  const problems: string[] = [];
  if (endKilobytes > middleKilobytes * MAX_GROWTH)
    problems.push(`${middleKilobytes} kB in the middle, ${endKilobytes} kB at the end`);
  const said = init.console.lines.filter((line) => /internal error|respawning too fast/.test(line));
  return [...problems, ...said.slice(0, 3)];
}
