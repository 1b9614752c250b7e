/** How long a whole process takes, from fork to its end. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Workbench } from './measure.ts';

export const APPLETS: string = join(import.meta.dirname, '../../dist/applets');

export interface Call {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it ends with; 0 when absent. */
  readonly status?: number;
}

/**
 * Does not block the event loop, so that an interruption is heard at once.
 * @returns Milliseconds. Rejects if it ends in another way than with that status: then the time means nothing.
 */
export function timeProcess(bench: Workbench, { argv, env = {}, status = 0 }: Call): Promise<number> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(file, args, {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const forget = bench.onEnd(() => child.kill('SIGKILL'));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const took = performance.now() - started;
      forget();
      if (code === status) resolve(took);
      else reject(new Error(`${argv.join(' ')}: ${signal ?? `exit ${code}`}`));
    });
  });
}
