/** Where the run level stands for others: the level file of System V, and `runlevel`'s own source beside it. */
import { unlinkSync } from 'node:fs';
import { LAST_BOOT, LAST_RC, LEVEL_FILE, LEVELS_FILE, UTMP } from '../../core/system-paths.ts';
import { inRoot } from '../file/in-root.ts';
import { writeRunFile } from '../file/run-file.ts';
import { startUtmp } from './utmp.ts';

/**
 * @param level One character, without a newline in the level file, as it always was.
 * @throws The error of the first write that failed; the other file was tried all the same.
 */
export function writeLevelFiles(root: string, level: string, previous: string): void {
  try {
    writeRunFile(root, LEVELS_FILE, `${previous} ${level}\n`);
  } finally {
    writeRunFile(root, LEVEL_FILE, level);
  }
}

/** What an earlier boot left must not speak for this one. In a folder /run outlives it. utmp is made, and begins empty. */
export function forgetLastBoot(root: string): void {
  startUtmp(inRoot(root, UTMP));
  remove(root, [LEVELS_FILE, LEVEL_FILE, LAST_RC, LAST_BOOT]);
}

/** There is no run level any more. */
export function removeLevelFiles(root: string): void {
  remove(root, [LEVELS_FILE, LEVEL_FILE]);
}

function remove(root: string, paths: readonly string[]): void {
  for (const path of paths) {
    try {
      unlinkSync(inRoot(root, path));
    } catch {
      // Mostly it is not there. A read-only file system keeps the old file; the first write will tell.
    }
  }
}
