/** Runs what a level's link directory asks for, one script after the other, and keeps what happened. */
import type { LastRc, ScriptRecord } from '../core/last-rc.ts';
import { describeExit } from '../core/lsb-codes.ts';
import type { RcStep } from '../core/rc-plan.ts';
import type { Millis } from '../core/units.ts';
import { scriptPath } from '../os/script-path.ts';
import { startScript } from '../os/script-runner.ts';
import type { RunningScript, ScriptEnd } from '../os/script-runner.ts';
import { catchSignals } from '../os/signals.ts';
import type { Colours } from './colours.ts';
import { createRecorder } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { formatScriptLine, formatStillRunning, formatSummary } from './report.ts';
import { watchScript } from './watch-script.ts';
import type { WatchedEnd, WatchLimits } from './watch-script.ts';

export interface LevelRun extends WatchLimits {
  readonly root: string;
  readonly level: string;
  readonly previous: string;
  readonly steps: readonly RcStep[];
  readonly env: Readonly<Record<string, string>>;
  readonly colours: Colours;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export interface LevelResult {
  readonly record: LastRc;
  /** The signal that ended the run early. */
  readonly interrupted: NodeJS.Signals | undefined;
}

/** The keys of a terminal end the script at work, not the whole level. @see /etc/init.d/rc: trap ":" INT QUIT TSTP */
const TERMINAL_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGTSTP'];
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP'];

/**
 * Runs the steps in order. Nothing a script does stops the next one; SIGTERM and SIGHUP end the run.
 *
 * Scripts run in our own session and process group, as under the original: when the level changes again, init
 * signals that group and so reaches the script at work too. Only with a time limit each has a session of its own
 * (Node offers no group without one), so that all of it can be ended; signals to us are then handed on.
 */
export async function runLevel(run: LevelRun): Promise<LevelResult> {
  const recorder = createRecorder(run.root, run, run.err);
  const level: Level = { run, recorder, current: undefined, interruption: undefined };
  const interrupted = new Promise<void>((resolve) => {
    level.release = watchSignals(level, resolve);
  });
  for (const step of run.steps) {
    if (level.interruption !== undefined) break;
    const script = step.kind === 'skip' ? recordSkip(step) : await runStep(step, level, interrupted);
    recorder.add(script);
    run.out(formatScriptLine(script, run.colours));
  }
  const record = recorder.finish(level.interruption === undefined ? 'done' : 'interrupted');
  const summary = formatSummary(record);
  if (summary !== '') run.err(summary);
  level.release?.();
  return { record, interrupted: level.interruption };
}

interface Level {
  readonly run: LevelRun;
  readonly recorder: Recorder;
  current: RunningScript | undefined;
  interruption: NodeJS.Signals | undefined;
  release?: () => void;
}

type RunStep = Extract<RcStep, { readonly kind: 'run' }>;

function watchSignals(level: Level, onEnd: () => void): () => void {
  const handOn = (signal: NodeJS.Signals): void => {
    if (level.run.timeoutMs !== undefined) level.current?.signal(signal);
  };
  const releaseTerminal = catchSignals(TERMINAL_SIGNALS, handOn);
  const releaseEnding = catchSignals(ENDING_SIGNALS, (signal) => {
    level.interruption = signal;
    handOn(signal);
    onEnd();
  });
  return () => {
    releaseTerminal();
    releaseEnding();
  };
}

async function runStep(step: RunStep, level: Level, interrupted: Promise<void>): Promise<ScriptRecord> {
  const { run, recorder } = level;
  recorder.begin(step.name);
  const started: Millis = performance.now();
  const script = startScript({
    path: scriptPath(run.root, step.link),
    args: [step.action],
    cwd: run.root,
    env: run.env,
    ownGroup: run.timeoutMs !== undefined,
  });
  level.current = script;
  const watched = watchScript(script, run, (elapsedMs) => {
    run.err(formatStillRunning(step.name, step.action, script.pid ?? 0, elapsedMs));
    recorder.save();
  });
  const end = await Promise.race([watched, interrupted]);
  level.current = undefined;
  return end === undefined
    ? recordInterruption(step, level.interruption, performance.now() - started)
    : recordEnd(step, end, run.timeoutMs);
}

function recordSkip({ name, link, action, why }: Extract<RcStep, { readonly kind: 'skip' }>): ScriptRecord {
  const nothing = { exit: null, signal: null, durationMs: 0 };
  return { name, link, action: action ?? null, outcome: 'skipped', ...nothing, why };
}

function recordInterruption(
  { name, link, action }: RunStep,
  signal: string | undefined,
  durationMs: Millis,
): ScriptRecord {
  const why = `rc was ended by ${signal} meanwhile`;
  const end = { exit: null, signal: null, durationMs: Math.round(durationMs) };
  return { name, link, action, outcome: 'failed', ...end, why };
}

function recordEnd(step: RunStep, end: WatchedEnd, timeoutMs: Millis | undefined): ScriptRecord {
  const why = end.timedOut
    ? `timed out after ${(timeoutMs ?? 0) / 1000} s`
    : explainFailure(step.action, end);
  return {
    name: step.name,
    link: step.link,
    action: step.action,
    outcome: why === null ? 'ok' : 'failed',
    exit: end.kind === 'ended' && end.status.kind === 'exited' ? end.status.code : null,
    signal: end.kind === 'ended' && end.status.kind === 'signaled' ? end.status.signal : null,
    durationMs: Math.round(end.durationMs),
    why,
  };
}

function explainFailure(action: string, end: ScriptEnd): string | null {
  if (end.kind === 'not-started') return `cannot be started: ${end.why}`;
  if (end.status.kind === 'exited' && end.status.code === 0) return null;
  return describeExit(action, end.status);
}
