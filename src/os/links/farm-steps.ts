/**
 * Does and undoes the steps of a change of the link farm. Each may be called again after it was done or undone, or after
 * a kill within it; what somebody else has put in the place of a name meanwhile is left alone.
 */
import { posix } from 'node:path';
import type { FarmStep } from '../../core/links/farm-steps.ts';
import type { FarmOps } from './farm-ops.ts';
import { linkDir, type FarmPlace } from './farm-paths.ts';
import { inRoot } from '../file/in-root.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';

const FILE_MODE = 0o644;
/** Names that nothing takes for a link or a makefile. */
const STAGED_SUFFIX = '.rcinit-new';
const STAGED_LINK = '.rcinit-new';

/** @throws {OsError} Naming what could not be done to which path. */
export function doStep(place: FarmPlace, step: FarmStep, ops: FarmOps): void {
  const at = placesOf(place, step);
  switch (step.kind) {
    case 'make-dir':
      return attempt('make', at.path, () =>
        unlessThere(() => ops.makeDir(at.path), ops.target(at.path) === undefined),
      );
    case 'add':
      return attempt('make', at.path, () => {
        if (ops.target(at.path) !== step.target) ops.makeLink(step.target, at.path);
      });
    case 'retarget':
      return attempt('replace', at.path, () => setLink(at, step.after, ops));
    case 'stage':
      return attempt('write', at.path, () => {
        // Where the text is in its place already, what is staged can only be what a kill left of something else.
        if (ops.text(at.path) === step.text) ops.remove(at.staged);
        else ops.write(at.staged, step.text, FILE_MODE);
      });
    case 'rename':
      return attempt('rename', at.path, () => {
        const isDone = ops.target(at.path) === undefined && ops.target(at.to) === step.target;
        if (!isDone) renameTo(at.path, at.to, ops);
      });
    case 'remove':
      return attempt('remove', at.path, () => ops.remove(at.path));
    case 'replace':
      return attempt('replace', at.path, () => {
        if (ops.text(at.staged) !== undefined) ops.rename(at.staged, at.path);
      });
    default:
      return step satisfies never;
  }
}

/** @throws {OsError} Naming what could not be done to which path. */
export function undoStep(place: FarmPlace, step: FarmStep, ops: FarmOps): void {
  const at = placesOf(place, step);
  switch (step.kind) {
    case 'make-dir':
      return attempt('remove', at.path, () => unlessUsed(() => ops.removeDir(at.path)));
    case 'add':
      return attempt('remove', at.path, () => {
        if (ops.target(at.path) === step.target) ops.remove(at.path);
      });
    case 'retarget':
      return attempt('replace', at.path, () => {
        ops.remove(at.staged);
        if (ops.target(at.path) === step.after) setLink(at, step.before, ops);
      });
    case 'stage':
      return attempt('remove', at.staged, () => ops.remove(at.staged));
    case 'rename':
      return attempt('rename', at.to, () => {
        if (ops.target(at.to) === step.target && ops.target(at.path) === undefined)
          ops.rename(at.to, at.path);
      });
    case 'remove':
      return attempt('make', at.path, () => unlessThere(() => ops.makeLink(step.target, at.path), true));
    case 'replace':
      return attempt('replace', at.path, () => restoreText(at, step.before, ops));
    default:
      return step satisfies never;
  }
}

/** The folders whose names the steps change, as paths of the machine, once each. */
export function touchedDirs(place: FarmPlace, steps: readonly FarmStep[]): readonly string[] {
  const dirs = steps.flatMap((step) => {
    const { path } = placesOf(place, step);
    return step.kind === 'make-dir' ? [path, posix.dirname(path)] : [posix.dirname(path)];
  });
  return [...new Set(dirs)];
}

interface Places {
  readonly path: string;
  readonly to: string;
  readonly staged: string;
}

function placesOf(place: FarmPlace, step: FarmStep): Places {
  if (step.kind === 'stage' || step.kind === 'replace') {
    const path = inRoot(place.root, step.path);
    return { path, to: path, staged: path + STAGED_SUFFIX };
  }
  const dir = linkDir(place, step.level);
  const staged = `${dir}/${STAGED_LINK}`;
  if (step.kind === 'make-dir') return { path: dir, to: dir, staged };
  if (step.kind === 'rename') return { path: `${dir}/${step.from}`, to: `${dir}/${step.to}`, staged };
  return { path: `${dir}/${step.name}`, to: `${dir}/${step.name}`, staged };
}

/** The name always leads somewhere, to what it said or to what it says. */
function setLink({ path, staged }: Places, target: string, ops: FarmOps): void {
  if (ops.target(path) === target) return;
  ops.remove(staged);
  ops.makeLink(target, staged);
  ops.rename(staged, path);
}

/** rename(2) would take the place of anything but a folder; the plan knows of nothing there. */
function renameTo(from: string, to: string, ops: FarmOps): void {
  if (ops.target(to) !== undefined || ops.text(to) !== undefined)
    throw new OsError(`exists: ${to}`, { code: 'EEXIST', syscall: 'rename', path: to });
  ops.rename(from, to);
}

function restoreText({ path, staged }: Places, before: string | null, ops: FarmOps): void {
  if (ops.text(path) === (before ?? undefined)) return;
  if (before === null) return ops.remove(path);
  ops.write(staged, before, FILE_MODE);
  ops.rename(staged, path);
}

function unlessThere(work: () => void, isFine: boolean): void {
  try {
    work();
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' || !isFine) throw error;
  }
}

function unlessUsed(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) throw error;
  }
}

function attempt(verb: string, path: string, operation: () => void): void {
  try {
    operation();
  } catch (cause) {
    const code = errorCode(cause);
    throw new OsError(`cannot ${verb} "${path}": ${errorText(cause)}`, { code, syscall: verb, path, cause });
  }
}
