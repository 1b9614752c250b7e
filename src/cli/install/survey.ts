/** Looks at a system root for what an installation would find there. */
import { posix } from 'node:path';
import type { FoundFile, InstallFacts } from '../../core/install/install-plan.ts';
import {
  CURRENT,
  INSTALL_FOLDER,
  RECORD_FOLDER,
  temporaryOf,
  type InstalledFile,
  type InstallRecord,
} from '../../core/install/install-record.ts';
import { hasDpkg, readDiversions } from '../../os/install/dpkg-divert.ts';
import {
  isSameFolder,
  missingFolders,
  relativeTarget,
  seeFile,
  type SeenFile,
} from '../../os/install/install-paths.ts';
import { listManualPages } from '../../os/install/install-program.ts';
import { listFolder } from '../../os/file/list-folder.ts';
import { APPLET_NAMES } from '../applet-names.ts';
import { APPLET_PLACES, COMPLETION_PLACES, LIBRARY_PLACES, manualPlace } from './places.ts';

/** What the distribution had there, as with diversions of dpkg. */
const BACKUP = '.distrib';
/** Another name: dpkg takes the same file under two names for an old one, and removes it. */
const USR_BACKUP = '.usr-distrib';

interface Place {
  readonly path: string;
  /** Relative to the program's folder. */
  readonly program: string;
  readonly isOnlyIfAbsent: boolean;
}

function listPlaces(): readonly Place[] {
  return [...COMMANDS, ...listManualPages().map(({ page, path }) => placeIfAbsent(manualPlace(page), path))];
}

const COMMANDS: readonly Place[] = [
  // First, so that it is the last to go.
  ...[...APPLET_NAMES]
    .sort((a, b) => Number(b === 'rcinit') - Number(a === 'rcinit'))
    .map((name) => ({
      path: APPLET_PLACES[name],
      program: `dist/applets/${name}`,
      isOnlyIfAbsent: false,
    })),
  ...Object.entries(LIBRARY_PLACES).map(([name, path]) => placeIfAbsent(path, `dist/sh/${name}`)),
  ...Object.entries(COMPLETION_PLACES).map(([shell, path]) =>
    placeIfAbsent(path, `dist/completions/rcinit.${shell}`),
  ),
];

function placeIfAbsent(path: string, program: string): Place {
  return { path, program, isOnlyIfAbsent: true };
}

/** Everything that planInstall needs to know. */
export function surveyRoot(
  root: string,
  record: InstallRecord | undefined,
  program: string,
  node: string,
): InstallFacts {
  const withDpkg = hasDpkg(root);
  const diverted = readDiversions(root).map(({ path }) => path);
  const files = listPlaces()
    .map((place) => ({ place, file: makeFile(root, place, record, withDpkg) }))
    .filter(({ place, file }) => isWanted(root, place, file))
    .map(({ file }) => findFile(root, file, diverted, record));
  const places = new Set(files.map(({ file }) => file.path));
  const former = (record?.files ?? []).filter(({ path }) => !places.has(path));
  const folders = [
    RECORD_FOLDER,
    INSTALL_FOLDER,
    ...new Set(files.map(({ file }) => posix.dirname(file.path))),
  ];
  const programs = listFolder(root, INSTALL_FOLDER);
  return {
    record,
    program,
    node,
    isProgramThere: programs.includes(program),
    current: seeFile(root, CURRENT)?.target,
    hasFormerPrograms: programs.some((name) => name !== program && name !== posix.basename(CURRENT)),
    files,
    formerFiles: former.map((file) => findFile(root, file, diverted, record)),
    missingFolders: [...new Set(folders.flatMap((folder) => missingFolders(root, folder)))],
  };
}

/** The recorded files as they are now. */
export function surveyRecorded(root: string, record: InstallRecord): readonly FoundFile[] {
  const diverted = readDiversions(root).map(({ path }) => path);
  return record.files.map((file) => findFile(root, file, diverted, record));
}

function isWanted(root: string, { path, isOnlyIfAbsent }: Place, { target }: InstalledFile): boolean {
  const seen = isOnlyIfAbsent ? seeFile(root, path) : undefined;
  return seen === undefined || seen.target === target;
}

function makeFile(
  root: string,
  { path, program, isOnlyIfAbsent }: Place,
  record: InstallRecord | undefined,
  withDpkg: boolean,
): InstalledFile {
  const target = relativeTarget(root, path, INSTALL_FOLDER, posix.join(posix.basename(CURRENT), program));
  const recorded = record?.files.find((file) => file.path === path);
  const names = isOnlyIfAbsent ? [] : withDpkg ? [path, ...usrNames(root, path)] : [path];
  const backups = names.map((name, index) => `${name}${index === 0 ? BACKUP : USR_BACKUP}`);
  const seen = seeFile(root, path);
  return {
    path,
    target,
    backups,
    hadOriginal: recorded?.hadOriginal ?? (seen !== undefined && !isOurs(seen)),
    diversions: withDpkg ? names.map((name, index) => ({ path: name, to: backups[index] ?? '' })) : [],
  };
}

/** Debian's packages name `/sbin/init` today and `/usr/sbin/init` tomorrow, and dpkg goes by the name. */
function usrNames(root: string, path: string): readonly string[] {
  const name = `/usr${path}`;
  return !path.startsWith('/usr/') && isSameFolder(root, posix.dirname(path), posix.dirname(name))
    ? [name]
    : [];
}

/** Whatever leads to our commands is never kept in the place of what was there before. */
function isOurs({ target }: SeenFile): boolean {
  return target !== undefined && /(^|\/)rcinit\/current\/(dist|docs)\//.test(target);
}

function findFile(
  root: string,
  file: InstalledFile,
  diverted: readonly string[],
  record: InstallRecord | undefined,
): FoundFile {
  const seen = seeFile(root, file.path);
  const kept = file.backups.flatMap((path) => {
    const backup = seeFile(root, path);
    return backup === undefined ? [] : [{ path, identity: backup.identity }];
  });
  const leftovers = [file.path, ...file.backups].map(temporaryOf);
  return {
    file,
    at:
      seen === undefined
        ? 'absent'
        : isOurs(seen)
          ? seen.target === file.target
            ? 'ours'
            : 'misled'
          : 'other',
    isBackup: seen !== undefined && kept.some(({ identity }) => identity === seen.identity),
    backups: kept.map(({ path }) => path),
    diverted: file.diversions.map(({ path }) => path).filter((path) => diverted.includes(path)),
    leftovers: leftovers.filter((path) => seeFile(root, path) !== undefined),
    isRecorded: record?.files.some(({ path }) => path === file.path) === true,
  };
}
