/** Sets of the run levels that have link directories, as numbers: thousands of them are compared for one order. */
import { RC_LEVELS } from './runlevel.ts';

export type RcLevel = (typeof RC_LEVELS)[number];

/** One bit for each of RC_LEVELS, `0` the lowest, `S` the highest. */
export type LevelSet = number;

export const NO_LEVELS: LevelSet = 0;

/** Takes words like `2`, `s` or `S`; what is no such level adds nothing. */
export function levelSet(levels: Iterable<string>): LevelSet {
  let set = NO_LEVELS;
  for (const level of levels) set |= bitOf(level);
  return set;
}

/** The levels of a set, in the order 0–6, S. */
export function levelsOf(set: LevelSet): readonly RcLevel[] {
  return RC_LEVELS.filter((_, index) => (set & (1 << index)) !== 0);
}

/** As the original writes them: `2 3 4 5`. */
export function formatLevels(set: LevelSet): string {
  return levelsOf(set).join(' ');
}

/** The boot level alone. */
export const BOOT_LEVEL: LevelSet = levelSet('S');

function bitOf(level: string): number {
  const index = (RC_LEVELS as readonly string[]).indexOf(level === 's' ? 'S' : level);
  return index < 0 ? 0 : 1 << index;
}
