/** Looks for pid files where services keep them. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Pid } from '../../core/units.ts';

export interface FoundPidfile {
  readonly path: string;
  /** Undefined if the first line is no number. */
  readonly pid: Pid | undefined;
  readonly mode: number;
  readonly folderMode: number;
}

/** /run/NAME.pid, /run/NAME/NAME.pid, and one more for the generous. */
const DEPTH = 3;
/** What is larger is no pid file. */
const MAX_BYTES = 256;

/** @param folders Looked at with the folders in them; the same folder by two names counts once. */
export function findPidfiles(folders: readonly string[]): readonly FoundPidfile[] {
  const real = new Set(folders.flatMap((folder) => orNothing(() => [realpathSync(folder)])));
  return [...real].flatMap((folder) => search(folder, DEPTH));
}

function search(folder: string, depth: number): readonly FoundPidfile[] {
  const entries = orNothing(() => readdirSync(folder, { withFileTypes: true }));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth > 1 ? search(path, depth - 1) : [];
    return entry.isFile() && entry.name.endsWith('.pid') ? orNothing(() => [readPidfile(path)]) : [];
  });
}

function readPidfile(path: string): FoundPidfile {
  const { mode, size } = statSync(path);
  const text = size > MAX_BYTES ? '' : readFileSync(path, 'utf8');
  const number = /^\s*(\d+)\s*$/.exec(text.split('\n')[0] ?? '')?.[1];
  return {
    path,
    pid: number === undefined ? undefined : Number(number),
    mode,
    folderMode: statSync(dirname(path)).mode,
  };
}

function orNothing<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    return [];
  }
}
