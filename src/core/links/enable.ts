/** Which run levels each script is to have links in: what it has, what its header says, and what was asked for. */
import { formatLevels, NO_LEVELS, BOOT_LEVEL, type LevelSet } from '../level-set.ts';
import { defaultLevels, type LsbHeader } from '../lsb/lsb-header.ts';
import type { PresentLink } from './rc-links.ts';

export interface Levels {
  readonly start: LevelSet;
  readonly stop: LevelSet;
}

/** A file in init.d that counts as an init script. */
export interface InitScript {
  readonly name: string;
  /** As the user knows it. */
  readonly path: string;
  readonly header: LsbHeader;
}

/** A script named on the command line. */
export interface NamedScript {
  readonly name: string;
  /** Levels given after the name, `foo,start=2,3`. */
  readonly start: LevelSet | undefined;
  readonly stop: LevelSet | undefined;
}

export const NOWHERE: Levels = { start: NO_LEVELS, stop: NO_LEVELS };

export function hasLevels({ start, stop }: Levels): boolean {
  return (start | stop) !== NO_LEVELS;
}

/** The levels that scripts have links in; where a directory has both kinds of a script, it is stopped there. */
export function presentLevels(links: readonly PresentLink[]): ReadonlyMap<string, Levels> {
  const found = new Map<string, { start: LevelSet; stop: LevelSet }>();
  for (const { level, link, isDangling } of links) {
    if (isDangling) continue;
    const bit = 1 << '0123456S'.indexOf(level);
    const levels = found.get(link.name) ?? { start: NO_LEVELS, stop: NO_LEVELS };
    if (link.kind === 'S') levels.start |= bit;
    else levels.stop |= bit;
    found.set(link.name, levels);
  }
  return new Map([...found].map(([name, { start, stop }]) => [name, { start: start & ~stop, stop }]));
}

/**
 * The levels of a script that is to be enabled and has no links, or whose links do not count.
 * Levels given with the name are added to those of the header; with force they stand instead of them.
 */
export function levelsToEnable(header: LsbHeader, named: NamedScript, isForced: boolean): Levels {
  const { start, stop } = named;
  const own = { start: header.defaultStart ?? NO_LEVELS, stop: header.defaultStop ?? NO_LEVELS };
  const base = isForced && (start ?? stop) !== undefined ? NOWHERE : own;
  return defaultLevels({
    ...header,
    defaultStart: base.start | (start ?? NO_LEVELS),
    defaultStop: base.stop | (stop ?? NO_LEVELS),
  });
}

/** What the original says when links that are there win over the header. */
export function overrideWarnings(name: string, header: LsbHeader, present: Levels): readonly string[] {
  const own = {
    start: header.defaultStart ?? NO_LEVELS,
    stop: (header.defaultStop ?? NO_LEVELS) & ~BOOT_LEVEL,
  };
  return (['start', 'stop'] as const)
    .filter((kind) => present[kind] !== own[kind])
    .map(
      (kind) =>
        `warning: current ${kind} runlevel(s) (${orEmpty(present[kind])}) of script \`${name}' overrides LSB defaults (${orEmpty(own[kind])}).`,
    );
}

function orEmpty(levels: LevelSet): string {
  return levels === NO_LEVELS ? 'empty' : formatLevels(levels);
}
