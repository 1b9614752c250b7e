/** The run level and the one before, as they stand in the files of a system root. */
import { LEVEL_FILE, LEVELS_FILE, UTMP } from '../../core/system-paths.ts';
import { firstRunLevel } from '../../core/wire/utmp-record.ts';
import { inRoot } from '../file/in-root.ts';
import { readBytesIfAny, readTextIfAny } from '../file/text-file.ts';

export interface Levels {
  readonly previous: string;
  readonly level: string;
}

/**
 * utmp comes first, as in the original. Only where the level file contradicts it, our init's own word does: a utmp that
 * could not be emptied at the start of a container tells of a level nobody is in, and booting into S leaves no record.
 * @param file A utmp file of the machine to read instead of the root's.
 */
export function readLevels(root: string, file?: string): Levels | undefined {
  const bytes = readBytesIfAny(file ?? inRoot(root, UTMP));
  const recorded = bytes && firstRunLevel(bytes);
  const level = readLevel(root);
  const fallback = level === undefined ? undefined : { previous: 'N', level };
  if (file !== undefined) return recorded ?? fallback;
  const agrees = (levels: Levels | undefined): boolean => level === undefined || levels?.level === level;
  if (recorded !== undefined && agrees(recorded)) return recorded;
  const ours = readOurs(root);
  if (ours !== undefined && agrees(ours)) return ours;
  return recorded ?? fallback;
}

function readOurs(root: string): Levels | undefined {
  const [, previous, level] = /^(\S) (\S)\n?$/.exec(readTextIfAny(root, LEVELS_FILE) ?? '') ?? [];
  return previous === undefined || level === undefined ? undefined : { previous, level };
}

function readLevel(root: string): string | undefined {
  return /^(\S)\s*$/.exec(readTextIfAny(root, LEVEL_FILE) ?? '')?.[1];
}
