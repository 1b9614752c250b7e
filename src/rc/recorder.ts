/** Keeps the record of a level while it runs, and its file up to date without writing after every script. */
import { addLevel, EMPTY_BOOT, formatBootRecord, parseBootRecord } from '../core/scripts/boot-record.ts';
import { formatLastRc } from '../core/scripts/last-rc.ts';
import type { LastRc, ScriptRecord } from '../core/scripts/last-rc.ts';
import { LAST_BOOT, LAST_RC } from '../core/system-paths.ts';
import type { EpochMillis, Millis } from '../core/units.ts';
import { monotonicNow } from '../os/clock.ts';
import { errorText } from '../os/os-error.ts';
import { writeRunFile } from '../os/file/run-file.ts';
import { readTextIfAny } from '../os/file/text-file.ts';
import { readLastResults } from './last-results.ts';

/** Five hundred quick scripts shall not wait for five hundred files; nobody reads faster than this. */
const SAVE_INTERVAL_MS: Millis = 1_000;

export interface Recorder {
  readonly begin: (name: string) => void;
  readonly add: (script: ScriptRecord) => void;
  /** Writes the file as it is now, e.g. because a script takes long. */
  readonly save: () => void;
  /** Writes the file for the last time. */
  readonly finish: (state: 'done' | 'interrupted') => LastRc;
}

/**
 * @param warn Called at most once, at the end, if the record could not be saved then: early in a boot
 *   /run often is still read-only.
 */
export function createRecorder(
  root: string,
  facts: { readonly level: string; readonly previous: string },
  warn: (text: string) => void,
): Recorder {
  const started: EpochMillis = Date.now();
  const startedTick: Millis = monotonicNow();
  const scripts: ScriptRecord[] = [];
  const before = [...readLastResults(root).values()];
  let running: string | null = null;
  let savedTick = -Infinity;
  const build = (state: LastRc['state']): LastRc => {
    const durationMs = Math.round(monotonicNow() - startedTick);
    const names = new Set(scripts.map(({ name }) => name));
    const earlier = before.filter(({ name }) => !names.has(name));
    return { version: 1, ...facts, started, durationMs, state, running, scripts, earlier };
  };
  const write = (record: LastRc): string | undefined => {
    savedTick = monotonicNow();
    try {
      writeRunFile(root, LAST_RC, formatLastRc(record));
      return undefined;
    } catch (error) {
      return errorText(error);
    }
  };
  const saveIfDue = (): void => {
    if (monotonicNow() - savedTick >= SAVE_INTERVAL_MS) write(build('running'));
  };
  return {
    begin: (name) => {
      running = name;
      saveIfDue();
    },
    add: (script) => {
      running = null;
      scripts.push(script);
    },
    save: () => {
      write(build('running'));
    },
    finish: (state) => {
      running = null;
      const record = build(state);
      const problem = write(record);
      if (facts.previous === 'N') saveBoot(root, record);
      if (problem !== undefined) warn(`rc: cannot write "${LAST_RC}": ${problem}; going on without it\n`);
      return record;
    },
  };
}

/** The picture of the boot is not worth a word on the console: who wants it and lacks it is told why then. */
function saveBoot(root: string, level: LastRc): void {
  const before = readTextIfAny(root, LAST_BOOT);
  const record = addLevel(before === undefined ? EMPTY_BOOT : parseBootRecord(before), level);
  try {
    writeRunFile(root, LAST_BOOT, formatBootRecord(record));
  } catch {
    // The same reason as for the record of the level, which was told.
  }
}
