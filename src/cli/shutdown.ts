/** `shutdown`: brings the system down in order, at once or later, and tells everybody before. */
import { formatCtime } from '../core/c-time.ts';
import { parseShutdownCommandLine } from '../core/shutdown/shutdown-options.ts';
import { goingDownText, messageText, nologinText, SHUTDOWN_USAGE } from '../core/shutdown/shutdown-text.ts';
import { parseShutdownTime, shutdownMoment } from '../core/shutdown/shutdown-time.ts';
import type { EpochMillis } from '../core/units.ts';
import { endAs } from '../os/process/end-as.ts';
import { errorText } from '../os/os-error.ts';
import { claimShutdown } from '../os/shutdown/shutdown-claim.ts';
import { makeBootFile, removeBootFiles, removeNologin, writeNologin } from '../os/shutdown/shutdown-files.ts';
import type { Applet, AppletIo } from './applet.ts';
import { EXIT_FAILED, tellUsers, type ShutdownContext } from './shutdown/context.ts';
import { countDown } from './shutdown/count-down.ts';
import { listenForInterruptions, type Interruptions } from './shutdown/interruption.ts';
import { systemRoot } from './system-root.ts';

/** How long `-k` looks as if it were serious. */
const PRETENCE_MS = 1_000;

export const applet: Applet = async (args, io) => {
  const line = parseShutdownCommandLine(args);
  const root = systemRoot(io, line.root);
  if (root === '/' && process.geteuid?.() !== 0)
    return showUsage(io, 'shutdown: you must be root to do that!');
  if (line.kind === 'bad-level') return fail(io, `\`${line.word}': bad runlevel`);
  if (line.kind === 'usage') return showUsage(io, line.line && `${io.name}: ${line.line}`);
  return run({ io, root, request: line.request });
};

function showUsage(io: AppletIo, line?: string): number {
  io.err((line === undefined ? '' : `${line}\n`) + SHUTDOWN_USAGE);
  return EXIT_FAILED;
}

function fail(io: AppletIo, text: string): number {
  io.err(`shutdown: ${text}\n`);
  return EXIT_FAILED;
}

/** In the original's order: who is told what depends on it. */
async function run(context: ShutdownContext): Promise<number> {
  const { io, request, root } = context;
  if (root === '/') becomeRealUser();
  if (request.checkAllowed && !(await import('./shutdown/authorize.ts')).mayShutDown(context))
    return EXIT_FAILED;
  if (request.cancel) return (await import('./shutdown/cancel.ts')).cancelShutdown(context);
  if (request.time === undefined) return showUsage(io);
  // Before the pid file says whom to cancel.
  const interruptions = listenForInterruptions();
  const claim = claimShutdown(root);
  if (claim.kind === 'running') {
    io.err('\rshutdown: already running.\r\n');
    return EXIT_FAILED;
  }
  if (claim.unwritable !== undefined) io.err(`shutdown: warning: cannot open ${claim.unwritable}\n`);
  try {
    const problem = request.withoutInit ? await whyNotWithoutInit(context) : undefined;
    if (problem !== undefined) return fail(io, problem);
    const time = parseShutdownTime(request.time);
    if (time === undefined) return showUsage(io);
    const moment = shutdownMoment(time, new Date());
    return await waitAndGoDown(context, moment, interruptions, claim.release);
  } finally {
    claim.release();
  }
}

/** It may be installed setuid; what it starts asks for the real user. */
function becomeRealUser(): void {
  const uid = process.geteuid?.();
  if (uid !== undefined) process.setuid?.(uid);
}

async function whyNotWithoutInit(context: ShutdownContext): Promise<string | undefined> {
  return (await import('./shutdown/without-init.ts')).whyNotWithoutInit(context);
}

async function waitAndGoDown(
  context: ShutdownContext,
  moment: EpochMillis,
  interruptions: Interruptions,
  release: () => void,
): Promise<number> {
  const { request, root } = context;
  process.chdir('/');
  process.umask(0o022);
  makeBootFiles(context);
  await waitFor(moment, context, interruptions);
  if (interruptions.interruption() !== undefined) return giveUp(context, interruptions, release);
  const { finalText, goDown, logGoingDown } = await import('./shutdown/go-down.ts');
  await tellUsers(root, finalText(context));
  if (request.warnOnly) await interruptions.sleep(PRETENCE_MS);
  if (request.warnOnly || interruptions.interruption() !== undefined)
    return giveUp(context, interruptions, release);
  logGoingDown(context);
  const letGo = (): void => {
    release();
    removeNologin(root);
  };
  if (!request.withoutInit) return goDown(context, letGo);
  letGo();
  return (await import('./shutdown/without-init.ts')).goDownWithoutInit(context);
}

function makeBootFiles({ io, request, root }: ShutdownContext): void {
  for (const [which, wanted] of [
    ['fast', request.fastBoot],
    ['check', request.forceFsck],
  ] as const) {
    try {
      if (wanted) makeBootFile(root, which);
    } catch (error) {
      const option = which === 'fast' ? '-f' : '-F';
      io.err(`shutdown: cannot tell the next boot of ${option}: ${errorText(error)}; going on without\n`);
    }
  }
}

function waitFor(
  moment: EpochMillis,
  { io, request, root }: ShutdownContext,
  interruptions: Interruptions,
): Promise<void> {
  const message = messageText(request.words);
  return countDown(moment, request.warnings, {
    now: () => Date.now(),
    sleep: interruptions.sleep,
    isInterrupted: () => interruptions.interruption() !== undefined,
    closeLogins: () => {
      try {
        writeNologin(root, nologinText(formatCtime(new Date(moment)), message));
      } catch (error) {
        io.err(`shutdown: ${errorText(error)}; users can still log in\n`);
      }
    },
    warn: (minutes) => tellUsers(root, message + goingDownText(request.level, minutes)),
  });
}

/** Leaves everything as it was. */
function giveUp({ io, root }: ShutdownContext, { interruption }: Interruptions, release: () => void): number {
  removeNologin(root);
  removeBootFiles(root);
  release();
  const signal = interruption();
  if (signal === undefined || signal === 'SIGINT') {
    io.out('\r\nShutdown cancelled.\r\n');
    return 0;
  }
  return endAs({ kind: 'signaled', signal });
}
