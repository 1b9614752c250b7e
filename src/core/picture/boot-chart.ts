/** What a picture of a boot shows: a bar for each script, what it waited for, and what the boot as a whole waited for. */
import type { BootRecord } from '../scripts/boot-record.ts';
import type { ScriptOutcome, ScriptRecord } from '../scripts/last-rc.ts';
import type { EpochMillis, Millis } from '../units.ts';

/** All times count from the start of the boot. */
export interface ChartBar {
  readonly name: string;
  readonly level: string;
  readonly action: string;
  readonly outcome: ScriptOutcome;
  readonly why: string | null;
  readonly startMs: Millis;
  readonly endMs: Millis;
  /** From when it could have been started if nothing else had been in its way: its level's start. */
  readonly levelMs: Millis;
  /** When all it needed had ended; from then to `startMs` it waited for a free place. */
  readonly readyMs: Millis;
  /** What it needed. */
  readonly after: readonly string[];
  /** True for what made the boot as long as it was: without it, or with it shorter, the boot would be shorter. */
  readonly isCritical: boolean;
}

export interface BootChart {
  readonly started: EpochMillis;
  readonly totalMs: Millis;
  /** By start. */
  readonly bars: readonly ChartBar[];
  /** The names on the critical path, first to last. */
  readonly critical: readonly string[];
}

/** @returns Undefined where nothing was run. */
export function chartBoot({ levels }: BootRecord): BootChart | undefined {
  const started = Math.min(...levels.map((level) => level.started));
  const bars = levels.flatMap((level) => {
    const levelMs = level.started - started;
    const ended = new Map(level.scripts.map((script) => [script.name, endOf(script)]));
    return level.scripts.flatMap((script) => toBar(script, level.level, levelMs, { started, ended }));
  });
  if (bars.length === 0) return undefined;
  const sorted = bars.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  const critical = findCriticalPath(sorted);
  return {
    started,
    totalMs: Math.max(...sorted.map(({ endMs }) => endMs)),
    bars: sorted.map((bar) => ({ ...bar, isCritical: critical.has(bar) })),
    critical: [...critical].toReversed().map(({ name }) => name),
  };
}

type Bar = Omit<ChartBar, 'isCritical'>;

function toBar(
  script: ScriptRecord,
  level: string,
  levelMs: Millis,
  { started, ended }: { readonly started: EpochMillis; readonly ended: ReadonlyMap<string, EpochMillis> },
): readonly Bar[] {
  if (script.startedAt === null) return [];
  const { name, outcome, why, after } = script;
  const startMs = script.startedAt - started;
  const needs = after.map((need) => (ended.get(need) ?? started) - started);
  const readyMs = Math.min(startMs, Math.max(levelMs, ...needs));
  const endMs = startMs + script.durationMs;
  return [
    { name, level, action: script.action ?? '', outcome, why, startMs, endMs, levelMs, readyMs, after },
  ];
}

function endOf({ startedAt, durationMs }: ScriptRecord): EpochMillis {
  return (startedAt ?? 0) + durationMs;
}

/**
 * Goes back from the bar that ended last: before each comes the one of its needs that ended last, or, where it only
 * waited for a place, whatever ended last before it started.
 * @returns The bars, last first.
 */
function findCriticalPath(bars: readonly Bar[]): ReadonlySet<Bar> {
  const path = new Set<Bar>();
  let at = lastEnded(bars);
  while (at !== undefined && !path.has(at)) {
    path.add(at);
    const { after, startMs, readyMs, level } = at;
    const before = bars.filter((bar) => bar.endMs <= startMs && !path.has(bar));
    const needed = before.filter((bar) => bar.level === level && after.includes(bar.name));
    // A bar that was ready at once when its last need ended owes its start to that one.
    const owed = lastEnded(needed);
    at = owed !== undefined && startMs - readyMs <= PLACE_WAIT_MS ? owed : lastEnded(before);
  }
  return path;
}

/** What it takes to start a script; a longer time between ready and started means that there was no place. */
const PLACE_WAIT_MS: Millis = 20;

function lastEnded(bars: readonly Bar[]): Bar | undefined {
  return bars.reduce<Bar | undefined>(
    (last, bar) => (last === undefined || bar.endMs > last.endMs ? bar : last),
    undefined,
  );
}
