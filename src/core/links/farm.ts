/** One run over the link farm, as data: from the scripts, the links and what was asked to a plan, or to a refusal. */
import { formatDependFiles } from './depend-files.ts';
import { draftFarm } from './farm-draft.ts';
import type { FarmMessage, FarmRequest } from './farm-request.ts';
import { formatLoop } from '../order/loop-text.ts';
import { MAX_NUMBER, orderScripts, type Order } from '../order/order.ts';
import type { OrderScript } from '../order/order-graph.ts';
import { compareRcLinkNames } from './rc-link.ts';
import { planLinks, type FarmPlan } from './rc-links.ts';

export interface FarmOutcome {
  readonly messages: readonly FarmMessage[];
  /** What the original says at the end of a run that changes nothing; undefined where the plan holds. */
  readonly refusal: string | undefined;
  readonly plan: FarmPlan;
  readonly start: Order;
  readonly stop: Order;
  /** Scripts that have links after the run, by name. */
  readonly linked: readonly OrderScript[];
  /** Scripts that have none then, with the levels in which their headers want them. */
  readonly bystanders: readonly OrderScript[];
}

/** Plans the run. The plan is there also where it is refused, for those who want to look at it. */
export function planFarm(request: FarmRequest): FarmOutcome {
  const { linked, bystanders, levels, messages } = draftFarm(request);
  const start = orderScripts('start', linked, request.facilities, bystanders);
  const stop = orderScripts('stop', linked, request.facilities, bystanders);
  const loops = [start, stop].flatMap(loopMessages);
  const faults = [...messages, ...loops].filter(({ kind }) => kind === 'fault');
  const refusal = loops.length > 0 ? 'exiting now without changing boot order!' : 'exiting now!';
  const wanted = [...levels].map(([script, { start: startLevels, stop: stopLevels }]) => ({
    script,
    start: startLevels,
    stop: stopLevels,
    startNumber: start.numbers.get(script) ?? 1,
    stopNumber: stop.numbers.get(script) ?? 1,
  }));
  return {
    messages: [...messages, ...loops, ...[start, stop].flatMap(overflowMessages)],
    refusal: request.isForced || faults.length === 0 ? undefined : refusal,
    plan: {
      makeDirs: request.missingDirs,
      changes: planLinks(wanted, request.links),
      files: formatDependFiles(linked, { start, stop }),
    },
    start,
    stop,
    linked: [...linked].sort((a, b) => compareRcLinkNames(a.name, b.name)),
    bystanders,
  };
}

function loopMessages(order: Order): readonly FarmMessage[] {
  const lines = order.loops.flatMap((loop) => formatLoop(loop, order));
  const more = order.unlistedLoops === 0 ? [] : [` and ${order.unlistedLoops} more`];
  return [...lines, ...more].map((text) => ({ kind: 'fault', text }));
}

/** Two digits hold 99 numbers. What comes later shares the last one, and only the makefiles know its order. */
function overflowMessages({ kind, numbers }: Order): readonly FarmMessage[] {
  const late = [...numbers].filter(([, number]) => number > MAX_NUMBER).map(([name]) => name);
  if (late.length === 0) return [];
  const [first = ''] = late.sort(compareRcLinkNames);
  const what = late.length === 1 ? `script ${first} comes` : `${late.length} scripts (${first} …) come`;
  const text = `warning: ${what} after a chain of more than ${MAX_NUMBER} and get the number ${MAX_NUMBER} like others; only .depend.${kind} has the right order`;
  return [{ kind: 'warning', text }];
}
