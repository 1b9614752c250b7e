/** Runs a command inside the namespaces of another process, as an administrator on that machine would. */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; nothing when absent. */
  readonly input?: string | Uint8Array;
  readonly deadlineMs?: number;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ADMIN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Output goes to files, not pipes: a daemon that keeps its starter's output open must not keep the test waiting.
 * @param ownUserNamespace The target has one; our identity there is the one we were mapped to.
 */
export async function runInside(
  hostPid: number,
  ownUserNamespace: boolean,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const dir = mkdtempSync(join(tmpdir(), 'rcinit-run-'));
  const files = ['out', 'err'].map((name) => openSync(join(dir, name), 'w'));
  const env = Object.entries({ PATH: ADMIN_PATH, LC_ALL: 'C.UTF-8', ...options.env }).map((pair) =>
    pair.join('='),
  );
  const user = ownUserNamespace ? ['--user', '--preserve-credentials'] : [];
  const flags = ['--target', `${hostPid}`, '--mount', '--uts', '--ipc', '--net', '--pid', ...user];
  const child = spawn('nsenter', [...flags, '--', 'env', '-i', '-C', '/', ...env, ...argv], {
    stdio: ['pipe', files[0], files[1]],
    timeout: options.deadlineMs ?? 60_000,
    killSignal: 'SIGKILL',
  });
  child.stdin?.on('error', () => child.stdin?.destroy());
  child.stdin?.end(options.input ?? '');
  try {
    const ended = await new Promise<Pick<RunResult, 'code' | 'signal'>>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const text = (name: string) => readFileSync(join(dir, name), 'utf8');
    return { ...ended, stdout: text('out'), stderr: text('err') };
  } finally {
    files.forEach((fd) => closeSync(fd));
    rmSync(dir, { recursive: true, force: true });
  }
}
