/** Reads init.d: which names are init scripts, and the text their headers are in. */
import { readdirSync, readFileSync, readlinkSync, statSync, type Dirent, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { isScriptName } from '../../core/scripts/script-name.ts';
import type { Millis } from '../../core/units.ts';
import type { FarmPaths } from './farm-paths.ts';
import { inRoot } from '../file/in-root.ts';
import { loadBuiltin } from '../load-builtin.ts';
import { errorText } from '../os-error.ts';

export type InitDirEntry =
  | {
      readonly kind: 'script';
      readonly name: string;
      /** Where the header is: the script or an override, inside the root. */
      readonly path: string;
      readonly text: string;
    }
  /** Could be a script by its name and mode, but cannot be read. */
  | { readonly kind: 'unreadable'; readonly name: string; readonly why: string }
  | {
      readonly kind:
        | 'invalid-name'
        | 'not-executable'
        | 'link-to-script'
        | 'directory'
        | 'special'
        | 'dangling';
      readonly name: string;
    };

const OWNER_EXECUTE = 0o100;
const JOB_DEADLINE_MS: Millis = 5_000;
const HEADER = /### BEGIN INIT INFO[^]*\n[^\n]*### END INIT INFO/;

/**
 * Lists init.d, sorted by name. Nothing but plain files is opened. An override without a complete header counts as none.
 * @param filters Extensions that are no scripts.
 * @throws The error of readdir for init.d itself.
 */
export function readInitDir(paths: FarmPaths, filters: ReadonlySet<string>): readonly InitDirEntry[] {
  const dir = inRoot(paths.root, paths.initDir);
  const overrides = listOverrides(paths);
  return readdirSync(dir, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => readEntry(paths, dir, entry, filters, overrides));
}

function readEntry(
  paths: FarmPaths,
  dir: string,
  entry: Dirent,
  filters: ReadonlySet<string>,
  overrides: ReadonlyMap<string, readonly string[]>,
): InitDirEntry {
  const { name } = entry;
  if (!isScriptName(name, filters)) return { kind: 'invalid-name', name };
  const target = entry.isSymbolicLink() ? readlinkSync(`${dir}/${name}`) : undefined;
  if (target?.includes('/') === false) return { kind: 'link-to-script', name };
  const file = target !== undefined ? inRoot(paths.root, posix.join(paths.initDir, name)) : `${dir}/${name}`;
  if (target === undefined && !entry.isFile())
    return { kind: entry.isDirectory() ? 'directory' : 'special', name };
  const stats = statIfAny(file);
  if (stats === undefined) return { kind: 'dangling', name };
  if (!stats.isFile()) return { kind: stats.isDirectory() ? 'directory' : 'special', name };
  if ((stats.mode & OWNER_EXECUTE) === 0) return { kind: 'not-executable', name };
  try {
    const text = target === paths.upstartJob ? askUpstartJob(file, name) : readFileSync(file, 'utf8');
    const own = { path: posix.join(paths.initDir, name), text };
    return { kind: 'script', name, ...(readOverride(paths.root, overrides.get(name) ?? []) ?? own) };
  } catch (error) {
    return { kind: 'unreadable', name, why: errorText(error) };
  }
}

/** A link that goes round leads nowhere either. */
function statIfAny(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * The module is loaded here, because hardly any machine has such jobs and it is a tenth of the program's start.
 * @throws The error of starting it.
 */
function askUpstartJob(program: string, name: string): string {
  return loadBuiltin('node:child_process').execFileSync(program, [name, 'lsb-header'], {
    encoding: 'utf8',
    timeout: JOB_DEADLINE_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function readOverride(
  root: string,
  candidates: readonly string[],
): { readonly path: string; readonly text: string } | undefined {
  for (const path of candidates) {
    try {
      const text = readFileSync(inRoot(root, path), 'utf8');
      if (HEADER.test(text)) return { path, text };
    } catch {
      // The next one may be better; in the end there is the script itself.
    }
  }
  return undefined;
}

/** Paths by script name: most scripts have none, and are not looked for one by one. */
function listOverrides({ root, overrides }: FarmPaths): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const dir of overrides) {
    for (const name of listFolder(inRoot(root, dir))) {
      const path = posix.join(dir, name);
      const known = found.get(name);
      if (known === undefined) found.set(name, [path]);
      else known.push(path);
    }
  }
  return found;
}

function listFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
