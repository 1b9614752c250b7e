/** How each init script ended when `rc` last ran it. */
import { lastResults, parseLastRc, type ScriptRecord } from '../core/scripts/last-rc.ts';
import { LAST_RC } from '../core/system-paths.ts';
import { readTextIfAny } from '../os/file/text-file.ts';

/** By name; empty where nothing was recorded in this boot, or the record cannot be read. */
export function readLastResults(root: string): ReadonlyMap<string, ScriptRecord> {
  const text = readTextIfAny(root, LAST_RC);
  const parsed = text === undefined ? undefined : parseLastRc(text);
  return parsed?.kind === 'parsed' ? lastResults(parsed.record) : new Map();
}
