/** Looks at every `rcN.d` of a system root: what is in it, where it points, and whether it can be run. */
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import type { RcFileKind } from '../../core/scripts/rc-plan.ts';
import { compareRcLinkNames } from '../../core/links/rc-link.ts';
import { RC_LEVELS, type RunLevel } from '../../core/runlevel.ts';
import { rcDir } from '../../core/system-paths.ts';
import { inRoot } from '../file/in-root.ts';
import { errorCode } from '../os-error.ts';
import { scriptKind } from './script-path.ts';

export interface RcDirEntry {
  /** Inside the root, e.g. `/etc/rc3.d`. */
  readonly dir: string;
  readonly name: string;
  /** What the link says; undefined for what is no link. */
  readonly target: string | undefined;
  /** Why it cannot be run. */
  readonly problem: Exclude<RcFileKind, 'script'> | 'loop' | undefined;
}

export interface RcDirs {
  /** Directory by directory, in the order in which they are run. */
  readonly entries: readonly RcDirEntry[];
  /** The levels that have their directory. */
  readonly levels: readonly RunLevel[];
  /** Folders named like link directories of levels that have none, e.g. `/etc/rcX.d`. */
  readonly unknownDirs: readonly string[];
  /** Link directories that cannot be listed, with the errno name. */
  readonly unreadable: readonly { readonly dir: string; readonly code: string }[];
}

/** Never throws. A missing directory is nothing to report: a level may have no scripts. */
export function readRcDirs(root: string): RcDirs {
  const entries: RcDirEntry[] = [];
  const levels: RunLevel[] = [];
  const unreadable: { dir: string; code: string }[] = [];
  for (const level of RC_LEVELS) {
    const dir = rcDir(level);
    try {
      const names = readdirSync(inRoot(root, dir)).sort(compareRcLinkNames);
      entries.push(...names.map((name) => readEntry(root, dir, name)));
      levels.push(level);
    } catch (error) {
      const code = errorCode(error);
      if (code !== 'ENOENT') unreadable.push({ dir, code });
    }
  }
  return { entries, levels, unknownDirs: findUnknownDirs(root), unreadable };
}

function readEntry(root: string, dir: string, name: string): RcDirEntry {
  const path = `${dir}/${name}`;
  const kind = scriptKind(root, path);
  const target = readLink(inRoot(root, path, 'keep'));
  const problem = kind === 'script' ? undefined : kind === 'dangling' && isLoop(root, path) ? 'loop' : kind;
  return { dir, name, target, problem };
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function isLoop(root: string, path: string): boolean {
  const file = inRoot(root, path);
  try {
    statSync(file);
    return false;
  } catch (error) {
    if (errorCode(error) === 'ELOOP') return true;
    // inRoot gives up after as many links as the kernel follows, and a link is left over.
    return root !== '/' && readLink(file) !== undefined;
  }
}

function findUnknownDirs(root: string): readonly string[] {
  const known: readonly string[] = RC_LEVELS.map(rcDir);
  try {
    return readdirSync(inRoot(root, '/etc'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && /^rc.\.d$/u.test(entry.name))
      .map((entry) => `/etc/${entry.name}`)
      .filter((dir) => !known.includes(dir))
      .sort();
  } catch {
    return [];
  }
}
