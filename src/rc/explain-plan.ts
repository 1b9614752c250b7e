/** A change of level with the reason for everything: lines of the inittab, links, and lines of headers. */
import { dependencyGraph } from '../core/picture/dependency-graph.ts';
import { explainEntries } from '../core/explain/explain-entries.ts';
import type {
  ExplainedPlan,
  ExplainedScript,
  ExplainedScripts,
  ExplainedWait,
} from '../core/explain/explained-plan.ts';
import { parseRcLink } from '../core/links/rc-link.ts';
import type { PreviousLevel, RunLevel } from '../core/runlevel.ts';
import { listScripts } from '../os/scripts/script-path.ts';
import type { PlannedChange } from './level-change.ts';
import { listWork, type PlannedScript } from './planned-scripts.ts';
import type { LevelWork } from './level-work.ts';
import { readScriptOrder, type ScriptOrder } from './script-order.ts';

/** Adds the reasons to a plan. Never throws. */
export function explainChange(root: string, { plan, table, slots }: PlannedChange): ExplainedPlan {
  const { from, to, known, stops, starts } = plan;
  if (from === to && to !== 'S') return { from, to, known, entries: [] };
  const works = new Map(starts.flatMap(({ id, work }) => (work === undefined ? [] : [[id, work] as const])));
  const entries = explainEntries({ to, stops, starts, table, slots }).map((entry) => {
    const work = entry.kind === 'start' ? works.get(entry.id) : undefined;
    return work === undefined ? entry : { ...entry, scripts: explainWork(root, work, from, to) };
  });
  return { from, to, known, entries };
}

function explainWork(root: string, work: LevelWork, from: PreviousLevel, to: RunLevel): ExplainedScripts {
  const list = listWork(work);
  const reasonsOf = work.kind === 'parallel' ? readReasons(root) : () => undefined;
  const jobs = work.kind === 'parallel' ? work.jobs : 1;
  const dir = `/etc/rc${to}.d`;
  return {
    jobs,
    list: [
      ...list.map((step) => explainStep(step, reasonsOf)),
      ...findKept(root, dir, new Set(list.map(({ link }) => link)), from),
    ],
  };
}

/** Why one script waits for the other; undefined where no header says so. */
type ReasonsOf = (kind: 'S' | 'K', first: string, next: string) => readonly string[] | undefined;

function explainStep(step: PlannedScript, reasonsOf: ReasonsOf): ExplainedScript {
  const { name, link, action } = step;
  const shown = { link, name, ...(action !== undefined && { action }) };
  if (step.kind === 'skip') return { kind: 'skip', ...shown, why: step.why };
  const kind = parseRcLink(link.slice(link.lastIndexOf('/') + 1))?.kind ?? 'S';
  const waitsFor = (step.after ?? []).map((first): ExplainedWait => {
    const reasons = reasonsOf(kind, first, name) ?? [
      `/etc/init.d/.depend.${kind === 'S' ? 'start' : 'stop'}`,
    ];
    return { name: first, reasons };
  });
  return { kind: 'run', ...shown, ...(step.after !== undefined && { waitsFor }) };
}

function readReasons(root: string): ReasonsOf {
  const order = readOrderIfAny(root);
  if (order === undefined) return () => undefined;
  const known = new Map<string, readonly string[]>();
  for (const [letter, kind] of [
    ['S', 'start'],
    ['K', 'stop'],
  ] as const)
    for (const { first, next, reasons } of dependencyGraph(order[kind], order.linked, undefined).edges)
      known.set(`${letter} ${first} ${next}`, reasons);
  return (kind, first, next) => known.get(`${kind} ${first} ${next}`);
}

function readOrderIfAny(root: string): ScriptOrder | undefined {
  try {
    return readScriptOrder(root);
  } catch {
    return undefined;
  }
}

/** Links that are there and not in the plan. */
function findKept(
  root: string,
  dir: string,
  planned: ReadonlySet<string>,
  from: PreviousLevel,
): readonly ExplainedScript[] {
  return listIfAny(root, dir).flatMap((entry): ExplainedScript[] => {
    const parsed = parseRcLink(entry);
    const link = `${dir}/${entry}`;
    if (parsed === undefined || planned.has(link)) return [];
    const why =
      from === 'N'
        ? 'at boot nothing has to be stopped'
        : `/etc/rc${from}.d has ${parsed.kind === 'S' ? 'an S' : 'a K'} link of it too`;
    return [{ kind: 'keep', link, name: parsed.name, why }];
  });
}

function listIfAny(root: string, dir: string): readonly string[] {
  try {
    return listScripts(root, dir).map(({ entry }) => entry);
  } catch {
    return [];
  }
}
