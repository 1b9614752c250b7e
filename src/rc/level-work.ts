/** Decides how a level's scripts are run: one after the other, or side by side as insserv's files allow it. */
import { availableParallelism } from 'node:os';
import { parseDependFile, type DependMode } from '../core/depend-file.ts';
import { planPhases, type Needs } from '../core/rc-phases.ts';
import type { RcEntry, RcStep } from '../core/rc-plan.ts';
import type { RunLevel } from '../core/runlevel.ts';
import { INIT_D } from '../core/system-paths.ts';
import { isReadable } from '../os/is-readable.ts';
import { inRoot } from '../os/in-root.ts';
import { kernelWords } from '../os/kernel-words.ts';
import { readTextIfAny } from '../os/text-file.ts';
import type { LevelWork } from './run-level.ts';

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

/** @returns The work, and whether it was insserv's files that asked for side by side. */
export function chooseWork(request: WorkRequest): { readonly work: LevelWork; readonly isMakefile: boolean } {
  const { root, steps, parallel } = request;
  const isMakefile = parallel === 'auto' && isMakefileMode(root);
  const jobs = typeof parallel === 'number' ? parallel : JOBS_PER_CPU * availableParallelism();
  if (parallel === 'no' || jobs === 1 || (parallel === 'auto' && !isMakefile)) {
    return { work: { kind: 'sequential', steps }, isMakefile: false };
  }
  const startNeeds = readNeeds(root, request.level === 'S' ? 'boot' : 'start');
  const previousEntries = request.previousEntries();
  const phases = planPhases({ steps, previousEntries, stopNeeds: readNeeds(root, 'stop'), startNeeds });
  return { work: { kind: 'parallel', phases, jobs }, isMakefile };
}

/** @see Debian's /etc/init.d/rc: CONCURRENCY */
function isMakefileMode(root: string): boolean {
  return (
    (['boot', 'start', 'stop'] as const).every((mode) => readDependText(root, mode) !== '') &&
    !isReadable(inRoot(root, `${INIT_D}/.legacy-bootordering`)) &&
    !(root === '/' && kernelWords().includes('concurrency=none'))
  );
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
