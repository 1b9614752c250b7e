/** Question 3: how long a respawn entry is gone after SIGKILL. */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { bootFolder, makeBenchFolder, type BenchFolder } from './booted-folder.ts';
import { interleave, ratio, time, type Measure, type Question, type Workbench } from './measure.ts';

/** Ten starts in two minutes switch an entry off, so each is killed eight times only. */
const ENTRIES = 12;
const KILLS = 8;
/** Between two kills, so that what the last start set off is over. */
const PAUSE_MS = 20;
const TARGET_MS = 5;

export const RESPAWN: Question = {
  name: 'respawn',
  title: 'Respawn after SIGKILL, until the new process does its first thing',
  ask: askRespawn,
};

/** A shell that starts the same program again and again is the least that can be waited for. */
async function askRespawn(bench: Workbench): Promise<readonly Measure[]> {
  const folder = makeBenchFolder(bench);
  const lines = Array.from({ length: ENTRIES }, (_, index) => `r${index}:3:respawn:${folder.stay} ${index}`);
  const init = await bootFolder(bench, folder, ['id:3:initdefault:', ...lines, ''].join('\n'));
  const pids = new Map<string, number>();
  while (pids.size < ENTRIES) note(await folder.tell.next(), pids);
  const endLoop = startLoop(bench, folder);
  note(await folder.tell.next(), pids);
  let kills = 0;
  const values = await interleave(ENTRIES * KILLS - 1, {
    init: () => measureKill(folder, String(kills++ % ENTRIES), pids),
    sh: () => measureKill(folder, 'loop', pids),
  });
  endLoop();
  await init.end();
  return [
    time('kill to first action', values.init, TARGET_MS),
    ratio('against a loop of sh', values.init, values.sh),
  ];
}

function note(
  { word, pid }: { readonly word: string; readonly pid: number },
  pids: Map<string, number>,
): void {
  pids.set(word, pid);
}

async function measureKill({ tell }: BenchFolder, word: string, pids: Map<string, number>): Promise<number> {
  await delay(PAUSE_MS);
  const killed = performance.now();
  process.kill(pids.get(word)!, 'SIGKILL');
  const told = await tell.next();
  if (told.word !== word) throw new Error(`${told.word} started, ${word} was killed`);
  note(told, pids);
  return told.at - killed;
}

/** The shell and its child are one process group, which ends as one. */
function startLoop(bench: Workbench, { stay }: BenchFolder): () => void {
  const loop = spawn('/bin/sh', ['-c', `while :; do ${stay} loop; done`], {
    stdio: 'ignore',
    detached: true,
  });
  const kill = (): void => void process.kill(-loop.pid!, 'SIGKILL');
  const forget = bench.onEnd(kill);
  return () => {
    kill();
    forget();
  };
}
