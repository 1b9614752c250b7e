/** The first half of a run over the link farm: which scripts get links in which levels, and what speaks against it. */
import {
  hasLevels,
  levelsToEnable,
  NOWHERE,
  overrideWarnings,
  presentLevels,
  type InitScript,
  type Levels,
} from './enable.ts';
import { createExpander, parseMember, type Expansion } from '../lsb/facility.ts';
import type { FarmMessage, FarmRequest } from './farm-request.ts';
import { defaultLevels } from '../lsb/lsb-header.ts';
import type { OrderScript } from '../order/order-graph.ts';
import { compareRcLinkNames } from './rc-link.ts';
import { checkRequirements, requiredServices } from './requirements.ts';

export interface FarmDraft {
  /** Scripts that have links after the run; the first of two that provide the same service first. */
  readonly linked: readonly OrderScript[];
  /** Scripts that have none, with the levels in which their headers want them. */
  readonly bystanders: readonly OrderScript[];
  /** By script name, for every script of init.d. */
  readonly levels: ReadonlyMap<string, Levels>;
  readonly messages: readonly FarmMessage[];
}

/** Decides the levels of every script. */
export function draftFarm(request: FarmRequest): FarmDraft {
  const before = presentLevels(request.links);
  const scripts = claimOrder(request, before);
  const { providers, conflicts } = claimServices(scripts);
  const expand = createExpander(request.facilities);
  const context: Context = { request, scripts, before, providers, conflicts, expand };
  const levels = new Map(scripts.map((script) => [script.name, before.get(script.name) ?? NOWHERE]));
  const warnings = applyNamed(context, levels);
  const linked = scripts.filter(({ name }) => hasLevels(levels.get(name) ?? NOWHERE));
  return {
    linked: linked.map((script) => orderScript(script, levels.get(script.name) ?? NOWHERE, request)),
    bystanders: scripts
      .filter(({ name }) => !hasLevels(levels.get(name) ?? NOWHERE) && !conflicts.has(name))
      .map((script) => orderScript(script, defaultLevels(script.header), request)),
    levels,
    messages: [
      ...warnings,
      ...unknownFacilities(linked, expand),
      ...duplicateFaults(context),
      ...requirementFaults(context, levels),
    ],
  };
}

interface Context {
  readonly request: FarmRequest;
  readonly scripts: readonly InitScript[];
  readonly before: ReadonlyMap<string, Levels>;
  readonly providers: ReadonlyMap<string, InitScript>;
  readonly conflicts: ReadonlyMap<string, readonly string[]>;
  readonly expand: (name: string) => Expansion;
}

/** What is enabled keeps what it provides; then come those named, as they were named, then the rest. */
function claimOrder(
  { scripts, named }: FarmRequest,
  before: ReadonlyMap<string, Levels>,
): readonly InitScript[] {
  const position = new Map(named.map(({ name }, index) => [name, index]));
  const rank = ({ name }: InitScript): number =>
    before.has(name) ? -1 : (position.get(name) ?? named.length);
  return [...scripts].sort((a, b) => rank(a) - rank(b) || compareRcLinkNames(a.name, b.name));
}

function claimServices(scripts: readonly InitScript[]): Pick<Context, 'providers' | 'conflicts'> {
  const providers = new Map<string, InitScript>();
  const conflicts = new Map<string, readonly string[]>();
  for (const script of scripts) {
    const taken = script.header.provides.filter((service) => providers.has(service));
    if (taken.length > 0) conflicts.set(script.name, taken);
    for (const service of script.header.provides) if (!providers.has(service)) providers.set(service, script);
  }
  return { providers, conflicts };
}

/** Sets the levels of the named scripts. @returns Warnings about links that win over headers. */
function applyNamed(
  { request, scripts, before, providers, conflicts, expand }: Context,
  levels: Map<string, Levels>,
): readonly FarmMessage[] {
  const byName = new Map(scripts.map((script) => [script.name, script]));
  const todo = [...request.named];
  const seen = new Set<string>();
  const warnings: FarmMessage[] = [];
  for (const named of todo) {
    const script = byName.get(named.name);
    if (script === undefined || seen.has(named.name)) continue;
    seen.add(named.name);
    const present = before.get(named.name);
    if (request.action === 'remove') levels.set(named.name, NOWHERE);
    else if (present !== undefined && !request.useDefaults)
      warnings.push(...overrideWarnings(named.name, script.header, present).map(toWarning));
    else if (present !== undefined || !conflicts.has(named.name))
      levels.set(named.name, levelsToEnable(script.header, named, request.isForced));
    if (request.action === 'remove' || !request.isRecursive) continue;
    for (const service of requiredServices(script, expand)) {
      const provider = providers.get(service);
      if (provider !== undefined) todo.push({ name: provider.name, start: undefined, stop: undefined });
    }
  }
  return warnings;
}

function toWarning(text: string): FarmMessage {
  return { kind: 'warning', text };
}

function orderScript({ name, path, header }: InitScript, levels: Levels, request: FarmRequest): OrderScript {
  const { interactive } = request.facilities;
  const isInteractive = header.isInteractive || header.provides.some((service) => interactive.has(service));
  return { name, path, provides: header.provides, needs: header.needs, isInteractive, ...levels };
}

/** Once each; what only is to come first if it is there may be unknown. */
function unknownFacilities(
  linked: readonly InitScript[],
  expand: (name: string) => Expansion,
): readonly FarmMessage[] {
  const words = linked.flatMap(({ header: { needs } }) => [
    ...needs['Required-Start'],
    ...needs['Required-Stop'],
  ]);
  const members = words.map(({ text }) => parseMember(text));
  const unknown = members.filter(({ name, isOptional }) => !isOptional && expand(name).kind === 'unknown');
  return [...new Set(unknown.map(({ name }) => name))].map((name) =>
    toWarning(`warning: could not find all dependencies for ${name}`),
  );
}

/** A script that provides what another one provides gets no links; one that has some keeps them. */
function duplicateFaults({ request, before, conflicts }: Context): readonly FarmMessage[] {
  const named = new Set(request.named.map(({ name }) => name));
  return [...conflicts].flatMap(([name, services]) => {
    if (request.action === 'remove' || !(named.has(name) || before.has(name))) return [];
    const kind = named.has(name) ? 'fault' : 'warning';
    return services.map(
      (service) => ({ kind, text: `script ${name}: service ${service} already provided!` }) as const,
    );
  });
}

function requirementFaults(context: Context, levels: ReadonlyMap<string, Levels>): readonly FarmMessage[] {
  const { request, scripts, before, providers, expand } = context;
  const named = new Set(request.named.map(({ name }) => name));
  const after = ({ name }: InitScript): Levels => levels.get(name) ?? NOWHERE;
  const started = scripts.filter((script) => after(script).start !== 0);
  const faults = checkRequirements({
    enabled: [
      ...started.filter(({ name }) => named.has(name)),
      ...started.filter(({ name }) => !named.has(name)),
    ],
    named,
    action: request.action,
    provider: (service) => providers.get(service),
    levels: after,
    before: ({ name }) => before.get(name) ?? NOWHERE,
    expand,
  });
  return faults
    .filter(({ kind }) => kind === 'not-enabled' || (!request.isForced && request.action === 'enable'))
    .map(({ text }) => ({ kind: 'fault', text: `FATAL: ${text}` }));
}
