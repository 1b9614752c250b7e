/** `rcinit boot --root DIR` on an inittab, with a program that tells when it runs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workbench } from './measure.ts';
import { APPLETS } from './process-time.ts';
import { makeFifo, openTellFifo, type TellFifo } from './tell-fifo.ts';

export interface BenchFolder {
  readonly dir: string;
  /** Path of a program that tells `WORD PID` (its first argument) before anything else, and then stays. */
  readonly stay: string;
  /** The same, but it ends then. */
  readonly pass: string;
  readonly tell: TellFifo;
}

/** A folder with both programs. They are shell scripts, so that little more than exec is measured. */
export function makeBenchFolder(bench: Workbench): BenchFolder {
  const dir = bench.makeFolder();
  for (const name of ['etc', 'run']) mkdirSync(join(dir, name));
  const [told, stayed] = [join(dir, 'tell'), join(dir, 'stay-fifo')];
  makeFifo(stayed);
  const tell = openTellFifo(told);
  bench.onEnd(tell.close);
  const say = `#!/bin/sh\necho "$1" $$ >${told}\n`;
  // Opening a fifo that nobody writes waits without another program.
  writeFileSync(join(dir, 'stay'), `${say}read -r line <${stayed}\n`, { mode: 0o755 });
  writeFileSync(join(dir, 'pass'), say, { mode: 0o755 });
  return { dir, stay: join(dir, 'stay'), pass: join(dir, 'pass'), tell };
}

export interface BootedInit {
  readonly pid: number;
  /** Lets it go through level 0. */
  readonly end: () => Promise<void>;
}

/** How long a system may take to end in order before it is killed. */
const END_MS = 15_000;

/** Boots the folder. @returns When its first level is reached. */
export async function bootFolder(
  bench: Workbench,
  { dir }: BenchFolder,
  inittab: string,
): Promise<BootedInit> {
  writeFileSync(join(dir, 'etc/inittab'), inittab);
  const child = spawn(join(APPLETS, 'rcinit'), ['boot', '--root', dir], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] },
    cwd: '/',
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const forget = bench.onEnd(() => killAll(child, dir));
  await new Promise<void>((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('reached')) resolve();
    });
    child.once('exit', () => reject(new Error(`rcinit boot ended: ${text}`)));
  });
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await exited;
    clearTimeout(timer);
    forget();
  };
  return { pid: child.pid ?? 0, end };
}

/** For an interrupted benchmark, which cannot wait for level 0. */
function killAll(init: ChildProcess, dir: string): void {
  if (init.pid === undefined || init.exitCode !== null || init.signalCode !== null) return;
  process.kill(init.pid, 'SIGKILL');
  // It may have been about to start another child; only when it is dead they are all.
  const stat = `/proc/${init.pid}/stat`;
  while (!/\) [ZX] /.test(readFileSync(stat, 'latin1')));
  for (const pid of processesOf(dir)) process.kill(pid, 'SIGKILL');
}

/** Those that were told by init that this is their root. */
function processesOf(dir: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isOf(name, dir))
    .map(Number);
}

function isOf(pid: string, dir: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`RCINIT_ROOT=${dir}`);
  } catch {
    // It ended between the listing and the look.
    return false;
  }
}
