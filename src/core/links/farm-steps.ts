/**
 * A change of the link farm as steps that can be done, undone, and done again: what is written down before the first of
 * them, so that whoever comes after a crash can finish the change or take it back. os/links/farm-steps does them.
 */
import type { RcLevel } from '../level-set.ts';
import type { FarmPlan, LinkChange } from './rc-links.ts';

/** Names are file names in `rcLEVEL.d`; paths are those inside the root. */
export type FarmStep =
  | { readonly kind: 'make-dir'; readonly level: RcLevel }
  | { readonly kind: 'add'; readonly level: RcLevel; readonly name: string; readonly target: string }
  | {
      readonly kind: 'retarget';
      readonly level: RcLevel;
      readonly name: string;
      readonly before: string;
      readonly after: string;
    }
  /** Writes the new text beside the file. */
  | { readonly kind: 'stage'; readonly path: string; readonly text: string }
  | {
      readonly kind: 'rename';
      readonly level: RcLevel;
      readonly from: string;
      readonly to: string;
      readonly target: string;
    }
  | { readonly kind: 'remove'; readonly level: RcLevel; readonly name: string; readonly target: string }
  /** Puts the staged text in the file's place; null where there was no file. */
  | { readonly kind: 'replace'; readonly path: string; readonly before: string | null };

/** The farm as it is now. */
export interface FarmView {
  /** What a link says; undefined where there is none. */
  readonly target: (level: RcLevel, name: string) => string | undefined;
  /** The text of a file beside the scripts; undefined where there is none. */
  readonly text: (path: string) => string | undefined;
}

interface NameChange {
  readonly level: RcLevel;
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * The steps of a plan, leaving out what changes nothing. All that needs room on the disk comes first: once it is done,
 * only names change, and to take it back needs no room either.
 * @param dependDir Where the plan's files go.
 */
export function planSteps(plan: FarmPlan, dependDir: string, view: FarmView): readonly FarmStep[] {
  const { renames, rest } = pairRenames(netChanges(plan.changes, view.target));
  const files = plan.files
    .map(({ name, text }) => ({ path: `${dependDir}/${name}`, text }))
    .map((file) => ({ ...file, before: view.text(file.path) }))
    .filter(({ text, before }) => text !== before);
  return [
    ...plan.makeDirs.map((level) => ({ kind: 'make-dir', level }) as const),
    ...rest.flatMap(toAddition),
    ...files.map(({ path, text }) => ({ kind: 'stage', path, text }) as const),
    ...renames,
    ...rest.flatMap(toRemoval),
    ...files.map(({ path, before }) => ({ kind: 'replace', path, before: before ?? null }) as const),
  ];
}

/** What the changes come to for each name, in the order in which names first appear. */
function netChanges(changes: readonly LinkChange[], target: FarmView['target']): readonly NameChange[] {
  const found = new Map<string, { level: RcLevel; name: string; after: string | undefined }>();
  const set = (level: RcLevel, name: string, after: string | undefined): void => {
    const key = `${level}/${name}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { level, name, after });
    else known.after = after;
  };
  for (const change of changes) {
    if (change.kind !== 'add')
      set(change.level, change.kind === 'remove' ? change.name : change.from, undefined);
    if (change.kind !== 'remove')
      set(change.level, change.kind === 'add' ? change.name : change.to, change.target);
  }
  return [...found.values()]
    .map((one) => ({ ...one, before: target(one.level, one.name) }))
    .filter(({ before, after }) => before !== after);
}

/** A name that goes and one that comes in the same directory, with the same text in the link, are one rename. */
function pairRenames(changes: readonly NameChange[]): {
  readonly renames: readonly FarmStep[];
  readonly rest: readonly NameChange[];
} {
  const leaving = new Map<string, NameChange[]>();
  const key = ({ level }: NameChange, target: string | undefined): string => `${level}/${target ?? ''}`;
  for (const change of changes)
    if (change.after === undefined) {
      const group = leaving.get(key(change, change.before));
      if (group === undefined) leaving.set(key(change, change.before), [change]);
      else group.push(change);
    }
  const renames: FarmStep[] = [];
  const paired = new Set<NameChange>();
  for (const change of changes) {
    const { level, name: to, before, after: target } = change;
    if (before !== undefined || target === undefined) continue;
    const partner = leaving.get(key(change, target))?.shift();
    if (partner === undefined) continue;
    paired.add(change).add(partner);
    renames.push({ kind: 'rename', level, from: partner.name, to, target });
  }
  return { renames, rest: changes.filter((change) => !paired.has(change)) };
}

function toAddition({ level, name, before, after }: NameChange): readonly FarmStep[] {
  if (after === undefined) return [];
  if (before === undefined) return [{ kind: 'add', level, name, target: after }];
  return [{ kind: 'retarget', level, name, before, after }];
}

function toRemoval({ level, name, before, after }: NameChange): readonly FarmStep[] {
  return after === undefined && before !== undefined ? [{ kind: 'remove', level, name, target: before }] : [];
}
