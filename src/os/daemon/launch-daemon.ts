/** Starts the shim that becomes the daemon, and follows it until the exec has happened or failed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseShimReport, type ShimReport } from '../../core/daemon/shim-report.ts';
import type { Millis, Pid } from '../../core/units.ts';
import type { ProgramPlan } from '../process/become-program.ts';
import { closeOnExecFrom, ffiProblem } from '../libc/libc.ts';
import type { PidfileClaim } from '../pidfile/pidfile-claim.ts';
import type { PreparedPidfile } from '../pidfile/pidfile-write.ts';
import { shellLibrary } from '../program.ts';
import { hasArguments, isRunning } from '../process/process-view.ts';
import { chooseShimCommand, type ShimDescriptors } from './shim-command.ts';

/** Longer it is not waited for a program that hides its arguments. */
const MAX_IMAGE_MS: Millis = 2_000;

export interface LaunchRequest {
  readonly plan: ProgramPlan;
  /** `background`: in a session whose leader is gone. `foreground`: our child, in our session. */
  readonly mode: 'background' | 'foreground';
  /** Descriptors that become 0, 1 and 2. */
  readonly stdio: readonly [number, number, number];
  readonly pidfile: { readonly path: string; readonly prepared: PreparedPidfile } | undefined;
  readonly claim: PidfileClaim | undefined;
}

export interface Launch {
  readonly child: ChildProcess;
  /** What became of it: comes when the program runs, or when it is clear that it will not. */
  readonly report: Promise<ShimReport>;
}

/** dash knows descriptors of one digit only. */
const DIGITS = [3, 4, 5, 6, 7, 8, 9] as const;
/** Variables that a shell sets for itself. */
const SHELLS_OWN = ['PWD', 'OLDPWD', 'SHLVL'];
/** Only a dead network drive takes that long; somebody has to be told. */
const MAX_LAUNCH_MS: Millis = 60_000;

/** @throws {Error} If this build has no shim, or the caller left too many low descriptors open. */
export function launchDaemon(request: LaunchRequest): Launch {
  const { plan, mode, pidfile } = request;
  const fds = assignDescriptors(plan.keep);
  const stdio = layOut(request, fds);
  if (ffiProblem() === undefined) closeOnExecFrom(3);
  const { shimMode, setpriv, command } = chooseShimCommand(plan, mode, fds);
  const child = spawn(
    '/bin/sh',
    [
      shimPath(),
      shimMode,
      softLimit(plan),
      pidfile?.path ?? '',
      pidfile?.prepared.newPath ?? '',
      setpriv,
      SHELLS_OWN.filter((name) => !(name in plan.env)).join(' '),
      [fds.lock, fds.status, fds.pid, fds.sidecar, fds.err].join(' '),
      ...command,
    ],
    {
      cwd: plan.chroot === undefined ? plan.cwd : '/',
      env: plan.env,
      detached: mode === 'background',
      stdio,
    },
  );
  return { child, report: followShim(child, fds.status, mode) };
}

function assignDescriptors(taken: readonly number[]): ShimDescriptors {
  const [lock, status, pid, sidecar, err] = DIGITS.filter((fd) => !taken.includes(fd));
  if (
    lock !== undefined &&
    status !== undefined &&
    pid !== undefined &&
    sidecar !== undefined &&
    err !== undefined
  )
    return { lock, status, pid, sidecar, err };
  throw new Error('too many descriptors below 10 are open; close some of 3 to 9 before the call');
}

type Slot = number | 'pipe' | 'ignore';

/** `ignore` leaves a descriptor above 2 closed. */
function layOut({ plan, stdio, claim, pidfile }: LaunchRequest, fds: ShimDescriptors): Slot[] {
  const slots = new Map<number, Slot>([
    ...stdio.entries(),
    ...plan.keep.map((fd) => [fd, fd] as const),
    [fds.status, 'pipe'],
    [fds.err, stdio[2]],
  ]);
  if (claim !== undefined) slots.set(fds.lock, claim.fd);
  if (pidfile !== undefined) {
    slots.set(fds.pid, pidfile.prepared.fd);
    slots.set(fds.sidecar, pidfile.prepared.sidecarFd);
  }
  return Array.from({ length: Math.max(...slots.keys()) + 1 }, (_, fd) => slots.get(fd) ?? 'ignore');
}

/** As ulimit(1) takes it; it sets what we inherited before Node raised it. */
function softLimit({ openFiles }: ProgramPlan): string {
  if (openFiles === undefined) return '';
  return openFiles.soft > BigInt(Number.MAX_SAFE_INTEGER) ? 'unlimited' : `${openFiles.soft}`;
}

function shimPath(): string {
  const path = shellLibrary('daemon-shim');
  if (path === undefined) throw new Error('the daemon-shim is missing from this build; run npm run build');
  return path;
}

/** In the background it also waits for the leader of the session, so that nobody sees its remains. */
async function followShim(
  child: ChildProcess,
  status: number,
  mode: LaunchRequest['mode'],
): Promise<ShimReport> {
  const failed = new Promise<ShimReport>((resolve) => {
    child.once('error', ({ message }) =>
      resolve({ kind: 'failed', pid: undefined, execStatus: undefined, said: message }),
    );
  });
  const leaderGone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const report = readAll(child.stdio[status]).then(async (text) => {
    if (mode === 'background') await leaderGone;
    const parsed = parseShimReport(text);
    if (parsed.kind === 'running') await waitForImage(parsed.pid);
    return parsed;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it was not executed within 60 s')), MAX_LAUNCH_MS);
  });
  return Promise.race([report, failed, late]).finally(() => clearTimeout(timer));
}

/**
 * The kernel closes descriptors a little before the process has its new name and arguments; with a slow disk, before
 * reading the program's first pages. Who asks for the daemon by name right after us must find it.
 */
async function waitForImage(pid: Pid): Promise<void> {
  const deadline = performance.now() + MAX_IMAGE_MS;
  while (isRunning(pid) && !hasArguments(pid) && performance.now() < deadline) await delay(1);
}

function readAll(pipe: ChildProcess['stdio'][number]): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    pipe?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    pipe?.on('error', () => undefined);
    pipe?.once('close', () => resolve(text));
  });
}
