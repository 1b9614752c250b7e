/** A throw-away root with a program of one kind and the init script that `rcinit new` writes for it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { applet as rcinit } from '../../src/cli/rcinit.ts';
import { OUR_LIBRARY } from './debian-shell-library.ts';
import { callApplet, type AppletRun } from './run-applet.ts';
import { runArgs, type ShellOptions, type ShellRun } from './shells.ts';
import { withTree } from './with-tree.ts';

const PROGRAM = join(import.meta.dirname, '../fixtures/programs/service.mjs');
const APPLETS = join(import.meta.dirname, '../../dist/applets');
const DEBIANS_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** Where the scripts find start-stop-daemon. */
export const PATHS = { ours: `${APPLETS}:${DEBIANS_PATH}`, "dpkg's": DEBIANS_PATH } as const;
export type Tools = keyof typeof PATHS;

export const isDpkgsThere = /Debian/.test(
  spawnSync('start-stop-daemon', ['--version'], { encoding: 'utf8', env: { PATH: DEBIANS_PATH } }).stdout ??
    '',
);

export interface ServedRoot {
  readonly dir: string;
  readonly script: string;
  readonly run: (action: readonly string[], options?: RunOptions) => Promise<ShellRun>;
  readonly pid: () => number | undefined;
  /** Processes that work for this root. */
  readonly processes: () => readonly number[];
}

export interface RunOptions extends Omit<ShellOptions, 'env'> {
  readonly tools?: Tools;
  readonly shell?: readonly string[];
}

/** Calls `rcinit`, in this process. */
export function callRcinit(args: readonly string[], cwd = '/'): Promise<AppletRun> {
  return callApplet(rcinit, args, { name: 'rcinit', env: { PATH: DEBIANS_PATH }, cwd });
}

/** An empty root with `bin/served.mjs`, an executable script of node. */
export function emptyRoot(): string {
  const dir = withTree({ 'run/': '', 'etc/default/': '', 'etc/init.d/': '' });
  chmodSync(dir, 0o755);
  writeFileSync(join(dir, 'served.mjs'), `#!${process.execPath}\nimport ${JSON.stringify(PROGRAM)};\n`, {
    mode: 0o755,
  });
  onTestFinished(() => {
    for (const pid of processesOf(dir)) process.kill(pid, 'SIGKILL');
  });
  return dir;
}

/** @param options Of `rcinit new`. @param words Of the program, behind its kind and folder. */
export async function makeServedRoot(
  kind: string,
  options: readonly string[],
  words: readonly string[] = [],
): Promise<ServedRoot> {
  const dir = emptyRoot();
  const behind = ['--', join(dir, 'served.mjs'), kind, dir, ...words];
  const made = await callRcinit(['new', 'served', '--root', dir, ...options, ...behind]);
  if (made.code !== 0) throw new Error(`rcinit new ended with ${made.code}: ${made.err}`);
  return servedRoot(dir, 'served');
}

export function servedRoot(dir: string, name: string): ServedRoot {
  const script = join(dir, 'etc/init.d', name);
  const pidFile = join(dir, 'run', `${name}.pid`);
  return {
    dir,
    script,
    run: (action, { tools = 'ours', shell = ['dash'], ...options } = {}) => {
      const env = {
        PATH: PATHS[tools],
        RCINIT_ROOT: dir,
        INIT_FUNCTIONS: join(OUR_LIBRARY, 'init-functions'),
      };
      return runArgs([...shell, script, ...action], { ...options, env });
    },
    pid: () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : undefined),
    processes: () => processesOf(dir),
  };
}

function processesOf(dir: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandLine(pid).some((word) => word === dir || word.startsWith(`${dir}/`)));
}

function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
