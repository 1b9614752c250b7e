/** One service to torture: how it is started and stopped, and who of it is alive. No test framework in here. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Service {
  /** The start-stop-daemon under test. */
  readonly program: string;
  readonly pidfile: string;
  /** A number of seconds that no other process sleeps. */
  readonly marker: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly err: string;
  readonly tookMs: number;
}

const DAEMON = '/bin/sleep';

/** @param dir Becomes the system root, so that locks are there too. */
export function makeService(program: string, dir: string, number: number): Service {
  return {
    program,
    pidfile: join(dir, `service-${number}.pid`),
    marker: `86400.${process.pid}${String(number).padStart(5, '0')}`,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', RCINIT_ROOT: dir },
  };
}

export function startArguments({ pidfile, marker }: Service): readonly string[] {
  const options = ['--start', '--quiet', '--background', '--make-pidfile', '--pidfile', pidfile];
  return [...options, '--exec', DAEMON, '--', marker];
}

export function stopArguments({ pidfile }: Service): readonly string[] {
  const options = ['--stop', '--quiet', '--retry', 'KILL/10', '--remove-pidfile'];
  return [...options, '--pidfile', pidfile, '--exec', DAEMON];
}

export function statusArguments({ pidfile }: Service): readonly string[] {
  return ['--status', '--pidfile', pidfile, '--exec', DAEMON];
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** @param through A program that gets ours as its last arguments. */
export function run(service: Service, args: readonly string[], through: readonly string[] = []): Running {
  const [file = '', ...rest] = [...through, service.program, ...args];
  const startedAt = performance.now();
  const child = spawn(file, rest, { cwd: '/', env: service.env, stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    // Not `close`: a shim that is left alone may hold the stream for a moment.
    child.once('exit', (code, signal) =>
      resolve({ code, signal, err, tookMs: performance.now() - startedAt }),
    );
  });
  return { child, ended };
}

/** Live daemons of the service. */
export function daemonsOf({ marker }: Service): readonly number[] {
  return processes(marker)
    .filter(({ exe }) => exe === basename(DAEMON))
    .map(({ pid }) => pid);
}

/** Waits until nobody is on the way to become a daemon: starters that were killed leave shims that go on. */
export async function settle({ marker }: Service): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (processes(marker).some(({ exe }) => exe !== basename(DAEMON))) {
    if (performance.now() > deadline) throw new Error('a start never ended');
    await delay(5);
  }
}

export function pidIn({ pidfile }: Service): number | undefined {
  try {
    const text = readFileSync(pidfile, 'utf8');
    return /^\d+\n$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

export function killDaemons(service: Service): void {
  for (const pid of daemonsOf(service)) killOne(pid);
}

export function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function processes(marker: string): { readonly pid: number; readonly exe: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const argv = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        if (!argv.includes(marker)) return [];
        return [{ pid: Number(name), exe: basename(readlinkSync(`/proc/${name}/exe`)) }];
      } catch {
        return [];
      }
    });
}
