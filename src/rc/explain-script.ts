/** Reads everything that is known of one init script. Runs nothing of it. */
import { dependencyGraph } from '../core/picture/dependency-graph.ts';
import type { InitScript } from '../core/links/enable.ts';
import type {
  ExplainedLink,
  ExplainedNeed,
  ExplainedOrder,
  ScriptExplanation,
} from '../core/explain/explain-script.ts';
import { formatLevels, levelSet, levelsOf, NO_LEVELS } from '../core/level-set.ts';
import { defaultLevels } from '../core/lsb/lsb-header.ts';
import { LSB_LISTS } from '../core/lsb/lsb-keywords.ts';
import type { Order } from '../core/order/order.ts';
import { parseRcLink } from '../core/links/rc-link.ts';
import { diagnoseScript, type DaemonFacts } from '../core/explain/script-diagnosis.ts';
import {
  createNeedReader,
  type NeededService,
  type NeedKeyword,
  type ScriptNeed,
} from '../core/links/script-needs.ts';
import { INIT_D } from '../core/system-paths.ts';
import { isReadable } from '../os/file/is-readable.ts';
import { inRoot } from '../os/file/in-root.ts';
import { findScriptDaemon, isScriptAtWork } from '../os/daemon/script-daemon.ts';
import { scriptKind } from '../os/scripts/script-path.ts';
import { readLastResults } from './last-results.ts';
import { findScriptLinks } from './script-links.ts';
import type { ScriptOrder } from './script-order.ts';
import { describeLast } from './script-status.ts';

const POLICY = '/usr/sbin/policy-rc.d';
const KINDS = ['start', 'stop'] as const;
const KEYWORDS = LSB_LISTS.filter((list): list is NeedKeyword => list !== 'Provides');

/**
 * @param name The file name in init.d, or the name in links whose script is gone.
 * @param order Undefined where the scripts cannot be read.
 * @param level The level the system is in.
 */
export function explainScript(
  root: string,
  name: string,
  order: ScriptOrder | undefined,
  level: string | undefined,
): ScriptExplanation {
  const path = `${INIT_D}/${name}`;
  const script = order?.system.scripts.find((one) => one.name === name);
  const links = readLinks(root, name);
  const last = readLastResults(root).get(name);
  const lastWords = last && describeLast(last);
  const needs = order === undefined || script === undefined ? [] : readNeeds(order, script);
  const file = scriptKind(root, path);
  const works = (kind: 'S' | 'K'): string =>
    links.flatMap((one) => (one.kind === kind && one.problem === undefined ? [one.level] : [])).join('');
  const startLevels = works('S');
  const facts = { name, file, level, startLevels, stopLevels: works('K'), last, lastWords };
  return {
    name,
    path,
    file,
    description: script?.header.shortDescription,
    header: script && describeHeader(script, path),
    links,
    differences: script === undefined ? [] : findDifferences(script, links),
    needs: needs.map((need) => explainNeed(need, script?.path ?? path)),
    ...(order === undefined ? { order: [], loops: [] } : readPlace(order, name)),
    complaints: (order?.system.complaints.get(name) ?? [])
      .filter(({ code }) => code !== 'no-header' && code !== 'incomplete-header')
      .map(({ file, line, message }) => `${file}:${line}: ${message}`),
    last,
    lastWords,
    remarks: readRemarks(root, order, name),
    level,
    now: diagnoseScript({
      ...facts,
      daemon: readDaemon(root, name),
      isAtWork: isScriptAtWork(name),
      missing: needs.flatMap((need) => missingOf(need, startLevels)),
    }),
  };
}

function readLinks(root: string, name: string): readonly ExplainedLink[] {
  return findScriptLinks(root, name).map(({ path, level, kind, problem, isExecutable }) => {
    const number = parseRcLink(path.slice(path.lastIndexOf('/') + 1))?.order ?? 0;
    const fault = problem === 'not a symlink' ? undefined : problem;
    return { path, level, kind, number, problem: fault ?? (isExecutable ? undefined : 'not executable') };
  });
}

function describeHeader({ path, header }: InitScript, own: string): ScriptExplanation['header'] {
  const { kind, provides, defaultStart, defaultStop } = header;
  const start = defaultStart === undefined ? undefined : formatLevels(defaultStart);
  const stop = defaultStop === undefined ? undefined : formatLevels(defaultStop);
  return { kind, path, isOverride: path !== own, provides, start, stop };
}

