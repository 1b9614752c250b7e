import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { waitFor } from './wait-for.ts';

const TOP = join(import.meta.dirname, '../..');

export interface RunningProgram {
  readonly pid: number;
  /** Whole lines of standard output so far. */
  readonly lines: readonly string[];
  readonly stderr: () => string;
  readonly send: (line: string) => void;
  readonly nextLine: () => Promise<string>;
  /** Exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A program that gets ours as its last arguments, e.g. `['unshare', '--mount']`. */
  readonly through?: readonly string[];
}

/** Runs `test/fixtures/programs/NAME.ts` as a process of its own, which is killed after the test. */
export function runProgram(
  name: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): RunningProgram {
  const program = join(TOP, 'test/fixtures/programs', `${name}.ts`);
  const [file = '', ...rest] = [
    ...(options.through ?? []),
    process.execPath,
    '--import',
    import.meta.resolve('tsx'),
    program,
    ...args,
  ];
  return follow(spawn(file, rest, { env: { ...process.env, ...options.env }, stdio: 'pipe' }));
}

function follow(child: ChildProcess): RunningProgram {
  const lines: string[] = [];
  let taken = 0;
  let stderr = '';
  child.stderr!.on('data', (chunk) => (stderr += String(chunk)));
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? 'unknown'));
    child.once('error', reject);
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    stderr: () => stderr,
    send: (line) => void child.stdin!.write(`${line}\n`),
    nextLine: async () => {
      const at = taken++;
      return waitFor(`line ${at + 1} of the program; stderr: ${stderr}`, () => lines[at], 20_000);
    },
  };
}
