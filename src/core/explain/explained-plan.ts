/** A change of level as a list in which everything has its reason, and its form for people. */
import type { PreviousLevel, RunLevel } from '../runlevel.ts';
import type { Pid } from '../units.ts';

export interface ExplainedPlan {
  readonly from: PreviousLevel;
  readonly to: RunLevel;
  /** Whether init itself said what runs. */
  readonly known: boolean;
  /** In the order in which it happens; then what stays as it is. */
  readonly entries: readonly ExplainedEntry[];
}

export interface ExplainedEntry {
  readonly kind: 'stop' | 'start' | 'keep' | 'skip';
  readonly id: string;
  readonly action: string;
  readonly command: string;
  readonly pid?: Pid;
  readonly why: string;
  readonly scripts?: ExplainedScripts;
}

export interface ExplainedScripts {
  /** How many run at once; 1 is one after the other. */
  readonly jobs: number;
  readonly list: readonly ExplainedScript[];
}

export interface ExplainedScript {
  readonly kind: 'run' | 'skip' | 'keep';
  /** Inside the root. */
  readonly link: string;
  readonly name: string;
  readonly action?: 'start' | 'stop';
  /** Why it is not run; only of those that are not. */
  readonly why?: string;
  readonly waitsFor?: readonly ExplainedWait[];
}

export interface ExplainedWait {
  readonly name: string;
  /** Lines of headers, e.g. `Required-Start $syslog, /etc/init.d/cron:4`. */
  readonly reasons: readonly string[];
}

/** A script may wait for all the others; a person wants to see the first ones. */
const MAX_WAITS = 8;

/** @param printable Makes the text of files harmless for a terminal. */
export function formatExplainedPlan(plan: ExplainedPlan, printable: (text: string) => string): string {
  const { from, to, entries } = plan;
  if (from === to && to !== 'S') return `run level ${to} already, nothing is done\n`;
  const isIdle = entries.every(({ kind }) => kind === 'keep' || kind === 'skip');
  const lines = [
    `run level ${from} -> ${to}`,
    ...(isIdle ? ['nothing is stopped or started'] : []),
    ...entries.flatMap(formatEntry),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

function formatEntry({ kind, id, action, command, pid, why, scripts }: ExplainedEntry): readonly string[] {
  const process = pid === undefined ? '' : ` (pid ${pid})`;
  const what = kind === 'start' ? ` (${action})` : process;
  return [
    `${kind.padEnd(5)} entry "${id}"${what}: ${command}`,
    `      why: ${why}`,
    ...(scripts === undefined ? [] : formatScripts(scripts)),
  ];
}

function formatScripts({ jobs, list }: ExplainedScripts): readonly string[] {
  if (list.length === 0) return ['      no scripts: the link directory is empty or not there'];
  const how =
    jobs === 1
      ? 'one after the other, K links before S links, each by the number in its name'
      : `side by side, up to ${jobs} at once, K links before S links, each after those it waits for`;
  return [`      scripts: ${how}`, ...list.flatMap(formatScript)];
}

function formatScript({ kind, link, action, why, waitsFor = [] }: ExplainedScript): readonly string[] {
  if (kind !== 'run')
    return [`        # ${link}: ${kind === 'keep' ? 'left alone' : 'skipped'}, ${why ?? ''}`];
  const more = waitsFor.length - MAX_WAITS;
  return [
    `        ${link} ${action ?? ''}`,
    ...waitsFor
      .slice(0, MAX_WAITS)
      .map(({ name, reasons }) => `          after ${name}: ${reasons.join('; ')}`),
    ...(more > 0 ? [`          and after ${more} more; --json lists them`] : []),
  ];
}
