/**
 * Changes the link farm, all or nothing: what a run is about to do is written down first (os/links/farm-journal), a step that
 * fails takes back those before it, and after a kill the next run finishes what was begun, or takes it back.
 */
import type { FarmPlan } from '../../core/links/rc-links.ts';
import { planSteps, type FarmStep } from '../../core/links/farm-steps.ts';
import type { Millis } from '../../core/units.ts';
import { readJournal, removeJournal, writeJournal } from './farm-journal.ts';
import { takeFarmLock } from './farm-lock.ts';
import { FARM_OPS, type FarmOps } from './farm-ops.ts';
import { linkDir, type FarmPaths, type FarmPlace } from './farm-paths.ts';
import { doStep, touchedDirs, undoStep } from './farm-steps.ts';
import { inRoot } from '../file/in-root.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';

/**
 * Only a holder that is stopped, or whose disk hangs, takes that long: each run takes a fraction of a second, and hundreds at
 * a time on a busy machine shall all get their turn.
 */
const LOCK_WAIT_MS: Millis = 300_000;
/** When a person at a terminal begins to wonder. */
const LONG_WAIT_MS: Millis = 30_000;

export interface FarmLockOptions {
  /** How long another holder is waited for; with 0 it is tried once. */
  readonly waitMs?: Millis;
  /** Called once if it takes long. */
  readonly onLongWait?: () => void;
}

/** What became of a change that somebody else began and did not end. */
export type Settled = 'none' | 'finished' | 'undone';

/**
 * Holds the lock of the farm while something reads it, plans and changes it. The farm is whole when `work` begins.
 * @throws {OsError} Where the lock cannot be had, or an interrupted change can neither be finished nor taken back; and
 *   whatever `work` throws.
 */
export async function withFarmLock<T>(
  place: FarmPlace,
  work: (settled: Settled) => T | Promise<T>,
  { waitMs = LOCK_WAIT_MS, onLongWait = () => undefined }: FarmLockOptions = {},
): Promise<T> {
  const timer = setTimeout(onLongWait, LONG_WAIT_MS);
  const release = await takeFarmLock(place, waitMs).finally(() => clearTimeout(timer));
  try {
    return await work(settleFarm(place));
  } finally {
    await release();
  }
}

/**
 * Applies a plan, which was made from what is there now. The caller holds the lock.
 * @throws {OsError} What failed and why; its message says what has become of the links.
 */
export function applyFarmPlan(paths: FarmPaths, plan: FarmPlan, ops: FarmOps = FARM_OPS): void {
  const steps = planFarmSteps(paths, plan, ops);
  if (steps.length === 0) return;
  try {
    writeJournal(paths, steps, ops);
  } catch (error) {
    throw withFate(error, 'nothing was changed');
  }
  try {
    doSteps(paths, steps, ops);
  } catch (error) {
    takeBack(paths, steps, error, ops);
    throw withFate(error, 'nothing was changed');
  }
  removeJournal(paths, ops);
}

/**
 * Ends a change that was interrupted: finishes it, or, where that fails, takes it back. The caller holds the lock.
 * @throws {OsError} Where neither can be done; the journal stays for the next try.
 */
export function settleFarm(place: FarmPlace, ops: FarmOps = FARM_OPS): Settled {
  const steps = readJournal(place, ops);
  if (steps === undefined) return 'none';
  let settled: Settled = 'finished';
  try {
    doSteps(place, steps, ops);
  } catch (error) {
    takeBack(place, steps, error, ops);
    settled = 'undone';
  }
  removeJournal(place, ops);
  return settled;
}

/** The steps that {@link applyFarmPlan} would take now. */
export function planFarmSteps(
  paths: FarmPaths,
  plan: FarmPlan,
  ops: FarmOps = FARM_OPS,
): readonly FarmStep[] {
  return planSteps(plan, paths.dependDir, {
    target: (level, name) => ops.target(`${linkDir(paths, level)}/${name}`),
    text: (path) => ops.text(inRoot(paths.root, path)),
  });
}

function doSteps(place: FarmPlace, steps: readonly FarmStep[], ops: FarmOps): void {
  for (const step of steps) doStep(place, step, ops);
  for (const dir of touchedDirs(place, steps)) syncNames(dir, ops);
}

/** Only then may the journal go: it must outlive a power failure that takes any of the names. */
function syncNames(path: string, ops: FarmOps): void {
  try {
    ops.syncDir(path);
  } catch (cause) {
    const code = errorCode(cause);
    throw new OsError(`cannot write "${path}": ${errorText(cause)}`, { code, syscall: 'fsync', path, cause });
  }
}

/** @param problem Why. */
function takeBack(place: FarmPlace, steps: readonly FarmStep[], problem: unknown, ops: FarmOps): void {
  try {
    for (const step of [...steps].reverse()) undoStep(place, step, ops);
    removeJournal(place, ops);
  } catch (error) {
    const next = 'the next run of insserv, update-rc.d or rc finishes the change or takes it back';
    throw withFate(problem, `the links are half changed (${messageOf(error)}); ${next}`);
  }
}

function withFate(error: unknown, fate: string): OsError {
  const path = error instanceof OsError ? error.path : undefined;
  const facts = { code: errorCode(error), syscall: 'link', cause: error };
  return new OsError(`${messageOf(error)}; ${fate}`, path === undefined ? facts : { ...facts, path });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
