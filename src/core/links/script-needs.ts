/** What the words of a script's header stand for: which services, and which scripts provide them. */
import type { InitScript } from './enable.ts';
import { createExpander, parseMember, type Expansion, type FacilityTable } from '../lsb/facility.ts';
import { NO_LEVELS, type LevelSet } from '../level-set.ts';
import type { LsbHeader } from '../lsb/lsb-header.ts';
import type { LsbWord } from '../lsb/lsb-value.ts';
import type { OrderScript } from '../order/order-graph.ts';

export type NeedKeyword = keyof LsbHeader['needs'];

export interface ScriptNeed {
  readonly keyword: NeedKeyword;
  readonly word: LsbWord;
  readonly isOptional: boolean;
  /** `all` is everything else; an unknown facility stands for nothing. */
  readonly kind: Expansion['kind'];
  readonly services: readonly NeededService[];
}

export interface NeededService {
  readonly service: string;
  readonly isOptional: boolean;
  /** Undefined where no script provides it. */
  readonly provider: string | undefined;
  /** In which levels the provider is started. */
  readonly levels: LevelSet;
}

/** Tells the needs of one script after the other. */
export interface NeedReader {
  readonly needsOf: (script: InitScript, keywords: readonly NeedKeyword[]) => readonly ScriptNeed[];
}

/** @param linked Scripts that have links; of two that provide the same service, the one that has some counts. */
export function createNeedReader(
  scripts: readonly InitScript[],
  linked: readonly OrderScript[],
  facilities: FacilityTable,
): NeedReader {
  const expand = createExpander(facilities);
  const started = new Map(linked.map(({ name, start }) => [name, start]));
  const providers = new Map<string, string>();
  const claim = ({ name, header }: InitScript): void => {
    for (const service of header.provides) if (!providers.has(service)) providers.set(service, name);
  };
  for (const script of scripts) if (started.has(script.name)) claim(script);
  for (const script of scripts) claim(script);
  const serviceOf = (service: string, isOptional: boolean): NeededService => {
    const provider = providers.get(service);
    return { service, isOptional, provider, levels: started.get(provider ?? '') ?? NO_LEVELS };
  };
  const needsOf: NeedReader['needsOf'] = ({ header }, keywords) =>
    keywords.flatMap((keyword) =>
      header.needs[keyword].map((word): ScriptNeed => {
        const { name, isOptional } = parseMember(word.text);
        const expansion = expand(name);
        const members = expansion.kind === 'members' ? expansion.members : [];
        const services = members.map((member) => serviceOf(member.name, isOptional || member.isOptional));
        return { keyword, word, isOptional, kind: expansion.kind, services };
      }),
    );
  return { needsOf };
}
