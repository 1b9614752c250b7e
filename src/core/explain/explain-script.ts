/** Everything that is known of one init script, and its form for people. */
import { formatRows, type LabelledRow } from './labelled-text.ts';
import type { ScriptRecord } from '../scripts/last-rc.ts';
import type { LsbHeader } from '../lsb/lsb-header.ts';
import type { RcFileKind } from '../scripts/rc-plan.ts';
import type { ScriptDiagnosis } from './script-diagnosis.ts';

export interface ScriptExplanation {
  readonly name: string;
  /** Inside the root. */
  readonly path: string;
  readonly file: RcFileKind;
  readonly description: string | undefined;
  readonly header:
    | {
        readonly kind: LsbHeader['kind'];
        /** The script, or an override. */
        readonly path: string;
        readonly isOverride: boolean;
        readonly provides: readonly string[];
        /** Where it wants to be, e.g. `2 3 4 5`; undefined where it does not say. */
        readonly start: string | undefined;
        readonly stop: string | undefined;
      }
    | undefined;
  readonly links: readonly ExplainedLink[];
  /** Where links and header differ, as sentences. */
  readonly differences: readonly string[];
  readonly needs: readonly ExplainedNeed[];
  readonly order: readonly ExplainedOrder[];
  /** What the header's reader complains about, with file and line. */
  readonly complaints: readonly string[];
  /** Loops that the script is part of. */
  readonly loops: readonly string[];
  readonly last: ScriptRecord | undefined;
  readonly lastWords: string | undefined;
  /** What else decides about it, as sentences. */
  readonly remarks: readonly string[];
  readonly level: string | undefined;
  readonly now: ScriptDiagnosis;
}

export interface ExplainedLink {
  readonly path: string;
  readonly level: string;
  readonly kind: 'S' | 'K';
  readonly number: number;
  readonly problem: string | undefined;
}

export interface ExplainedNeed {
  readonly keyword: string;
  readonly word: string;
  /** `file:line` of the header. */
  readonly place: string;
  /** What the word stands for, e.g. `rsyslog (script rsyslog)`. */
  readonly meaning: string;
}

export interface ExplainedOrder {
  readonly when: 'start' | 'stop';
  readonly place: 'after' | 'before';
  readonly name: string;
  readonly reasons: readonly string[];
  /** Follows from others; people are not told. */
  readonly isImplied: boolean;
}

const MAX_ORDER = 8;

/** @returns Lines without line ends. */
export function formatScriptExplanation(script: ScriptExplanation): readonly string[] {
  const { name, path, description, header, needs, complaints, loops, differences, remarks, now } = script;
  const rows: readonly LabelledRow[] = [
    { label: 'script', lines: [path] },
    { label: 'header', lines: describeHeader(header) },
    { label: 'provides', lines: header === undefined ? [] : [header.provides.join(' ')] },
    { label: 'started', lines: describeLinks(script, 'S') },
    { label: 'stopped', lines: describeLinks(script, 'K') },
    { label: 'but', lines: differences },
    { label: 'needs', lines: describeNeeds(needs) },
    { label: 'starts after', lines: describeOrder(script, 'start', 'after') },
    { label: 'starts before', lines: describeOrder(script, 'start', 'before') },
    { label: 'stops after', lines: describeOrder(script, 'stop', 'after') },
    { label: 'stops before', lines: describeOrder(script, 'stop', 'before') },
    { label: 'complaints', lines: complaints },
    { label: 'loops', lines: loops.flatMap((loop) => loop.split('\n')) },
    { label: 'last run', lines: describeLast(script) },
    { label: 'note', lines: remarks },
    { label: 'now', lines: [describeState(script)] },
    { label: 'why', lines: now.why },
    { label: 'do', lines: now.next },
  ];
  return [
    `${name}${description === undefined || description === '' ? '' : `: ${description}`}`,
    ...formatRows(rows),
  ];
}

function describeHeader(header: ScriptExplanation['header']): readonly string[] {
  if (header === undefined) return [];
  const { kind, path, isOverride, start, stop } = header;
  if (kind === 'none') return ['none: the numbers of the links decide alone'];
  if (kind === 'unterminated')
    return [`${path}: it has no end, and counts only for update-rc.d and insserv -f`];
  const where = isOverride
    ? `${path} (an override): `
    : kind === 'openrc'
      ? 'that of an OpenRC script: '
      : '';
  return [`${where}start in ${said(start)}, stop in ${said(stop)}`];
}

function said(levels: string | undefined): string {
  if (levels === undefined) return '(not said)';
  return levels === '' ? 'no level' : levels;
}

/** What several lists name stands in one line. */
function describeNeeds(needs: readonly ExplainedNeed[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { keyword, word, place, meaning } of needs) {
    const text = `${word} = ${meaning}`;
    groups.set(text, [...(groups.get(text) ?? []), `${keyword}, ${place}`]);
  }
  return [...groups].map(([text, places]) => `${text} (${places.join('; ')})`);
}

/** Links with the same name in one line. */
function describeLinks({ links }: ScriptExplanation, kind: 'S' | 'K'): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const link of links) {
    if (link.kind !== kind) continue;
    const problem = link.problem === undefined ? '' : `: ${link.problem}`;
    const text = `by ${link.path.slice(link.path.lastIndexOf('/') + 1)}${problem}`;
    groups.set(text, [...(groups.get(text) ?? []), link.level]);
  }
  if (groups.size === 0) return [kind === 'S' ? 'in no level' : 'by no level'];
  return [...groups].map(([text, levels]) => `in ${levels.join(' ')} ${text}`);
}

function describeOrder(
  { order }: ScriptExplanation,
  when: ExplainedOrder['when'],
  place: ExplainedOrder['place'],
): readonly string[] {
  const found = order.filter((one) => one.when === when && one.place === place && !one.isImplied);
  const more = found.length - MAX_ORDER;
  return [
    ...found.slice(0, MAX_ORDER).map(({ name, reasons }) => `${name}: ${reasons.join('; ')}`),
    ...(more > 0 ? [`and ${more} more; --json lists them`] : []),
  ];
}

function describeLast({ last, lastWords }: ScriptExplanation): readonly string[] {
  if (last === undefined) return [];
  const seconds = last.outcome === 'skipped' ? '' : `, ${(last.durationMs / 1_000).toFixed(2)} s`;
  const after = last.after.length === 0 ? '' : `, waited for ${last.after.join(' ')}`;
  return [`${lastWords ?? ''}${seconds}, by ${last.link}${after}`];
}

const STATES: Readonly<Record<ScriptDiagnosis['state'], string>> = {
  running: 'running',
  'at-work': 'being started or stopped',
  stopped: 'not running, as far as pid files tell',
  unknown: 'not known; its script can be asked',
};

function describeState({ now, level }: ScriptExplanation): string {
  return `${STATES[now.state]}${level === undefined ? '' : `, in run level ${level}`}`;
}
