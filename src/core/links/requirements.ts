/** Whether everything that enabled scripts require is enabled as well, in the levels where it is needed. */
import { hasLevels, NOWHERE, type InitScript, type Levels } from './enable.ts';
import { parseMember, type Expansion } from '../lsb/facility.ts';
import { BOOT_LEVEL, formatLevels } from '../level-set.ts';

export interface RequirementFacts {
  /** Scripts that have or get start links, those named on the command line first. */
  readonly enabled: readonly InitScript[];
  readonly named: ReadonlySet<string>;
  readonly action: 'enable' | 'remove';
  /** Who provides a service, enabled or not. */
  readonly provider: (service: string) => InitScript | undefined;
  /** After the run. */
  readonly levels: (script: InitScript) => Levels;
  /** Before the run; only what is out of step then is said to be missed in a level. */
  readonly before: (script: InitScript) => Levels;
  readonly expand: (name: string) => Expansion;
}

export interface RequirementFault {
  readonly kind: 'not-enabled' | 'unknown' | 'missed-in-levels';
  readonly service: string;
  /** In the original's words. */
  readonly text: string;
}

/** @returns One fault per missing service, in the order of the scripts. */
export function checkRequirements(facts: RequirementFacts): readonly RequirementFault[] {
  const faults = new Map<string, RequirementFault>();
  for (const script of facts.enabled) {
    for (const service of requiredServices(script, facts.expand)) {
      const fault = checkOne(script, service, facts);
      const key = fault?.kind === 'missed-in-levels' ? `${service} ${script.name}` : service;
      if (fault !== undefined && !faults.has(key)) faults.set(key, fault);
    }
  }
  return [...faults.values()];
}

/** The services without which a script must not start; what only is to come first if installed is not among them. */
export function requiredServices(
  { header }: InitScript,
  expand: (name: string) => Expansion,
): readonly string[] {
  return header.needs['Required-Start'].flatMap((word) => {
    const member = parseMember(word.text);
    const expansion = member.isOptional ? undefined : expand(member.name);
    if (expansion?.kind !== 'members') return [];
    return expansion.members.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
  });
}

function checkOne(
  script: InitScript,
  service: string,
  facts: RequirementFacts,
): RequirementFault | undefined {
  const provider = facts.provider(service);
  const user = script.header.provides[0] ?? script.name;
  const levels = provider === undefined ? undefined : facts.levels(provider);
  const isNamed = facts.named.has(script.name) && facts.action === 'enable';
  const isProviderNamed = provider !== undefined && facts.named.has(provider.name);
  // The original asks whether it was named, and not whether its header has any levels.
  if (isProviderNamed && facts.action === 'enable' && !hasLevels(levels ?? NOWHERE)) return undefined;
  const isRemoved = isProviderNamed && facts.action === 'remove';
  const notEnabled = `service ${service} has to be enabled to use service ${user}`;
  if (levels === undefined && !isNamed)
    return { kind: 'unknown', service, text: `service ${service} has to exist for service ${user}` };
  // That something enabled long ago lacks what it requires was somebody's decision, unless it is made just now.
  if (levels === undefined || !hasLevels(levels))
    return isNamed || isRemoved ? { kind: 'not-enabled', service, text: notEnabled } : undefined;
  if (provider === undefined) return undefined;
  const theirs = facts.before(provider).start;
  const own = facts.before(script);
  const missed = (hasLevels(own) ? own : facts.levels(script)).start & ~theirs;
  if (missed === 0 || (theirs & BOOT_LEVEL) !== 0 || !hasLevels(facts.before(provider))) return undefined;
  const text = `service ${service} is missed in the runlevels ${formatLevels(missed)} to use service ${user}`;
  return { kind: 'missed-in-levels', service, text };
}
