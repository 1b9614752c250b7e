/** Whether one call of the script did what it must. Pure. */
import { describeExit } from '../../core/lsb/lsb-codes.ts';
import type { Pid } from '../../core/units.ts';
import type { ActionCheck } from './action-checks.ts';
import type { RunFacts, Verdict } from './check.ts';

/** The service beside a call. */
export interface ServiceState {
  readonly isRunning: boolean;
  /** Its processes that are init's children. */
  readonly tops: readonly Pid[];
}

export interface ActionFacts {
  readonly run: RunFacts;
  readonly before: ServiceState;
  readonly after: ServiceState;
}

/** How a script without `status` is mended. */
export const ADD_STATUS = 'add `status) status_of_proc -p PIDFILE DAEMON NAME; exit $? ;;`';
const UNIMPLEMENTED = 3;
/** Enough to recognize what a script says; all of it is in the calls of the result. */
const QUOTED_CHARACTERS = 120;

export function judgeAction(check: ActionCheck, facts: ActionFacts): Verdict {
  const { run } = facts;
  const code = exitCodeOf(run);
  if (check.isOptional === true && code === UNIMPLEMENTED)
    return { kind: 'skipped', why: `${check.args.join(' ')} is not implemented (exit 3), which is allowed` };
  const expected = describeExpected(check);
  const faults = [
    code !== undefined && check.codes.includes(code) ? undefined : describeWrongEnd(check, facts),
    describeWrongState(check, facts),
  ].filter((fault) => fault !== undefined);
  if (faults.length === 0) return { kind: 'held', expected, got: describeEnd(run) };
  const mend = mendingOf(check, facts);
  return { kind: 'broken', expected, got: faults.join('; '), ...(mend === undefined ? {} : { mend }) };
}

function describeExpected({ codes, isOptional, after, process }: ActionCheck): string {
  const also = isOptional === true ? ' (3: not implemented)' : '';
  const how = { same: ', the same process', new: ', a new process' };
  return `exit ${codes.join(' or ')}${also}, then ${after}${process === undefined ? '' : how[process]}`;
}

function describeWrongEnd({ args }: ActionCheck, { run, before }: ActionFacts): string {
  const isStatus = args[0] === 'status';
  if (isStatus && saysUsage(run)) return describeNoStatus(run);
  const while_ = isStatus ? ` while it is ${before.isRunning ? 'running' : 'not running'}` : '';
  return `${describeEnd(run)}${while_}${quote(run.output)}`;
}

function describeWrongState(check: ActionCheck, { run, before, after }: ActionFacts): string | undefined {
  if (run.end.kind === 'timed-out') return undefined;
  if (check.after === 'running' && !after.isRunning) return 'nothing runs afterwards';
  if (check.after === 'stopped' && after.isRunning)
    return `it runs afterwards${after.tops.length > 0 ? ` (pid ${after.tops.join(', ')})` : ''}`;
  if (before.tops.length === 0 || check.process === undefined) return undefined;
  const kept = before.tops.filter((pid) => after.tops.includes(pid));
  if (check.process === 'new' && kept.length > 0) return `the same process runs on (pid ${kept.join(', ')})`;
  if (check.process === 'same' && kept.length < before.tops.length) return 'the process is another one now';
  if (check.process === 'same' && after.tops.length > before.tops.length)
    return `${after.tops.length} daemons run now instead of ${before.tops.length}`;
  return undefined;
}

/** What a wrong `status` says names its cause better than the check can. */
function mendingOf({ args, codes }: ActionCheck, { run }: ActionFacts): string | undefined {
  const code = exitCodeOf(run);
  if (run.end.kind === 'timed-out')
    return 'let it come back: a program that stays in the foreground needs --background; --timeout sets the limit';
  if (args[0] !== 'status') return undefined;
  if (saysUsage(run)) return ADD_STATUS;
  if (code === 0 && codes.includes(3))
    return 'exit with the code of what was asked: an echo, or `… || echo not running`, behind it makes it 0';
  if (code === 1 && codes.includes(3))
    return 'exit 3 where nothing runs and no pid file is left; 1 says that it died. stop has to remove the pid file';
  return undefined;
}

/** The code means nothing then, whatever it happens to be. */
export function describeNoStatus(run: RunFacts): string {
  return `it has no status: exit ${exitCodeOf(run) ?? 'unknown'}${quote(run.output)}`;
}

/** A script without `status` says how to use it. */
export function saysUsage({ output }: RunFacts): boolean {
  return /\busage:/i.test(output);
}

/** @returns Undefined where it was killed, never started or never ended. */
export function exitCodeOf({ end }: RunFacts): number | undefined {
  return end.kind === 'ended' && end.status.kind === 'exited' ? end.status.code : undefined;
}

/** `exit 3 (not running)`, in the words of the standard. */
export function describeEnd({ args, end, durationMs }: RunFacts): string {
  switch (end.kind) {
    case 'ended':
      return describeExit(args[0] ?? '', end.status);
    case 'timed-out':
      return `still not back after ${Math.round(durationMs / 1000)} s`;
    case 'not-started':
      return `cannot be started: ${end.why}`;
  }
}

/** The first line that a script printed, in quotes; nothing where it printed nothing. */
export function quote(output: string): string {
  const line = output.split('\n').find((one) => one.trim() !== '');
  if (line === undefined) return '';
  const text = line.trim().replace(/[\u0000-\u001f\u007f]/g, '?');
  return `, says "${text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text}"`;
}
