/** `runlevel [FILE]`: the previous and the current level. There is no option parsing, as in the original. */
import { LEVEL_FILE, LEVELS_FILE, UTMP } from '../core/system-paths.ts';
import { firstRunLevel } from '../core/utmp-record.ts';
import { inRoot } from '../os/in-root.ts';
import { readBytesIfAny, readTextIfAny } from '../os/text-file.ts';
import type { Applet } from './applet.ts';
import { systemRoot } from './system-root.ts';

const EXIT_UNKNOWN = 1;

export const applet: Applet = ([file], io) => {
  const levels = findLevels(systemRoot(io), file);
  io.out(levels === undefined ? 'unknown\n' : `${levels.previous} ${levels.level}\n`);
  return levels === undefined ? EXIT_UNKNOWN : 0;
};

interface Levels {
  readonly previous: string;
  readonly level: string;
}

/**
 * utmp comes first, as in the original. Only where the level file contradicts it, our init's own word does: a utmp that
 * could not be emptied at the start of a container tells of a level nobody is in, and booting into S leaves no record.
 */
function findLevels(root: string, file: string | undefined): Levels | undefined {
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
