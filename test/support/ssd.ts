/** start-stop-daemon for tests: in a system root of its own, with daemons that are certainly gone afterwards. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runApplet, type AppletRun } from './run-applet.ts';
import { waitFor } from './wait-for.ts';
import { withTree, type Tree } from './with-tree.ts';

export interface SsdTest {
  /** The system root, where everything of this test is. */
  readonly dir: string;
  /** An argument that only this test's daemons have: as `sleep`'s it is a day. */
  readonly marker: string;
  readonly path: (name: string) => string;
  readonly ssd: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<AppletRun>;
  /** Options and arguments of a start in the background with the pid file `d.pid`. */
  readonly startSleep: readonly string[];
  readonly pidIn: (name?: string) => number;
  /** Live processes with the marker. */
  readonly daemons: () => readonly number[];
}

let count = 0;

export function withSsd(tree: Tree = {}): SsdTest {
  const dir = withTree(tree);
  count += 1;
  const marker = `86400.${process.pid}${String(count).padStart(4, '0')}`;
  onTestFinished(async () => {
    // Again and again: a program that is killed in the middle may have just started another.
    await waitFor('the daemons to end', () => {
      const left = withMarker(marker);
      for (const pid of left) kill(pid);
      return left.length === 0;
    });
  });
  const path = (name: string) => join(dir, name);
  const base = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', RCINIT_ROOT: dir };
  return {
    dir,
    marker,
    path,
    ssd: (args, env = {}) => runApplet('start-stop-daemon', args, { env: { ...base, ...env } }),
    startSleep: ['-S', '-b', '-m', '-p', path('d.pid'), '-x', '/bin/sleep', '--', marker],
    pidIn: (name = 'd.pid') => Number(readFileSync(path(name), 'utf8')),
    daemons: () => withMarker(marker),
  };
}

/** Starts a process that is nobody's daemon, and ends it after the test. */
export function startSleeper(marker: string): number {
  const { pid } = spawn('/bin/sleep', [marker], { stdio: 'ignore' });
  if (pid === undefined) throw new Error('sleep did not start');
  return pid;
}

/** False for zombies. */
export function isThere(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function withMarker(marker: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && argvOf(name).includes(marker))
    .map(Number);
}

function argvOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