/** Where somebody changed the links, or the header was changed and nobody ran `update-rc.d NAME defaults`. */
function findDifferences({ name, header }: InitScript, links: readonly ExplainedLink[]): readonly string[] {
  if (header.kind === 'none' || header.kind === 'unterminated') return [];
  const wanted = defaultLevels(header);
  return KINDS.flatMap((kind) => {
    const letter = kind === 'start' ? 'S' : 'K';
    const present = levelSet(links.flatMap((link) => (link.kind === letter ? [link.level] : [])));
    const [more, less] = [present & ~wanted[kind], wanted[kind] & ~present];
    return [
      ...(more === NO_LEVELS ? [] : [`links ${kind} ${name} in ${formatLevels(more)}, the header does not`]),
      ...(less === NO_LEVELS
        ? []
        : [`the header wants to ${kind} ${name} in ${formatLevels(less)}, the links do not`]),
    ];
  });
}

function readNeeds({ system, linked, facilities }: ScriptOrder, script: InitScript): readonly ScriptNeed[] {
  return createNeedReader(system.scripts, linked, facilities).needsOf(script, KEYWORDS);
}

function explainNeed({ keyword, word, kind, services }: ScriptNeed, path: string): ExplainedNeed {
  const place = `${path}:${word.line}`;
  const meaning =
    kind === 'all'
      ? 'everything else'
      : kind === 'unknown'
        ? 'not defined in insserv.conf, so nobody'
        : describeServices(services);
  return { keyword, word: word.text, place, meaning };
}

function describeServices(services: readonly NeededService[]): string {
  const there = services.filter(({ provider }) => provider !== undefined);
  if (there.length === 0) return services.length === 0 ? 'nothing' : 'nobody provides it';
  return there
    .map(({ service, provider = '', levels }) => {
      const who = provider === service ? `script ${provider}` : `${service} of script ${provider}`;
      return levels === NO_LEVELS
        ? `${who}, which no level starts`
        : `${who}, started in ${formatLevels(levels)}`;
    })
    .join(', ');
}

/** What the header requires and the levels of the script do not have. */
function missingOf({ keyword, word, services }: ScriptNeed, startLevels: string): readonly string[] {
  if (keyword !== 'Required-Start') return [];
  return services.flatMap(({ service, isOptional, provider, levels }) => {
    if (isOptional) return [];
    if (provider === undefined) return [`it requires "${service}" (${word.text}), which nobody provides`];
    const missed = levelSet(startLevels) & ~levels;
    if (missed === NO_LEVELS || levelsOf(levels).includes('S')) return [];
    return [`it requires "${service}", which is not started in ${formatLevels(missed)}`];
  });
}

/** Who comes before and after it, and the loops it is part of. */
function readPlace(order: ScriptOrder, name: string): Pick<ScriptExplanation, 'order' | 'loops'> {
  const places = KINDS.map((when) => {
    const { edges, loops } = dependencyGraph(order[when], order.linked, undefined);
    const ours = edges.filter(({ first, next }) => first === name || next === name);
    return {
      order: ours.map(({ first, next, reasons, isImplied }): ExplainedOrder => {
        const isLater = next === name;
        const place = isLater ? 'after' : 'before';
        return { when, place, name: isLater ? first : next, reasons, isImplied };
      }),
      loops: loops.filter((_, index) => isInLoop(order[when], index, name)),
    };
  });
  return { order: places.flatMap((one) => one.order), loops: places.flatMap((one) => one.loops) };
}

function isInLoop({ loops, graph }: Order, index: number, name: string): boolean {
  return (loops[index]?.edges ?? []).some(({ to }) => {
    const node = graph.nodes[to];
    return node?.kind === 'script' && node.script.name === name;
  });
}

function readRemarks(root: string, order: ScriptOrder | undefined, name: string): readonly string[] {
  const isInteractive = order?.linked.find((script) => script.name === name)?.isInteractive === true;
  return [
    ...(isInteractive ? ['it talks to the terminal, so nothing starts beside it'] : []),
    ...(isReadable(inRoot(root, POLICY))
      ? [`${POLICY} is there: packages ask it before they start anything, rc and service do not`]
      : []),
  ];
}

function readDaemon(root: string, name: string): DaemonFacts | undefined {
  const found = findScriptDaemon(root, name);
  if (found === undefined) return undefined;
  const { path: pidfile, pid, identity, daemon } = found;
  const seemsAlive = identity === 'same' || identity === 'unrecorded';
  // It ended meanwhile, or the file names ourselves.
  return { pidfile, pid, identity: seemsAlive && daemon === undefined ? 'recycled' : identity };
}
