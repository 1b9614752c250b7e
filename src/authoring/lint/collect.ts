/** Which files are looked at, and what the scripts around them offer. */
import { basename, dirname, posix } from 'node:path';
import { parseLsbHeader } from '../../core/lsb/lsb-header.ts';
import { isScriptName } from '../../core/scripts/script-name.ts';
import { INIT_D } from '../../core/system-paths.ts';
import { standardFarmPaths } from '../../os/links/farm-paths.ts';
import { inRoot } from '../../os/file/in-root.ts';
import { isFolder } from '../../os/file/is-folder.ts';
import { OsError } from '../../os/os-error.ts';
import { readScriptFile } from '../../os/scripts/script-file.ts';
import { listNames } from '../../os/file/text-file.ts';
import { readSystem, type ReadSystem } from '../../rc/script-system.ts';
import type { LintInput } from './lint-script.ts';
import type { LintWorld } from './rule.ts';

export interface LintFile {
  /** Of the machine; absolute. */
  readonly path: string;
  readonly input: LintInput;
}

export interface Collection {
  readonly files: readonly LintFile[];
  /** What could not be read, in words. */
  readonly problems: readonly string[];
}

/** What the LSB and Debian's packages define: a script may name them on a machine that has no such service. */
const USUAL_FACILITIES = [
  '$local_fs',
  '$remote_fs',
  '$network',
  '$named',
  '$portmap',
  '$syslog',
  '$time',
  '$x-display-manager',
  '$mail-transport-agent',
];
const HEADER = '### BEGIN INIT INFO';
/** An example to copy is no script. */
const EXAMPLE = /^skeleton|^README/;

/**
 * All scripts of a root's init.d, those that insserv passes over included.
 * @param show Turns a path inside the root into what people are told.
 * @throws {OsError} Where init.d cannot be listed.
 */
export function collectRoot(root: string, show: (path: string) => string): Collection {
  const system = readSystem(standardFarmPaths(root));
  const world = worldOf(system, []);
  const files: LintFile[] = [];
  const problems: string[] = [];
  for (const { kind, name } of system.entries.values()) {
    if (!['script', 'unreadable', 'not-executable', 'invalid-name'].includes(kind)) continue;
    const path = inRoot(root, posix.join(INIT_D, name));
    const read = tryRead(path, { file: show(posix.join(INIT_D, name)), name, isInstalled: true, world });
    if (typeof read === 'string') {
      if (kind !== 'invalid-name') problems.push(read);
    } else if (kind === 'script' || isForgotten(read.input)) files.push(read);
  }
  return { files, problems };
}

/** A file that looks like a script, and that insserv passes over. */
function isForgotten({ name, text }: LintInput): boolean {
  return text.includes(HEADER) && !EXAMPLE.test(name);
}

/** What insserv takes for a script, header or not. */
function isScript({ name, text, isExecutable }: LintInput): boolean {
  return isExecutable && text.startsWith('#!') && isScriptName(name);
}

/**
 * The files given, and of folders given every script and every file with a header in it.
 * @param names Relative to `cwd`; they are shown as they are given.
 */
export function collectFiles(root: string, cwd: string, names: readonly string[]): Collection {
  const targets = names.flatMap((name) => openFolder(cwd, name));
  const texts = targets.map(({ path }) => path);
  const world = worldOf(systemIfAny(root), neighboursOf(texts));
  const files: LintFile[] = [];
  const problems: string[] = [];
  for (const { file, path, isListed } of targets) {
    const isInstalled = basename(dirname(path)) === 'init.d';
    const read = tryRead(path, { file, name: basename(path), isInstalled, world });
    if (typeof read === 'string') problems.push(read);
    else if (!isListed || isForgotten(read.input) || isScript(read.input)) files.push(read);
  }
  return { files, problems };
}

interface Target {
  readonly file: string;
  readonly path: string;
  /** Found in a folder, and not asked for by its own name. */
  readonly isListed: boolean;
}

function openFolder(cwd: string, name: string): readonly Target[] {
  const path = posix.resolve(cwd, name);
  if (!isFolder(path)) return [{ file: name, path, isListed: false }];
  return listNames('/', path)
    .filter((entry) => !entry.startsWith('.') && !isFolder(posix.join(path, entry)))
    .map((entry) => ({ file: posix.join(name, entry), path: posix.join(path, entry), isListed: true }));
}

function tryRead(path: string, facts: Omit<LintInput, 'text' | 'isExecutable'>): LintFile | string {
  try {
    return { path, input: { ...facts, ...readScriptFile(path) } };
  } catch (error) {
    if (error instanceof OsError) return error.message;
    throw error;
  }
}

/** A root without scripts is nothing to complain about where files are given. */
function systemIfAny(root: string): ReadSystem | undefined {
  try {
    return readSystem(standardFarmPaths(root));
  } catch {
    return undefined;
  }
}

/** The files and, in a folder called init.d, all that stand beside them. */
function neighboursOf(paths: readonly string[]): readonly string[] {
  const folders = new Set(paths.map((path) => dirname(path)).filter((dir) => basename(dir) === 'init.d'));
  const beside = [...folders].flatMap((dir) => listNames('/', dir).map((name) => posix.join(dir, name)));
  return [...new Set([...paths, ...beside])];
}

function worldOf(system: ReadSystem | undefined, others: readonly string[]): LintWorld {
  const defined = [...(system?.facilities.facilities.keys() ?? [])];
  const provided = new Set((system?.scripts ?? []).flatMap(({ header }) => header.provides));
  for (const path of others) {
    const text = textIfAny(path);
    const name = basename(path);
    if (text !== undefined)
      for (const one of parseLsbHeader(name, path, text).header.provides) provided.add(one);
  }
  return { facilities: new Set([...USUAL_FACILITIES, ...defined]), provided };
}

function textIfAny(path: string): string | undefined {
  try {
    return readScriptFile(path).text;
  } catch {
    return undefined;
  }
}
