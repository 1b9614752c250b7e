import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openPty } from './pty.ts';

export interface TerminalRun {
  /** What the terminal has shown so far, with `\r\n` as it came. */
  readonly shown: () => string;
  /** Comes when the applet has ended, with its exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts a built applet with standard output and standard error on a terminal of its own; it is gone after the test. */
export function startOnTerminal(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): TerminalRun {
  let output = '';
  const pty = openPty((chunk) => (output += chunk.toString('utf8')));
  const terminal = openSync(pty.path, 'r+');
  const path = join(import.meta.dirname, '../../dist/applets', name);
  const child = spawn(path, args, { env, cwd: '/', stdio: ['ignore', terminal, terminal], detached: true });
  closeSync(terminal);
  onTestFinished(() => {
    pty.close();
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
      process.kill(-child.pid, 'SIGKILL');
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  return { shown: () => output, ended };
}
