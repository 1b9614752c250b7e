/** Reads the link farm and insserv.conf of a system root, as they are at this moment. */
import { readdirSync, readFileSync, readlinkSync, statSync, type Dirent } from 'node:fs';
import { posix } from 'node:path';
import type { ConfFile } from '../../core/lsb/facility.ts';
import type { RcLevel } from '../../core/level-set.ts';
import { compareRcLinkNames, parseRcLink } from '../../core/links/rc-link.ts';
import { linkTarget, type PresentLink } from '../../core/links/rc-links.ts';
import { RC_LEVELS } from '../../core/runlevel.ts';
import { isScriptName } from '../../core/scripts/script-name.ts';
import { linkDir, type FarmPaths } from './farm-paths.ts';
import { inRoot } from '../file/in-root.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';

/** A link with what it says. */
export interface FoundLink extends PresentLink {
  readonly target: string;
}

export interface PresentFarm {
  readonly links: readonly FoundLink[];
  readonly missingDirs: readonly RcLevel[];
  /** Files in link directories that are named like links and are none, as `rc2.d/S20foo`. */
  readonly strangers: readonly string[];
}

/**
 * Lists the links of every level.
 * @param scripts What init.d has: a link to one of them is not looked behind.
 * @throws {OsError} Where a directory that is there cannot be read.
 */
export function readLinks(paths: FarmPaths, scripts: ReadonlySet<string>): PresentFarm {
  const links: FoundLink[] = [];
  const missingDirs: RcLevel[] = [];
  const strangers: string[] = [];
  for (const level of RC_LEVELS) {
    const dir = linkDir(paths, level);
    for (const entry of listLinks(dir, () => missingDirs.push(level))) {
      const link = parseRcLink(entry.name);
      if (link === undefined) continue;
      if (!entry.isSymbolicLink()) strangers.push(`rc${level}.d/${entry.name}`);
      else {
        const target = readlinkSync(`${dir}/${entry.name}`);
        const dangles = isDangling(paths, level, entry.name, target, scripts);
        links.push({ level, name: entry.name, link, target, isDangling: dangles });
      }
    }
  }
  return { links, missingDirs, strangers };
}

function listLinks(dir: string, onMissing: () => void): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).sort((a, b) => compareRcLinkNames(a.name, b.name));
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOENT') {
      const facts = { code, syscall: 'scandir', path: dir, cause: error };
      throw new OsError(`cannot read "${dir}": ${errorText(error)}`, facts);
    }
    onMissing();
    return [];
  }
}

function isDangling(
  paths: FarmPaths,
  level: RcLevel,
  name: string,
  target: string,
  scripts: ReadonlySet<string>,
): boolean {
  const script = posix.basename(target);
  if (scripts.has(script) && target === linkTarget(script)) return false;
  const path = posix.join(paths.initDir, `../rc${level}.d`, name);
  return leadsNowhere(inRoot(paths.root, path));
}

function leadsNowhere(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(error));
  }
}

export interface ConfFiles {
  readonly files: readonly ConfFile[];
  /** Why insserv.conf itself could not be read. */
  readonly problem: string | undefined;
}

/** insserv.conf, then its fragments, the last name first. */
export function readConfFiles({ root, conf }: FarmPaths): ConfFiles {
  const files: ConfFile[] = [];
  let problem: string | undefined;
  try {
    files.push({ path: conf, text: readFileSync(inRoot(root, conf), 'utf8') });
  } catch (error) {
    problem = errorCode(error);
  }
  const dir = `${conf}.d`;
  for (const name of listFragments(inRoot(root, dir))) {
    const path = `${dir}/${name}`;
    try {
      files.push({ path, text: readFileSync(inRoot(root, path), 'utf8') });
    } catch {
      // A fragment that vanished or is not for us to read defines nothing.
    }
  }
  return { files, problem };
}

function listFragments(dir: string): readonly string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && isScriptName(entry.name))
      .map(({ name }) => name)
      .sort(compareRcLinkNames)
      .reverse();
  } catch {
    return [];
  }
}
