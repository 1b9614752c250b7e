/** `runlevel [FILE]`: the previous and the current level. There is no option parsing, as in the original. */
import { firstRunLevel } from '../core/utmp-record.ts';
import { LEVEL_FILE, LEVELS_FILE } from '../core/system-paths.ts';
import { readBytesIfAny, readTextIfAny } from '../os/text-file.ts';
import type { Applet } from './applet.ts';
import { systemRoot } from './system-root.ts';

const EXIT_UNKNOWN = 1;

export const applet: Applet = ([file], io) => {
  const levels = findLevels(systemRoot(io), file);
  io.out(`${levels ?? 'unknown'}\n`);
  return levels === undefined ? EXIT_UNKNOWN : 0;
};

/**
 * A utmp file that was named comes first. Without one, init's own word does: a utmp that another init left behind in
 * a container image would tell of a level nobody is in.
 */
function findLevels(root: string, file: string | undefined): string | undefined {
  const recorded = file === undefined ? undefined : readBytesIfAny(file);
  const record = recorded && firstRunLevel(recorded);
  if (record !== undefined) return `${record.previous} ${record.level}`;
  const ours = file === undefined ? readTextIfAny(root, LEVELS_FILE)?.trim() : undefined;
  if (ours !== undefined && /^\S \S$/.test(ours)) return ours;
  const level = readTextIfAny(root, LEVEL_FILE)?.trim();
  return level !== undefined && /^\S$/.test(level) ? `N ${level}` : undefined;
}
