/** The record of a whole boot: every level that `rc` ran before there was a previous one. */
import { formatLastRc, parseLastRc, type LastRc } from './last-rc.ts';

export interface BootRecord {
  readonly version: 1;
  /** In the order they were run, usually S and the first level. */
  readonly levels: readonly LastRc[];
}

/** @returns An empty record for a text that is none. */
export function parseBootRecord(text: string): BootRecord {
  let levels: unknown;
  try {
    ({ levels } = JSON.parse(text) as { levels?: unknown });
  } catch {
    return EMPTY_BOOT;
  }
  if (!Array.isArray(levels)) return EMPTY_BOOT;
  const parsed = levels.map((level) => parseLastRc(JSON.stringify(level)));
  return { version: 1, levels: parsed.flatMap((one) => (one.kind === 'parsed' ? [one.record] : [])) };
}

export const EMPTY_BOOT: BootRecord = { version: 1, levels: [] };

/** Adds a level; one that was run before in this boot counts as it was the last time. */
export function addLevel({ levels }: BootRecord, level: LastRc): BootRecord {
  const others = levels.filter((one) => one.level !== level.level);
  return { version: 1, levels: [...others, { ...level, earlier: [] }] };
}

export function formatBootRecord({ levels }: BootRecord): string {
  return `{"version": 1, "levels": [\n${levels.map((level) => formatLastRc(level).trimEnd()).join(',\n')}\n]}\n`;
}
