/** What is kept of one script of a level: how it ended, or why it was not run. */
import type { ScriptRecord } from '../core/scripts/last-rc.ts';
import { describeExit } from '../core/lsb/lsb-codes.ts';
import type { RcStep } from '../core/scripts/rc-plan.ts';
import type { EpochMillis, Millis } from '../core/units.ts';
import type { ScriptEnd } from '../os/scripts/script-runner.ts';
import type { WatchedEnd } from './watch-script.ts';

export type RunStep = Extract<RcStep, { readonly kind: 'run' }>;

/** When a script was started, and for whom it had waited. */
export interface Start {
  readonly at: EpochMillis;
  readonly after: readonly string[];
}

export function recordSkip({
  name,
  link,
  action,
  why,
}: Extract<RcStep, { readonly kind: 'skip' }>): ScriptRecord {
  const nothing = { exit: null, signal: null, durationMs: 0, startedAt: null, after: [] };
  return { name, link, action: action ?? null, outcome: 'skipped', ...nothing, why };
}

/** The run was ended while the script was at work; nobody knows how that ended. */
export function recordInterruption(
  { name, link, action }: RunStep,
  start: Start,
  signal: string | undefined,
  durationMs: Millis,
): ScriptRecord {
  const why = `rc was ended by ${signal} meanwhile`;
  const end = { exit: null, signal: null, durationMs: Math.round(durationMs) };
  return { name, link, action, outcome: 'failed', ...end, why, startedAt: start.at, after: start.after };
}

export function recordEnd(
  step: RunStep,
  start: Start,
  end: WatchedEnd,
  timeoutMs: Millis | undefined,
): ScriptRecord {
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
    startedAt: start.at,
    after: start.after,
  };
}

function explainFailure(action: string, end: ScriptEnd): string | null {
  if (end.kind === 'not-started') return `cannot be started: ${end.why}`;
  if (end.status.kind === 'exited' && end.status.code === 0) return null;
  return describeExit(action, end.status);
}
