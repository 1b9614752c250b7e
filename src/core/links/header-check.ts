/** What is wrong with the headers of the scripts that have links: their text, what they require, and their order. */
import type { Diagnostic } from '../diagnostic.ts';
import type { InitScript } from './enable.ts';
import type { FacilityTable } from '../lsb/facility.ts';
import { BOOT_LEVEL, formatLevels } from '../level-set.ts';
import { formatLoop } from '../order/loop-text.ts';
import type { Order } from '../order/order.ts';
import type { OrderScript } from '../order/order-graph.ts';
import { createNeedReader, type ScriptNeed } from './script-needs.ts';

export interface HeaderFacts {
  readonly scripts: readonly InitScript[];
  /** What the headers' reader said, by script name. */
  readonly complaints: ReadonlyMap<string, readonly Diagnostic[]>;
  readonly linked: readonly OrderScript[];
  readonly start: Order;
  readonly stop: Order;
  readonly facilities: FacilityTable;
  /** One line of the file that a script's header is in. */
  readonly sourceOf: (script: string, line: number) => string | undefined;
}

/** Script by script, then the loops. What nobody provides is told once, where it is first required. */
export function diagnoseHeaders(facts: HeaderFacts): readonly Diagnostic[] {
  const byName = new Map(facts.scripts.map((script) => [script.name, script]));
  const { needsOf } = createNeedReader(facts.scripts, facts.linked, facts.facilities);
  const told = new Set<string>();
  const ofScripts = facts.linked.flatMap((linked) => {
    const script = byName.get(linked.name);
    if (script === undefined) return [];
    const needs = linked.start === 0 ? [] : needsOf(script, ['Required-Start']);
    return [
      ...(facts.complaints.get(linked.name) ?? []).flatMap(rateComplaint),
      ...needs.flatMap((need) => diagnoseNeed(need, linked, told, facts)),
    ];
  });
  return [...ofScripts, ...[facts.start, facts.stop].flatMap((order) => diagnoseLoops(order, facts))];
}

/** A script without a header works by the numbers of its links; one that lacks a keyword is named by the keyword. */
function rateComplaint(complaint: Diagnostic): readonly Diagnostic[] {
  if (complaint.code === 'incomplete-header') return [];
  return [complaint.code === 'no-header' ? { ...complaint, severity: 'note' } : complaint];
}

function diagnoseNeed(
  need: ScriptNeed,
  { name, path, start }: OrderScript,
  told: Set<string>,
  { sourceOf }: HeaderFacts,
): readonly Diagnostic[] {
  const { word, services } = need;
  const source = sourceOf(name, word.line);
  const at = {
    file: path,
    line: word.line,
    column: word.column,
    width: word.text.length,
    ...(source !== undefined && { source }),
  };
  const once = (key: string, diagnostic: Diagnostic): readonly Diagnostic[] => {
    if (told.has(key)) return [];
    told.add(key);
    return [diagnostic];
  };
  if (need.isOptional || need.kind === 'all') return [];
  if (need.kind === 'unknown') return once(word.text, { ...at, ...unknownFacility(word.text) });
  const isEmpty = services.length > 0 && services.every(({ provider }) => provider === undefined);
  if (isEmpty && services.every(({ isOptional }) => isOptional))
    return once(word.text, { ...at, ...emptyFacility(word.text, services) });
  return services.flatMap(({ service, isOptional, provider, levels }) => {
    if (isOptional) return [];
    if (provider === undefined) return once(service, { ...at, ...missingService(service, name) });
    const missed = (levels & BOOT_LEVEL) === 0 ? start & ~levels : 0;
    if (missed === 0) return [];
    return [{ ...at, ...notStarted(service, provider, name, formatLevels(missed)) }];
  });
}

type Finding = Pick<Diagnostic, 'code' | 'severity' | 'message' | 'hint'>;

function unknownFacility(facility: string): Finding {
  return {
    code: 'unknown-facility',
    severity: 'warning',
    message: `nothing says what ${facility} stands for, nobody is waited for`,
    hint: `define it in /etc/insserv.conf or /etc/insserv.conf.d, or name a service`,
  };
}

function emptyFacility(facility: string, services: ScriptNeed['services']): Finding {
  const names = services.map(({ service }) => service).join(', ');
  return {
    code: 'empty-facility',
    severity: 'note',
    message: `nobody provides ${facility}, nobody is waited for`,
    hint: `install a script that provides one of: ${names}`,
  };
}

function missingService(service: string, user: string): Finding {
  return {
    code: 'missing-service',
    severity: 'error',
    message: `nobody provides "${service}", which ${user} requires; insserv and update-rc.d refuse to work`,
    hint: 'install a script that provides it, or move the word to Should-Start',
  };
}

function notStarted(service: string, provider: string, user: string, levels: string): Finding {
  const who = provider === service ? `"${service}"` : `"${service}" (script ${provider})`;
  return {
    code: 'service-not-started',
    severity: 'warning',
    message: `${who} is not started in ${levels}, where ${user} requires it`,
    hint: `enable it: update-rc.d ${provider} enable, or insserv ${provider}`,
  };
}

/** Each at the line that is best changed. */
function diagnoseLoops(order: Order, { sourceOf }: HeaderFacts): readonly Diagnostic[] {
  return order.loops.map((loop): Diagnostic => {
    const [first = '', cycle = '', fix = ''] = formatLoop(loop, order).map((line) => line.trim());
    const hint = fix;
    const words = { code: 'order-loop', severity: 'error', message: `${first}: ${cycle}`, hint } as const;
    const source = loop.weakest.source ?? loop.edges.find((edge) => edge.source !== undefined)?.source;
    if (source === undefined) return { file: '/etc/init.d', line: 0, column: 0, ...words };
    const { script, word } = source;
    const text = sourceOf(script.name, word.line);
    return {
      file: script.path,
      line: word.line,
      column: word.column,
      width: word.text.length,
      ...(text !== undefined && { source: text }),
      ...words,
    };
  });
}
