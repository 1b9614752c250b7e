/**
 * The journal of a change of the link farm, `.rcinit-links.json` beside the link directories: it is there exactly while a
 * change is under way, and says all that is needed to finish it or to take it back.
 */
import { lstatSync } from 'node:fs';
import { posix } from 'node:path';
import { formatJournal, parseJournal } from '../../core/links/farm-journal.ts';
import type { FarmStep } from '../../core/links/farm-steps.ts';
import type { FarmOps } from './farm-ops.ts';
import type { FarmPlace } from './farm-paths.ts';
import { inRoot } from '../file/in-root.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';

const NAME = '.rcinit-links.json';
const MODE = 0o600;

/** As a path of the machine. */
function journalPath({ root, initDir }: FarmPlace): string {
  return inRoot(root, posix.join(initDir, '..', NAME), 'keep');
}

/** Whether a change was interrupted, or is under way at this moment. */
export function isFarmUnsettled(place: FarmPlace): boolean {
  try {
    return lstatSync(journalPath(place), { throwIfNoEntry: false }) !== undefined;
  } catch {
    // What we may not look at is nothing that we could settle.
    return false;
  }
}

/**
 * Puts the journal on the disk, as a whole; from then on the change counts as begun.
 * @throws {OsError} Then there is none, and nothing has begun.
 */
export function writeJournal(place: FarmPlace, steps: readonly FarmStep[], ops: FarmOps): void {
  const path = journalPath(place);
  try {
    ops.write(stagedPath(path), formatJournal(steps), MODE);
    ops.rename(stagedPath(path), path);
    ops.syncDir(posix.dirname(path));
  } catch (cause) {
    for (const rest of [stagedPath(path), path]) tryTo(() => ops.remove(rest));
    throw failure('write', path, errorText(cause), cause);
  }
}

/**
 * @returns Undefined where no change is under way.
 * @throws {OsError} Where something else is in its place.
 */
export function readJournal(place: FarmPlace, ops: FarmOps): readonly FarmStep[] | undefined {
  const path = journalPath(place);
  // What a kill left before there was a journal.
  tryTo(() => ops.remove(stagedPath(path)));
  const text = ops.text(path);
  if (text === undefined) return undefined;
  const steps = parseJournal(text);
  if (steps !== undefined) return steps;
  const why = 'it is no journal of this version; look at the links (rcinit check), then remove that file';
  throw failure('finish', path, why, undefined);
}

/** @throws {OsError} Then the change is done, and will be found done by the next run. */
export function removeJournal(place: FarmPlace, ops: FarmOps): void {
  const path = journalPath(place);
  try {
    ops.remove(path);
  } catch (cause) {
    throw failure('remove', path, errorText(cause), cause);
  }
}

function stagedPath(path: string): string {
  return `${path}.new`;
}

function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // It is in nobody's way.
  }
}

function failure(verb: string, path: string, why: string, cause: unknown): OsError {
  return new OsError(`cannot ${verb} "${path}": ${why}`, {
    code: errorCode(cause),
    syscall: verb,
    path,
    cause,
  });
}
