/**
 * What has to be done to a system so that rcinit is, or is no longer, installed there. A plan starts from what is found, not
 * from what an earlier run meant to do: after a kill, planning again gives the rest.
 */
import { INSTALL_FOLDER, RECORD_FOLDER, type InstalledFile, type InstallRecord } from './install-record.ts';
import type { InstallStep } from './install-steps.ts';

/** One place and what is found there. */
export interface FoundFile {
  readonly file: InstalledFile;
  /** `misled`: our link with another target. */
  readonly at: 'absent' | 'ours' | 'misled' | 'other';
  /** What is kept is what is there: an installation was interrupted. */
  readonly isBackup: boolean;
  /** Those of the file's backups that exist. */
  readonly backups: readonly string[];
  /** Those of the file's diversions that dpkg knows. */
  readonly diverted: readonly string[];
  /** Names a killed run left behind. */
  readonly leftovers: readonly string[];
  /** Whether an earlier installation recorded it. */
  readonly isRecorded: boolean;
}

export interface InstallFacts {
  readonly record: InstallRecord | undefined;
  readonly program: string;
  readonly node: string;
  readonly isProgramThere: boolean;
  /** What the link of the current version says. */
  readonly current: string | undefined;
  readonly hasFormerPrograms: boolean;
  readonly files: readonly FoundFile[];
  /** What an earlier version placed and this one does not. */
  readonly formerFiles: readonly FoundFile[];
  /** Folders that are missing, those above first. */
  readonly missingFolders: readonly string[];
}

/** Nothing, if all of it is done. */
export function planInstall(facts: InstallFacts): readonly InstallStep[] {
  const { program, node, record } = facts;
  const files = facts.files.map(({ file }) => file);
  // The last two are ours by name: a kill can leave them without a record.
  const ours = [INSTALL_FOLDER, RECORD_FOLDER];
  const folders = [...new Set([...(record?.folders ?? []), ...facts.missingFolders, ...ours])];
  const wanted = { format: 1, program, node, files, folders } as const;
  const steps: InstallStep[] = facts.missingFolders.map((path) => ({ kind: 'make-folder', path }));
  if (!facts.isProgramThere) steps.push({ kind: 'copy-program', program, node });
  if (facts.current !== program) steps.push({ kind: 'point', program });
  steps.push(...facts.files.flatMap(planFile));
  steps.push(...facts.formerFiles.filter(({ at }) => at === 'ours' || at === 'misled').flatMap(planRemoval));
  const isDone = steps.length === 0 && record?.state === 'installed' && record.node === node;
  if (!isDone) {
    steps.unshift({ kind: 'record', record: { ...wanted, state: 'installing' } });
    steps.push({ kind: 'record', record: { ...wanted, state: 'installed' } });
  }
  if (facts.hasFormerPrograms) steps.push({ kind: 'drop-programs', but: program });
  return steps;
}

function planFile({ file, at, isBackup, diverted, leftovers }: FoundFile): readonly InstallStep[] {
  const steps: InstallStep[] = leftovers.map((path) => ({ kind: 'remove', path }));
  for (const { path, to } of file.diversions)
    if (!diverted.includes(path)) steps.push({ kind: 'divert', path, to });
  const [backup] = file.backups;
  if (at === 'ours') return steps;
  if (at === 'other' && !isBackup && backup !== undefined)
    steps.push({ kind: 'keep', path: file.path, backup });
  return [...steps, { kind: 'place', path: file.path, target: file.target }];
}

/** The last placed is the first to go; the command that does it stays to the end. */
export function planUninstall(record: InstallRecord, found: readonly FoundFile[]): readonly InstallStep[] {
  const folders = [...record.folders]
    .reverse()
    .map((path) => ({ kind: 'remove-folder', path }) as const satisfies InstallStep);
  // Until the last moment the record knows what is still to be removed.
  const isAboveRecord = ({ path }: { readonly path: string }) => `${RECORD_FOLDER}/`.startsWith(`${path}/`);
  return [
    { kind: 'record', record: { ...record, state: 'removing' } },
    ...[...found].reverse().flatMap(planRemoval),
    { kind: 'remove-programs' },
    ...folders.filter((folder) => !isAboveRecord(folder)),
    { kind: 'remove-record' },
    ...folders.filter(isAboveRecord),
  ];
}

function planRemoval(found: FoundFile): readonly InstallStep[] {
  const { file, diverted, leftovers } = found;
  return [
    ...leftovers.map((path) => ({ kind: 'remove' as const, path })),
    ...putBack(found),
    ...file.diversions
      .filter(({ path }) => diverted.includes(path))
      .map(({ path, to }) => ({ kind: 'undivert' as const, path, to })),
  ];
}

function putBack({ file: { path, hadOriginal }, at, isBackup, backups }: FoundFile): readonly InstallStep[] {
  // The later one is from a package that was unpacked since.
  const backup = backups.at(-1);
  if (at === 'other') {
    if (isBackup && backup !== undefined) return [{ kind: 'remove', path: backup }];
    // What was there was never replaced, or is back already.
    return backup === undefined && hadOriginal ? [] : [{ kind: 'leave', path, backup }];
  }
  if (backup !== undefined) {
    // dpkg had another name for the file that was kept, so unpacking the later one did not replace it.
    const outdated = backups.slice(0, -1).map((older) => ({ kind: 'remove' as const, path: older }));
    return [...outdated, { kind: 'restore', path, backup }];
  }
  return at === 'absent' ? [] : [{ kind: 'remove', path }];
}

/**
 * Takes an upgrade back that failed: what the former version had not placed goes, and it is the current one again.
 * @param current What the link of the current version says.
 */
export function planReturn(
  former: InstallRecord,
  found: readonly FoundFile[],
  current: string | undefined,
): readonly InstallStep[] {
  return [
    ...found.filter(({ isRecorded }) => !isRecorded).flatMap(planRemoval),
    ...(current === former.program ? [] : [{ kind: 'point' as const, program: former.program }]),
    { kind: 'record', record: former },
    { kind: 'drop-programs', but: former.program },
  ];
}

/** Files that had something in their place which is gone: the system may not start without. */
export function findLostOriginals(found: readonly FoundFile[]): readonly string[] {
  return found
    .filter(({ file, at, backups }) => file.hadOriginal && backups.length === 0 && at !== 'other')
    .map(({ file }) => file.path);
}
