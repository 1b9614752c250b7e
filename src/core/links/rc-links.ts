/**
 * The link farm, `rcN.d`, as data: the links that are there, those that are wanted, and the changes that lead from one
 * to the other. Nothing here touches a file; os/links/link-farm applies a plan.
 */
import { levelsOf, type LevelSet, type RcLevel } from '../level-set.ts';
import { MAX_NUMBER } from '../order/order.ts';
import { compareRcLinkNames, type RcLink } from './rc-link.ts';
import { RC_LEVELS } from '../runlevel.ts';

/** A start or stop link in a link directory. */
export interface PresentLink {
  readonly level: RcLevel;
  /** The file name, e.g. `S20foo`. */
  readonly name: string;
  readonly link: RcLink;
  /** Whether anything is behind it. */
  readonly isDangling: boolean;
}

/** What a script is to have: in each level at most one link. */
export interface WantedLinks {
  readonly script: string;
  readonly start: LevelSet;
  readonly stop: LevelSet;
  readonly startNumber: number;
  readonly stopNumber: number;
}

export type LinkReason =
  /** The script is to start or stop in this level and had no link there. */
  | 'enabled'
  | 'renumbered'
  /** It is to do the other thing in this level from now on. */
  | 'toggled'
  | 'disabled'
  | 'dangling'
  /** A second link of the same script in the same directory. */
  | 'duplicate'
  /** Nothing is stopped in S. */
  | 'stop-link-in-boot-level';

interface ChangeFacts {
  readonly level: RcLevel;
  /** The init script's name. */
  readonly script: string;
  readonly reason: LinkReason;
}

/** One operation on one name, or on two names of one directory. Names are file names in `rcLEVEL.d`. */
export type LinkChange =
  | (ChangeFacts & { readonly kind: 'add'; readonly name: string; readonly target: string })
  | (ChangeFacts & { readonly kind: 'remove'; readonly name: string })
  | (ChangeFacts & {
      readonly kind: 'rename';
      readonly from: string;
      readonly to: string;
      /** What the new link says; the old one may have said something else. */
      readonly target: string;
    });

/** Everything one run changes. Applied whole or not at all; an empty plan changes nothing. */
export interface FarmPlan {
  /** Levels whose link directory is to be made first. */
  readonly makeDirs: readonly RcLevel[];
  /** By level, then by script. No name is touched twice, except that one may be removed or renamed before it is added. */
  readonly changes: readonly LinkChange[];
  /** Files beside the scripts that are replaced as a whole, whether or not their text is new. */
  readonly files: readonly DependFile[];
}

export interface DependFile {
  readonly name: '.depend.boot' | '.depend.start' | '.depend.stop';
  readonly text: string;
}

/** What insserv writes into a link. */
export function linkTarget(script: string): string {
  return `../init.d/${script}`;
}

export function linkName(kind: 'S' | 'K', number: number, script: string): string {
  return `${kind}${String(Math.min(number, MAX_NUMBER)).padStart(2, '0')}${script}`;
}

/**
 * Compares wanted and present links.
 * @param wanted One for each script whose links are to be looked after. Links of others stay, unless they dangle.
 * @returns Changes by level, then by script name. Where nothing is to change, none.
 */
export function planLinks(
  wanted: readonly WantedLinks[],
  present: readonly PresentLink[],
): readonly LinkChange[] {
  const byScript = [...wanted].sort((a, b) => compareRcLinkNames(a.script, b.script));
  const known = new Set(wanted.map(({ script }) => script));
  return RC_LEVELS.flatMap((level) => {
    const here = present.filter((one) => one.level === level);
    const ours = groupByScript(here);
    const dangling = here
      .filter(({ isDangling, link }) => isDangling && !known.has(link.name))
      .map(
        ({ name, link }) => ({ kind: 'remove', level, script: link.name, name, reason: 'dangling' }) as const,
      );
    const changes = byScript.flatMap((one) => planScript(level, one, ours.get(one.script) ?? []));
    return [...dangling, ...changes];
  });
}

function groupByScript(links: readonly PresentLink[]): ReadonlyMap<string, readonly PresentLink[]> {
  const groups = new Map<string, PresentLink[]>();
  for (const one of links) {
    const group = groups.get(one.link.name);
    if (group === undefined) groups.set(one.link.name, [one]);
    else group.push(one);
  }
  return groups;
}

function planScript(
  level: RcLevel,
  wanted: WantedLinks,
  present: readonly PresentLink[],
): readonly LinkChange[] {
  const { script } = wanted;
  const links = [...present].sort((a, b) => compareRcLinkNames(a.name, b.name));
  const kind = wantedKind(level, wanted);
  // In S nothing is stopped: there such a link says that a script is disabled, and nobody else makes one.
  if (level === 'S' && kind === 'K' && links.length === 0) return [];
  if (kind === undefined) return links.map((link) => removal(link, reasonToRemove(link)));
  const to = linkName(kind, kind === 'S' ? wanted.startNumber : wanted.stopNumber, script);
  const target = linkTarget(script);
  const kept = links.find(({ name, isDangling }) => name === to && !isDangling);
  const from = kept ?? links.find(({ link }) => link.kind === kind) ?? links[0];
  const rest = links.filter((link) => link !== from).map((link) => removal(link, reasonToRemove(link, kind)));
  if (from === undefined) return [{ kind: 'add', level, script, name: to, target, reason: 'enabled' }];
  if (from === kept) return rest;
  const reason = from.link.kind === kind ? 'renumbered' : 'toggled';
  return [...rest, { kind: 'rename', level, script, from: from.name, to, target, reason }];
}

function wantedKind(level: RcLevel, { start, stop }: WantedLinks): 'S' | 'K' | undefined {
  if (levelsOf(stop).includes(level)) return 'K';
  return levelsOf(start).includes(level) ? 'S' : undefined;
}

function removal({ level, name, link }: PresentLink, reason: LinkReason): LinkChange {
  return { kind: 'remove', level, script: link.name, name, reason };
}

function reasonToRemove({ level, link, isDangling }: PresentLink, wanted?: 'S' | 'K'): LinkReason {
  if (level === 'S' && link.kind === 'K') return 'stop-link-in-boot-level';
  if (isDangling) return 'dangling';
  if (wanted === undefined) return 'disabled';
  return wanted === link.kind ? 'duplicate' : 'toggled';
}
