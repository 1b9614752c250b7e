/** `start-stop-daemon --stop`: signals, waits by the schedule, tells what came of it. */
import { describeTarget } from '../../core/daemon/ssd-text.ts';
import type { StopSchedule } from '../../core/daemon/stop-schedule.ts';
import type { Pid } from '../../core/units.ts';
import { errorCode, errnoText } from '../../os/os-error.ts';
import {
  holdProcess,
  releaseProcess,
  signalProcess,
  waitForEnd,
  type ProcessHandle,
} from '../../os/process/process-handle.ts';
import type { SsdContext } from './context.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_NOTHING_DONE } from './failure.ts';
import { makeFinder, type Finder } from './find.ts';
import { removeOwnPidfile } from './remove-pidfile.ts';

const GONE = errnoText('ESRCH');

interface StopRun {
  readonly context: SsdContext;
  readonly finder: Finder;
  readonly what: string;
  /** Everybody who was signalled so far. */
  readonly stopped: Set<Pid>;
}

export async function stop(context: SsdContext): Promise<number> {
  const { request, say } = context;
  const run: StopRun = {
    context,
    finder: makeFinder(context),
    what: describeTarget(context.target),
    stopped: new Set(),
  };
  if (request.test && request.schedule !== undefined) say('Ignoring --retry in test mode\n');
  const survivors =
    request.schedule === undefined || request.test ? stopOnce(run) : runSchedule(run, request.schedule);
  if (survivors > 0) {
    say(`Program ${run.what}, ${survivors} process(es), refused to die.\n`);
    return EXIT_FAILED;
  }
  if (request.removePidfile && !request.test) await removeOwnPidfile(context, run.finder, run.stopped);
  if (run.stopped.size === 0) say(`No ${run.what} found running; none killed.\n`);
  if (run.stopped.size > 0) return EXIT_DONE;
  return request.okNothingDone ? EXIT_DONE : EXIT_NOTHING_DONE;
}

/** Without a schedule nobody is waited for, so nobody can refuse. */
function stopOnce(run: StopRun): 0 {
  const { refused } = signalAll(run, run.context.request.signo, 0);
  if (refused > 0) run.context.say(`${refused} pids were not killed\n`);
  return 0;
}

/** @returns How many were left at the end of the schedule. */
function runSchedule(run: StopRun, { steps, repeatFrom }: StopSchedule): number {
  let survivors = 0;
  let signalsSent = 0;
  for (let at = 0; ; at++) {
    if (at === steps.length && repeatFrom !== undefined) at = repeatFrom;
    const step = steps[at];
    if (step === undefined) return survivors;
    if (step.kind === 'signal') {
      survivors = signalAll(run, step.signo, signalsSent++).signalled;
    } else {
      survivors = waitForAll(run, step.seconds * 1_000);
    }
    if (survivors === 0) return 0;
  }
}

interface Signalled {
  readonly signalled: number;
  readonly refused: number;
}

function signalAll({ context, finder, what, stopped }: StopRun, signo: number, retry: number): Signalled {
  const { request, say, sayMore } = context;
  const done: Pid[] = [];
  let refused = 0;
  for (const pid of finder.find().pids) {
    if (request.test) say(`Would send signal ${signo} to ${pid}.\n`);
    const problem = request.test ? undefined : signalOne(finder, pid, signo);
    if (problem === undefined) done.push(pid);
    // One that was signalled before has ended since: nothing failed.
    else if (problem !== GONE || !stopped.has(pid)) {
      if (signo !== 0) context.warn(`failed to kill ${pid}: ${problem}`);
      refused += 1;
    }
  }
  for (const pid of done) stopped.add(pid);
  // The original's list grows at its front.
  if (done.length > 0 && !request.test)
    sayMore(`Stopped ${what} (pid ${done.toReversed().join(' ')})${retry > 0 ? `, retry #${retry}` : ''}.\n`);
  return { signalled: done.length, refused };
}

/** @returns What went wrong, in the words of strerror(3). */
function signalOne(finder: Finder, pid: Pid, signo: number): string | undefined {
  const handle = holdProcess(pid, () => finder.isMeant(pid));
  if (handle === 'gone') return GONE;
  try {
    signalProcess(handle, signo);
    return undefined;
  } catch (error) {
    return errnoText(errorCode(error));
  } finally {
    releaseProcess(handle);
  }
}

/** @returns How many are still there when all have ended or the time is over: also those that came meanwhile. */
function waitForAll({ finder }: StopRun, timeoutMs: number): number {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const held = holdAll(finder);
    const leftMs = deadline - performance.now();
    try {
      if (held.length === 0 || leftMs <= 0) return held.length;
      waitForEnd(held, leftMs);
    } finally {
      for (const handle of held) releaseProcess(handle);
    }
  }
}

function holdAll(finder: Finder): readonly ProcessHandle[] {
  return finder
    .find()
    .pids.map((pid) => holdProcess(pid, () => finder.isMeant(pid)))
    .filter((handle) => handle !== 'gone');
}
