/** From the steps of a level to what may run side by side: stop links first, then start links. */
import { parseRcLink } from '../links/rc-link.ts';
import type { RcEntry, RcStep } from './rc-plan.ts';
import type { Task } from './rc-schedule.ts';

type RunStep = Extract<RcStep, { readonly kind: 'run' }>;

/** Who waits for whom, as far as it is known, for scripts that start or for scripts that stop. */
export interface Needs {
  /** @returns Undefined for a script nothing is known of; its link's number decides then. */
  readonly of: (name: string) => readonly string[] | undefined;
  readonly isInteractive: (name: string) => boolean;
}

export interface ParallelPhase {
  readonly tasks: readonly Task[];
  /** By the name of the task; a task without one only holds others up. */
  readonly steps: ReadonlyMap<string, RunStep>;
  /** What is not run, with the reason. */
  readonly skipped: readonly Extract<RcStep, { readonly kind: 'skip' }>[];
}

export interface PhaseRequest {
  readonly steps: readonly RcStep[];
  /** What is in the link directory of the level before; empty if there was none. */
  readonly previousEntries: readonly RcEntry[];
  readonly stopNeeds: Needs;
  readonly startNeeds: Needs;
}

/**
 * Services with the same kind of link in the previous level are in the state they shall be in and are left out.
 * @see startpar(1), -M
 */
export function planPhases({
  steps,
  previousEntries,
  stopNeeds,
  startNeeds,
}: PhaseRequest): readonly ParallelPhase[] {
  const before = new Set(previousEntries.flatMap(({ entry }) => linkKey(entry) ?? []));
  const due = steps.filter(({ link }) => !before.has(linkKey(lastPart(link)) ?? ''));
  const ofKind = (kind: 'S' | 'K'): RunStep[] =>
    due.filter((step) => step.kind === 'run' && kindOf(step) === kind) as RunStep[];
  const skipped = due.filter((step) => step.kind === 'skip');
  return [
    { ...planTasks(ofKind('K'), stopNeeds), skipped: skipped.filter((step) => kindOf(step) === 'K') },
    { ...planTasks(ofKind('S'), startNeeds), skipped: skipped.filter((step) => kindOf(step) !== 'K') },
  ];
}

function linkKey(entry: string): string | undefined {
  const link = parseRcLink(entry);
  return link && `${link.kind} ${link.name}`;
}

function kindOf(step: RcStep): 'S' | 'K' | undefined {
  return parseRcLink(lastPart(step.link))?.kind;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * A script that nothing is known of keeps its place by its number: it waits for all with a lower one, and all with a
 * higher one wait for it. A second link of the same script runs after the first. Tasks without a step are barriers,
 * which keep the number of needs small; their names hold a slash, which no script's does.
 */
function planTasks(ordered: readonly RunStep[], needs: Needs): Pick<ParallelPhase, 'tasks' | 'steps'> {
  const steps = new Map<string, RunStep>();
  const tasks: Task[] = [];
  let barrier: readonly string[] = [];
  let sinceBarrier: string[] = [];
  for (const group of groupByNumber(ordered)) {
    const isUnknown = group.some(({ name }) => needs.of(name) === undefined);
    if (isUnknown) {
      barrier = addBarrier(tasks, [...barrier, ...sinceBarrier]);
      sinceBarrier = [];
    }
    for (const step of group) {
      const name = freeName(step.name, steps);
      const first = name === step.name ? [] : [step.name];
      const interactive = needs.isInteractive(step.name);
      tasks.push({ name, needs: [...(needs.of(step.name) ?? []), ...barrier, ...first], interactive });
      steps.set(name, step);
      sinceBarrier.push(name);
    }
    if (isUnknown) {
      barrier = addBarrier(tasks, [...barrier, ...sinceBarrier]);
      sinceBarrier = [];
    }
  }
  return { tasks, steps };
}

function groupByNumber(ordered: readonly RunStep[]): readonly (readonly RunStep[])[] {
  const groups = new Map<number, RunStep[]>();
  for (const step of ordered) {
    const number = parseRcLink(lastPart(step.link))?.order ?? 0;
    const group = groups.get(number) ?? [];
    group.push(step);
    groups.set(number, group);
  }
  return [...groups.values()];
}

function addBarrier(tasks: Task[], needs: readonly string[]): readonly [string] {
  const name = `barrier/${tasks.length}`;
  tasks.push({ name, needs, interactive: false });
  return [name];
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}#${number}`;
  return free;
}
