/** The words of the conformance test: what a check is, what was seen, and what came of it. Nothing here runs anything. */
import type { ExitStatus, Millis, Pid } from '../../core/units.ts';
import type { DaemonTies } from '../../os/process/process-facts.ts';

/** What `--only` and `--skip` take beside the names of single checks. */
export const GROUPS = ['pacemaker', 'lsb', 'caller', 'race', 'daemon'] as const;
export type Group = (typeof GROUPS)[number];

export interface CheckInfo {
  /** Stable: people write it into their build files. */
  readonly name: string;
  readonly groups: readonly Group[];
  /** What has to hold, as a sentence without its end. */
  readonly title: string;
  /** Only `required` decides the exit status; `advice` warns. */
  readonly level: 'required' | 'advice';
  /** Which rule says so, and where it stands. */
  readonly rule: string;
  /** What to change in the script when it fails. */
  readonly mend: string;
  /** Means nothing for a service that leaves no process behind. */
  readonly needsDaemon?: boolean;
}

export type Verdict =
  | { readonly kind: 'held'; readonly expected: string; readonly got: string }
  /** `mend` where more is known than the check says in general. */
  | { readonly kind: 'broken'; readonly expected: string; readonly got: string; readonly mend?: string }
  | { readonly kind: 'skipped'; readonly why: string };

export type Outcome = 'ok' | 'failed' | 'warning' | 'skipped';

export interface CheckResult {
  readonly name: string;
  readonly title: string;
  readonly groups: readonly Group[];
  readonly level: CheckInfo['level'];
  readonly rule: string;
  readonly outcome: Outcome;
  readonly expected: string;
  /** What happened; of a skipped check, why it was skipped. */
  readonly got: string;
  /** Empty unless the check did not hold. */
  readonly mend: string;
  readonly durationMs: Millis;
  /** What the script was called with meanwhile, and how each call ended. */
  readonly calls: readonly RunFacts[];
}

export type RunEnd =
  | { readonly kind: 'ended'; readonly status: ExitStatus }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'not-started'; readonly why: string };

/** One call of the script. */
export interface RunFacts {
  readonly args: readonly string[];
  readonly end: RunEnd;
  readonly output: string;
  /** Somebody still had its output open after it had ended. */
  readonly isHeld: boolean;
  readonly durationMs: Millis;
}

/** One process of the service, as /proc shows it. */
export type ProcessFacts = DaemonTies;

export interface PidfileFacts {
  readonly path: string;
  /** Undefined if the first line is no number. */
  readonly pid: Pid | undefined;
  readonly mode: number;
  readonly folderMode: number;
}

/** @returns The result of a check; a broken advice is a warning. */
export function resultOf(
  { name, title, groups, level, rule, ...info }: CheckInfo,
  verdict: Verdict,
  seen: Pick<CheckResult, 'durationMs' | 'calls'>,
): CheckResult {
  const facts = { name, title, groups, level, rule, ...seen };
  if (verdict.kind === 'skipped')
    return { ...facts, outcome: 'skipped', expected: title, got: verdict.why, mend: '' };
  const { expected, got } = verdict;
  if (verdict.kind === 'held') return { ...facts, outcome: 'ok', expected, got, mend: '' };
  const outcome = level === 'required' ? 'failed' : 'warning';
  return { ...facts, outcome, expected, got, mend: verdict.mend ?? info.mend };
}
