/** `update-rc.d NAME enable|disable|defaults|remove` on the links themselves, where nothing is to be ordered. */
import type { DefaultLevels } from './default-levels.ts';
import { levelSet, levelsOf, type RcLevel } from '../level-set.ts';
import { parseRcLink } from './rc-link.ts';
import { linkName, linkTarget, type FarmPlan, type LinkChange, type PresentLink } from './rc-links.ts';

/** In the others everything stops, or nothing is started by default. */
const TOGGLED_LEVEL = /^[S2345]$/;

export interface Toggle {
  readonly changes: readonly LinkChange[];
  /** Levels, as given, in which nothing can be enabled or disabled. */
  readonly ignored: readonly string[];
  /** Whether the script has a link in any of the levels. */
  readonly hasLinks: boolean;
}

/** A link with what it says. */
type FoundLink = PresentLink & { readonly target: string };

/** Turns the script's start links into stop links of the same number, or back. */
export function toggleLinks(
  script: string,
  action: 'enable' | 'disable',
  levels: readonly string[],
  present: readonly FoundLink[],
): Toggle {
  const wanted = new Set(levels.filter((level) => TOGGLED_LEVEL.test(level)));
  const links = present.filter(({ level, link }) => link.name === script && wanted.has(level));
  const [old, kind] = action === 'disable' ? (['S', 'K'] as const) : (['K', 'S'] as const);
  return {
    changes: links
      .filter(({ link }) => link.kind === old)
      .map(({ level, name: from, link, target }) => ({
        kind: 'rename',
        level,
        script,
        from,
        to: linkName(kind, link.order, script),
        target,
        reason: 'toggled',
      })),
    ignored: levels.filter((level) => !TOGGLED_LEVEL.test(level)),
    hasLinks: links.length > 0,
  };
}

/** The links after the changes, for those who plan on. */
export function changedLinks(
  present: readonly FoundLink[],
  changes: readonly LinkChange[],
): readonly FoundLink[] {
  const links = new Map(present.map((one) => [`${one.level}/${one.name}`, one]));
  for (const change of changes) {
    if (change.kind !== 'add')
      links.delete(`${change.level}/${change.kind === 'remove' ? change.name : change.from}`);
    if (change.kind === 'remove') continue;
    const name = change.kind === 'add' ? change.name : change.to;
    const link = parseRcLink(name);
    const { level, target } = change;
    if (link !== undefined) links.set(`${level}/${name}`, { level, name, link, target, isDangling: false });
  }
  return [...links.values()];
}

/** The first links of a script where nothing orders them: number 1 everywhere. */
export function plainDefaults(
  script: string,
  { start, stop }: DefaultLevels,
  isDisabled: boolean,
  missingDirs: readonly RcLevel[],
): FarmPlan {
  const target = linkTarget(script);
  const add = (level: RcLevel, kind: 'S' | 'K'): LinkChange => {
    return { kind: 'add', level, script, name: linkName(kind, 1, script), target, reason: 'enabled' };
  };
  // The original makes directories for other words, too; nothing runs them.
  const levels = (words: readonly string[]): readonly RcLevel[] =>
    levelsOf(levelSet(words.filter((word) => word !== 's')));
  const isBoth = (level: RcLevel): boolean => isDisabled && levels(start).includes(level);
  const changes = [
    ...levels(start).map((level) => add(level, isDisabled ? 'K' : 'S')),
    ...levels(stop).flatMap((level) => (isBoth(level) ? [] : [add(level, 'K')])),
  ];
  const used = new Set(changes.map(({ level }) => level));
  return { makeDirs: missingDirs.filter((level) => used.has(level)), changes, files: [] };
}

/** Takes away all links of a script. */
export function removeLinks(script: string, present: readonly PresentLink[]): FarmPlan {
  const changes = present
    .filter(({ link }) => link.name === script)
    .map(({ level, name }) => ({ kind: 'remove', level, script, name, reason: 'disabled' }) as const);
  return { makeDirs: [], changes, files: [] };
}
