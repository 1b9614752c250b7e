/** How a script of a system root is looked at and called: the links on the way to it stay inside the root. */
import { accessSync, constants, readdirSync, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import type { RcEntry, RcFileKind } from '../../core/scripts/rc-plan.ts';
import { inRoot } from '../file/in-root.ts';

/**
 * The path to start a script by, which becomes its `$0`: as it was given, below the root, unless the kernel
 * would follow a link out of the root from there.
 * @param path Absolute inside the root, e.g. `/etc/rc2.d/S20foo`.
 */
export function scriptPath(root: string, path: string): string {
  if (root === '/') return path;
  const link = root + path;
  return leadsInside(root, link) ? link : inRoot(root, path);
}

/** One look by the kernel: `inRoot` reads every link on the way, which adds up over hundreds of scripts. */
function leadsInside(root: string, path: string): boolean {
  try {
    return realpathSync.native(path).startsWith(`${realRoot(root)}/`);
  } catch {
    return false;
  }
}

let lastRoot: { readonly root: string; readonly real: string } | undefined;

/** Asked for hundreds of scripts of the one root that a process works on. */
function realRoot(root: string): string {
  if (lastRoot?.root !== root) lastRoot = { root, real: realpathSync.native(root) };
  return lastRoot.real;
}

/** What is behind a path inside the root. */
export function scriptKind(root: string, path: string): RcFileKind {
  const file = scriptPath(root, path);
  const stats = statFile(file);
  if (stats === undefined) return 'dangling';
  if (stats.isDirectory()) return 'directory';
  if (!stats.isFile()) return 'special';
  return isExecutable(file) ? 'script' : 'not-executable';
}

/**
 * Lists a link directory or init.d, in no particular order.
 * @param dir Absolute inside the root.
 * @throws The error of readdir, e.g. ENOENT.
 */
export function listScripts(root: string, dir: string): readonly RcEntry[] {
  return readdirSync(inRoot(root, dir)).map((entry) => ({
    entry,
    file: scriptKind(root, `${dir}/${entry}`),
  }));
}

function statFile(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
