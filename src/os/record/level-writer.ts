/**
 * Tells the run level to others: level files and process title. What cannot be written is tried again.
 * A boot goes through several levels before there is anybody to see them; only what can be seen is written.
 */
import { writeFileSync } from 'node:fs';
import type { Place } from '../../core/engine/machine-types.ts';
import type { Millis } from '../../core/units.ts';
import { removeLevelFiles, writeLevelFiles } from './level-files.ts';
import { errorText } from '../os-error.ts';

const RETRY_MS: Millis = 5_000;

export interface LevelWriter {
  /** Written with `flush`, or once this turn of the event loop is over. */
  readonly write: (level: string, previous: string) => void;
  /** To be called before a process starts, which may look. */
  readonly flush: () => void;
  /** There is no level any more. */
  readonly remove: () => void;
}

export interface LevelWriterOptions {
  readonly root: string;
  readonly place: Place;
  readonly say: (text: string) => void;
}

/** A full or read-only disk is said once, however often it is tried. */
export function createLevelWriter({ root, place, say }: LevelWriterOptions): LevelWriter {
  let lastProblem: string | undefined;
  let retry: NodeJS.Timeout | undefined;
  let pending: readonly [level: string, previous: string] | undefined;
  const tryToWrite = (level: string, previous: string): void => {
    clearTimeout(retry);
    try {
      writeLevelFiles(root, level, previous);
      lastProblem = undefined;
    } catch (error) {
      const problem = `cannot write the level file: ${errorText(error)}, trying again every ${RETRY_MS / 1_000} s`;
      if (problem !== lastProblem) say(problem);
      lastProblem = problem;
      retry = setTimeout(tryToWrite, RETRY_MS, level, previous);
    }
  };
  const flush = (): void => {
    if (pending === undefined) return;
    const [level, previous] = pending;
    pending = undefined;
    // The original's titles: `init boot` until there is a level.
    const shown = level === '#' || level === '*' ? 'boot' : `[${level}]`;
    showTitle(place === 'folder' ? 'rcinit' : 'init', shown);
    tryToWrite(level, previous);
  };
  return {
    flush,
    write: (level, previous) => {
      if (pending === undefined) queueMicrotask(flush);
      pending = [level, previous];
    },
    remove: () => {
      pending = undefined;
      clearTimeout(retry);
      removeLevelFiles(root);
    },
  };
}

/** The title is for people; by the short name beside it programs find init, or learn which one this is. */
function showTitle(name: string, level: string): void {
  // Node makes the title the short name, too.
  process.title = `${name} ${level}`;
  try {
    writeFileSync('/proc/self/comm', name);
  } catch {
    // /proc is not mounted yet: the next change of level is another chance.
  }
}
