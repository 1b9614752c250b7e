/** The shells that the shell library has to work under, and scripts run in them as real processes. */
import { IS_CI } from './is-ci.ts';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

export interface Shell {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
}

export const SHELLS: readonly Shell[] = [
  { name: 'dash', argv: ['dash'] },
  { name: 'bash', argv: ['bash'] },
  { name: 'bash --posix', argv: ['bash', '--posix'] },
  { name: 'busybox sh', argv: ['busybox', 'sh'] },
];

/** What the scripts find; nothing of the caller's. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** Declares the tests once for each shell; a shell that is missing is skipped with that reason. */
export function describeShells(what: string, declare: (shell: Shell) => void): void {
  for (const shell of SHELLS) {
    const [file, ...args] = shell.argv;
    const isThere = spawnSync(file, [...args, '-c', ':']).status === 0;
    if (!isThere && IS_CI) throw new Error(`${shell.name} is not installed`);
    const reason = isThere ? '' : ' (skipped: it is not installed)';
    describe.skipIf(!isThere)(`${what} under ${shell.name}${reason}`, () => {
      declare(shell);
    });
  }
}

export interface ShellRun {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ShellOptions {
  /** Flags of the shell, e.g. `-eu`. */
  readonly flags?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  /** A program that gets the shell as its last arguments. */
  readonly through?: readonly string[];
}

/** Runs a text, with `test` as its `$0`. */
export function runText(shell: Shell, text: string, options: ShellOptions = {}): Promise<ShellRun> {
  return runArgs([...shell.argv, ...(options.flags ? [options.flags] : []), '-c', text, 'test'], options);
}

/**
 * Runs a program to its end. Its output goes to files: a daemon that keeps it open must not keep the test waiting.
 */
export async function runArgs(argv: readonly string[], options: ShellOptions = {}): Promise<ShellRun> {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-shell-'));
  const files = ['out', 'err'].map((name) => openSync(join(dir, name), 'w'));
  const [file = '', ...args] = [...(options.through ?? []), ...argv];
  const identity = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  const child = spawn(file, args, {
    stdio: ['ignore', files[0], files[1]],
    env: { PATH, LC_ALL: 'C.UTF-8', ...options.env },
    cwd: options.cwd ?? '/',
    ...identity,
  });
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (status, signal) => resolve(signal ?? status ?? 'unknown'));
    });
    const text = (name: string) => readFileSync(join(dir, name), 'utf8');
    return { code, stdout: text('out'), stderr: text('err') };
  } finally {
    files.forEach((fd) => closeSync(fd));
    rmSync(dir, { recursive: true, force: true });
  }
}

/** For `through`: the program finds the contents of `other` in the place of a file. Needs namespaces. */
export function hideFile(path: string, other: string): readonly string[] {
  const mount = 'mount -n --bind "$1" "$0" && shift && exec "$@"';
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return ['unshare', ...user, '--mount', 'sh', '-c', mount, path, other];
}
