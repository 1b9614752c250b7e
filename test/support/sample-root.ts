/** A copy of the sample system in a temporary root, and its init scripts run there as real processes. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { appletsDir, shellLibrary } from '../../src/os/program.ts';
import { withTree } from './with-tree.ts';

export const CHECKOUT = join(import.meta.dirname, '../..');
/** What `rc` gives the scripts of a folder, and the node that runs the tests. */
const PATH = `${appletsDir()}:/sbin:/usr/sbin:/bin:/usr/bin:${dirname(process.execPath)}`;
const INIT_FUNCTIONS = shellLibrary('init-functions');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SampleRoot {
  readonly dir: string;
  readonly port: number;
  /** Runs `init.d/NAME` with a shell, from `/` unless told. */
  readonly run: (name: string, args: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** The number in the service's pid file, or undefined. */
  readonly pidOf: (name: string) => number | undefined;
}

export interface RunOptions {
  /** The shell and its arguments; `sh` by default. */
  readonly shell?: readonly string[];
  readonly cwd?: string;
  readonly root?: string;
  readonly uid?: number;
  /** Instead of the variables that `rc` sets. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Copies the sample system; its web page gets a free port. Processes left over are killed after the test. */
export async function copySampleRoot(): Promise<SampleRoot> {
  const dir = withTree({});
  onTestFinished(() => {
    for (const pid of processesOf(dir)) kill(pid);
  });
  for (const part of ['etc', 'init.d']) {
    cpSync(join(CHECKOUT, part), join(dir, part), { recursive: true, verbatimSymlinks: true });
  }
  const port = await freePort();
  writeFileSync(join(dir, 'etc/default/web'), `PORT=${port}\n`);
  return {
    dir,
    port,
    run: (name, args, options = {}) => runScript(dir, join(dir, 'etc/init.d', name), args, options),
    pidOf: (name) => {
      const path = join(dir, 'run', `${name}.pid`);
      return existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined;
    },
  };
}

/** The living processes that work in `dir` or whose command line names something below it. */
export function processesOf(dir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(
      (pid) =>
        pid !== process.pid &&
        (workingDir(pid) === dir || commandLine(pid).some((word) => word.startsWith(`${dir}/`))),
    );
}

export function runScript(
  dir: string,
  path: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Ended> {
  const [shell = 'sh', ...shellArgs] = options.shell ?? ['sh'];
  const library = INIT_FUNCTIONS === undefined ? {} : { INIT_FUNCTIONS };
  const env = {
    ...(options.env ?? { PATH, ...library }),
    LC_ALL: 'C.UTF-8',
    RCINIT_ROOT: options.root ?? dir,
  };
  const identity = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  return new Promise((resolve) => {
    const child = execFile(
      shell,
      [...shellArgs, path, ...args],
      { env, cwd: options.cwd ?? '/', ...identity },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

function workingDir(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function commandLine(pid: number): string[] {
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

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
