/** Question 5: how long it takes from a request for a level to the first process of that level. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeRequest } from '../../src/core/wire/initctl-message.ts';
import { bootFolder, makeBenchFolder, type BenchFolder } from './booted-folder.ts';
import { interleave, time, type Measure, type Question, type Workbench } from './measure.ts';
import { APPLETS } from './process-time.ts';

const ROUNDS = 30;
/** So that the last change is over. */
const PAUSE_MS = 20;
const LEVELS = ['2', '3'] as const;

export const REQUEST: Question = {
  name: 'request',
  title: 'From a request for another level to its first process',
  ask: askRequest,
};

async function askRequest(bench: Workbench): Promise<readonly Measure[]> {
  const folder = makeBenchFolder(bench);
  const lines = LEVELS.map((level) => `l${level}:${level}:wait:${folder.pass} ${level}`);
  const init = await bootFolder(bench, folder, ['id:3:initdefault:', ...lines, ''].join('\n'));
  await folder.tell.next();
  let changes = 0;
  const measureChange = async (
    ask: (dir: string, level: string) => void | Promise<void>,
  ): Promise<number> => {
    await delay(PAUSE_MS);
    const level = LEVELS[changes++ % LEVELS.length]!;
    const asked = performance.now();
    await ask(folder.dir, level);
    return (await nextStart(folder, level)) - asked;
  };
  const values = await interleave(ROUNDS, {
    fifo: () => measureChange(writeRequest),
    telinit: () => measureChange(runTelinit),
  });
  await init.end();
  return [time('384 bytes into the fifo', values.fifo), time('telinit LEVEL', values.telinit)];
}

async function nextStart({ tell }: BenchFolder, level: string): Promise<number> {
  const told = await tell.next();
  if (told.word !== level) throw new Error(`level ${told.word} was reached instead of ${level}`);
  return told.at;
}

function writeRequest(dir: string, level: string): void {
  const fd = openSync(join(dir, 'run/initctl'), 'w');
  writeSync(fd, encodeRequest({ kind: 'runlevel', level, sleepSeconds: 3 }));
  closeSync(fd);
}

/** Does not hold up the reader of the fifo: the level may be there before telinit has ended. */
function runTelinit(dir: string, level: string): Promise<void> {
  const child = spawn(join(APPLETS, 'telinit'), [level], { env: { RCINIT_ROOT: dir }, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`telinit: exit ${code}`))));
  });
}
