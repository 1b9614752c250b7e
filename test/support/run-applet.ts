import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Applet, AppletIo } from '../../src/cli/applet.ts';

export interface AppletRun {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** Calls an applet in this process, with its output captured. Only for what ends without running a program. */
export async function callApplet(
  applet: Applet,
  args: readonly string[],
  io: Partial<AppletIo> & Pick<AppletIo, 'name'>,
): Promise<AppletRun> {
  let out = '';
  let err = '';
  const code = await applet(args, {
    env: {},
    cwd: '/',
    out: (text) => (out += text),
    err: (text) => (err += text),
    stdoutIsTty: false,
    stderrIsTty: false,
    ...io,
  });
  return { code, signal: null, out, err };
}

export interface StartedApplet {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: { out: string; err: string };
  /** Comes when the applet itself has ended, whoever still holds its streams. */
  readonly ended: Promise<Pick<AppletRun, 'code' | 'signal'>>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input, which is empty otherwise. */
  readonly input?: string;
  /** A program that becomes ours, which it gets as its last arguments. */
  readonly through?: readonly string[];
}

/** Starts a built applet as a process with exactly this environment; after the test its process group is gone. */
export function startApplet(
  name: string,
  args: readonly string[],
  options: StartOptions = {},
): StartedApplet {
  const path = join(import.meta.dirname, '../../dist/applets', name);
  const [file = path, ...rest] = [...(options.through ?? []), path, ...args];
  const child = spawn(file, rest, { env: options.env ?? {}, cwd: '/', detached: true });
  onTestFinished(() => killGroup(child.pid));
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text));
  // It may end, or become another program, without reading anything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const ended = new Promise<Pick<AppletRun, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return { child, output, ended };
}

/** Runs a built applet to its end and to the end of its output. */
export async function runApplet(
  name: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<AppletRun> {
  const { child, ended, output } = startApplet(name, args, options);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const end = await ended;
  await closed;
  return { ...end, ...output };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Everything has ended already, as it should.
  }
}
