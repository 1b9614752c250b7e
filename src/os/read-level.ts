/** The run level as it stands in the files of a system root. */
import { LEVEL_FILE, LEVELS_FILE, UTMP } from '../core/system-paths.ts';
import { firstRunLevel } from '../core/utmp-record.ts';
import { inRoot } from './in-root.ts';
import { readBytesIfAny, readTextIfAny } from './text-file.ts';

/** What the running init wrote comes first: a container image may hold somebody else's utmp. */
export function readLevel(root: string): string | undefined {
  const ours = /^\S (\S)$/.exec(readTextIfAny(root, LEVELS_FILE)?.trim() ?? '')?.[1];
  if (ours !== undefined) return ours;
  const records = readBytesIfAny(inRoot(root, UTMP));
  const recorded = records && firstRunLevel(records)?.level;
  return recorded ?? /^\S$/.exec(readTextIfAny(root, LEVEL_FILE)?.trim() ?? '')?.[0];
}
