/** Decides how a level's scripts are run: one after the other, or side by side as far as insserv's files or the headers allow it. */
import { availableParallelism } from 'node:os';
import { parseDependFile, type DependMode } from '../core/scripts/depend-file.ts';
import type { Order } from '../core/order/order.ts';
import { planPhases, type Needs, type ParallelPhase } from '../core/scripts/rc-phases.ts';
import type { RcEntry, RcStep } from '../core/scripts/rc-plan.ts';
import type { RunLevel } from '../core/runlevel.ts';
import { INIT_D } from '../core/system-paths.ts';
import { isReadable } from '../os/file/is-readable.ts';
import { inRoot } from '../os/file/in-root.ts';
import { kernelWords } from '../os/process/kernel-words.ts';
import { errorText } from '../os/os-error.ts';
import { readTextIfAny } from '../os/file/text-file.ts';

/** What a run of a level has to do. */
export type LevelWork =
  | { readonly kind: 'sequential'; readonly steps: readonly RcStep[] }
  /** Phase after phase; within each, up to `jobs` scripts at a time. */
  | { readonly kind: 'parallel'; readonly phases: readonly ParallelPhase[]; readonly jobs: number };

/** What somebody wants of `rc`: a number of jobs, side by side at all or not, or as the files say. */
export type Parallel = number | 'yes' | 'no' | 'auto';

export interface WorkRequest {
  readonly root: string;
  readonly level: RunLevel;
  readonly steps: readonly RcStep[];
  /** What is in the link directory of the level before; only asked for where it matters. */
  readonly previousEntries: () => readonly RcEntry[];
  readonly parallel: Parallel;
}

/** As many scripts at once on each processor as Debian's rc allows. */
const JOBS_PER_CPU = 4;

export interface ChosenWork {
  readonly work: LevelWork;
  /** True if it was insserv's files that asked for side by side. */
  readonly isMakefile: boolean;
  /** Why headers could not be read, so that only the links' numbers count. */
  readonly problem: string | undefined;
}

export async function chooseWork(request: WorkRequest): Promise<ChosenWork> {
  const { root, steps, parallel } = request;
  const hasFiles = hasDependFiles(root);
  const isMakefile = parallel === 'auto' && hasFiles && !(root === '/' && isToldNot());
  const jobs = typeof parallel === 'number' ? parallel : JOBS_PER_CPU * availableParallelism();
  if (parallel === 'no' || jobs === 1 || (parallel === 'auto' && !isMakefile)) {
    return { work: { kind: 'sequential', steps }, isMakefile: false, problem: undefined };
  }
  const { stop, start, problem } = hasFiles ? needsOfFiles(root, request.level) : await needsOfHeaders(root);
  const previousEntries = request.previousEntries();
  const phases = planPhases({ steps, previousEntries, stopNeeds: stop, startNeeds: start });
  return { work: { kind: 'parallel', phases, jobs }, isMakefile, problem };
}

interface LevelNeeds {
  readonly stop: Needs;
  readonly start: Needs;
  readonly problem: string | undefined;
}

/** @see Debian's /etc/init.d/rc: CONCURRENCY */
function hasDependFiles(root: string): boolean {
  return (
    (['boot', 'start', 'stop'] as const).every((mode) => readDependText(root, mode) !== '') &&
    !isReadable(inRoot(root, `${INIT_D}/.legacy-bootordering`))
  );
}

function isToldNot(): boolean {
  return kernelWords().includes('concurrency=none');
}

function needsOfFiles(root: string, level: RunLevel): LevelNeeds {
  const read = (mode: DependMode): Needs => readNeeds(root, mode);
  return { stop: read('stop'), start: read(level === 'S' ? 'boot' : 'start'), problem: undefined };
}

/** Scripts without a header keep their place by number. */
async function needsOfHeaders(root: string): Promise<LevelNeeds> {
  const { readScriptOrder } = await import('./script-order.ts');
  const nothing: Needs = { of: () => undefined, isInteractive: () => false };
  try {
    const { start, stop, linked, silent } = readScriptOrder(root);
    const scripts = new Map(linked.map((script) => [script.name, script]));
    const needs = ({ before }: Order): Needs => ({
      of: (name) => (scripts.has(name) && !silent.has(name) ? (before.get(name) ?? []) : undefined),
      isInteractive: (name) => scripts.get(name)?.isInteractive === true,
    });
    return { stop: { ...needs(stop), isInteractive: () => false }, start: needs(start), problem: undefined };
  } catch (error) {
    return { stop: nothing, start: nothing, problem: errorText(error) };
  }
}

/** Scripts that insserv has not seen yet keep their place by number. */
function readNeeds(root: string, mode: DependMode): Needs {
  const { targets, interactive, needs } = parseDependFile(readDependText(root, mode));
  const known = new Set(targets);
  return {
    of: (name) => (known.has(name) ? (needs.get(name) ?? []) : undefined),
    isInteractive: (name) => interactive.has(name),
  };
}

function readDependText(root: string, mode: DependMode): string {
  return readTextIfAny(root, `${INIT_D}/.depend.${mode}`) ?? '';
}
