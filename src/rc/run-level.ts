/** Runs what a level's link directory asks for, one script after the other or side by side, and keeps what happened. */
import type { LastRc, ScriptRecord } from '../core/scripts/last-rc.ts';
import type { RunningScript } from '../os/scripts/script-runner.ts';
import { catchSignals } from '../os/process/signals.ts';
import type { Colours } from './colours.ts';
import type { LevelWork } from './level-work.ts';
import { createRecorder } from './recorder.ts';
import { formatScriptLine, formatSummary } from './report.ts';
import { runScriptStep, type StepContext } from './run-script-step.ts';
import { recordSkip } from './script-record.ts';
import type { WatchLimits } from './watch-script.ts';

export interface LevelRun extends WatchLimits {
  readonly root: string;
  readonly level: string;
  readonly previous: string;
  readonly work: LevelWork;
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
 * Runs the scripts. Nothing one of them does stops the others; SIGTERM and SIGHUP end the run.
 *
 * Scripts run in our own session and process group, as under the original: when the level changes again, init
 * signals that group and so reaches the scripts at work too. Only with a time limit each has a session of its own
 * (Node offers no group without one), so that all of it can be ended; signals to us are then handed on.
 */
export async function runLevel(run: LevelRun): Promise<LevelResult> {
  const recorder = createRecorder(run.root, run, run.err);
  const atWork = new Set<RunningScript>();
  const signals = watchSignals(atWork, run.timeoutMs !== undefined);
  const isAlone = run.work.kind === 'sequential';
  const context: StepContext = { ...run, isAlone, recorder, atWork, interrupted: signals.interrupted };
  const isStopped = (): boolean => signals.interruption() !== undefined;
  const add = (script: ScriptRecord): void => {
    recorder.add(script);
    run.out(formatScriptLine(script, run.colours));
  };
  if (run.work.kind === 'sequential') {
    for (const step of run.work.steps) {
      if (isStopped()) break;
      const how = { outputFd: undefined, path: step.link, after: [] };
      add(step.kind === 'skip' ? recordSkip(step) : await runScriptStep(step, how, context));
    }
  } else {
    const { phases, jobs } = run.work;
    const { runPhase } = await import('./run-phase.ts');
    for (const phase of phases) await runPhase(phase, { ...context, out: run.out, jobs, add, isStopped });
  }
  const record = recorder.finish(isStopped() ? 'interrupted' : 'done');
  const summary = formatSummary(record);
  if (summary !== '') run.err(summary);
  signals.release();
  return { record, interrupted: signals.interruption() };
}

interface WatchedSignals {
  readonly interrupted: Promise<NodeJS.Signals>;
  readonly interruption: () => NodeJS.Signals | undefined;
  readonly release: () => void;
}

function watchSignals(atWork: ReadonlySet<RunningScript>, areOwnGroups: boolean): WatchedSignals {
  let interruption: NodeJS.Signals | undefined;
  let release = (): void => undefined;
  const handOn = (signal: NodeJS.Signals): void => {
    if (areOwnGroups) for (const script of atWork) script.signal(signal);
  };
  const interrupted = new Promise<NodeJS.Signals>((resolve) => {
    const releaseTerminal = catchSignals(TERMINAL_SIGNALS, handOn);
    const releaseEnding = catchSignals(ENDING_SIGNALS, (signal) => {
      interruption = signal;
      handOn(signal);
      resolve(signal);
    });
    release = () => {
      releaseTerminal();
      releaseEnding();
    };
  });
  return { interrupted, interruption: () => interruption, release: () => release() };
}
