/** The record of the last run level change that `rc` keeps: its shape, its text and the way back. */

export type ScriptOutcome = 'ok' | 'failed' | 'skipped';

export interface ScriptRecord {
  readonly name: string;
  /** The path of the link inside the root. */
  readonly link: string;
  readonly action: string | null;
  readonly outcome: ScriptOutcome;
  /** The exit code, if the script ended with one. */
  readonly exit: number | null;
  /** The signal that killed it, e.g. `SIGKILL`. */
  readonly signal: string | null;
  readonly durationMs: number;
  /** Why it failed or was not run; null for `ok`. */
  readonly why: string | null;
  /** When it was started, in ms since 1970-01-01 UTC; null if it was not. */
  readonly startedAt: number | null;
  /** The scripts it had to wait for. */
  readonly after: readonly string[];
}

export interface LastRc {
  readonly version: 1;
  readonly level: string;
  readonly previous: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly started: number;
  readonly durationMs: number;
  readonly state: 'running' | 'done' | 'interrupted';
  /** The service whose script is running at this moment. */
  readonly running: string | null;
  readonly scripts: readonly ScriptRecord[];
  /** How each script that is not among them ended when it was last run in this boot. */
  readonly earlier: readonly ScriptRecord[];
}

export type LastRcParse =
  | { readonly kind: 'parsed'; readonly record: LastRc }
  /** `why` names the member at fault, e.g. `scripts[2].exit`. */
  | { readonly kind: 'invalid'; readonly why: string };

export function formatLastRc(record: LastRc): string {
  return `${JSON.stringify(record, undefined, 1)}\n`;
}

/** Reads a record back. Members it does not know are left out, so that a later version may add some. */
export function parseLastRc(text: string): LastRcParse {
  const value = parseJson(text);
  if (!isObject(value)) return { kind: 'invalid', why: 'not a JSON object' };
  if (value['version'] !== 1) return { kind: 'invalid', why: 'version' };
  const record = pick(value, RECORD_MEMBERS);
  if (typeof record === 'string') return { kind: 'invalid', why: record };
  const lists = { scripts: pickScripts(value, 'scripts'), earlier: pickScripts(value, 'earlier') };
  const bad = Object.values(lists).find((list): list is string => typeof list === 'string');
  if (bad !== undefined) return { kind: 'invalid', why: bad };
  return { kind: 'parsed', record: { ...record, ...lists, version: 1 } as unknown as LastRc };
}

/** What is known of every script in the record, by name; the newest run of each counts. */
export function lastResults({ scripts, earlier }: LastRc): ReadonlyMap<string, ScriptRecord> {
  return new Map([...earlier, ...scripts].map((script) => [script.name, script]));
}

/** Records of versions that did not keep these. */
const NO_TIMES = { startedAt: null, after: [] };

/** @returns The scripts of one list, or the name of the first bad member, e.g. `scripts[2].exit`. */
function pickScripts(
  value: Readonly<Record<string, unknown>>,
  list: 'scripts' | 'earlier',
): readonly unknown[] | string {
  const scripts: unknown[] = [];
  for (const [index, script] of (value[list] as readonly unknown[]).entries()) {
    const picked = isObject(script) ? pick({ ...NO_TIMES, ...script }, SCRIPT_MEMBERS) : '';
    if (typeof picked === 'string') return `${list}[${index}]${picked === '' ? '' : `.${picked}`}`;
    scripts.push(picked);
  }
  return scripts;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isAmount: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isOneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);

const RECORD_MEMBERS = {
  version: isAmount,
  level: isText,
  previous: isText,
  started: isAmount,
  durationMs: isAmount,
  state: isOneOf('running', 'done', 'interrupted'),
  running: orNull(isText),
  scripts: (value) => Array.isArray(value),
  earlier: (value) => Array.isArray(value),
} satisfies Record<keyof LastRc, Check>;

const SCRIPT_MEMBERS = {
  name: isText,
  link: isText,
  action: orNull(isText),
  outcome: isOneOf('ok', 'failed', 'skipped'),
  exit: orNull(isAmount),
  signal: orNull(isText),
  durationMs: isAmount,
  why: orNull(isText),
  startedAt: orNull(isAmount),
  after: (value) => Array.isArray(value) && value.every(isText),
} satisfies Record<keyof ScriptRecord, Check>;

/** @returns The known members, or the name of the first bad one. */
function pick(
  value: Readonly<Record<string, unknown>>,
  members: Readonly<Record<string, Check>>,
): Record<string, unknown> | string {
  const bad = Object.entries(members).find(([name, check]) => !check(value[name]));
  return bad?.[0] ?? Object.fromEntries(Object.keys(members).map((name) => [name, value[name]]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
