/** From a link directory to the ordered list of what `rc` does. Knows nothing of how a script is run. */
import { compareRcLinkNames, isHarmlessStranger, parseRcLink } from '../links/rc-link.ts';
import type { PreviousLevel, RunLevel } from '../runlevel.ts';

/** What is behind a name in a link directory, links followed. */
export type RcFileKind = 'script' | 'not-executable' | 'dangling' | 'directory' | 'special';

export interface RcEntry {
  readonly entry: string;
  readonly file: RcFileKind;
}

type RcArgument = 'start' | 'stop';

interface RcStepFacts {
  /** The service, or the whole file name where that is no link's name. */
  readonly name: string;
  /** The path of the link inside the root. */
  readonly link: string;
}

export type RcStep =
  | (RcStepFacts & { readonly kind: 'run'; readonly action: RcArgument })
  /** `action` is what would have been asked; undefined where the name does not say. */
  | (RcStepFacts & { readonly kind: 'skip'; readonly action: RcArgument | undefined; readonly why: string });

export interface RcPlanRequest {
  readonly level: RunLevel;
  readonly previous: PreviousLevel;
  /** The link directory inside the root, e.g. `/etc/rc2.d`. */
  readonly dir: string;
  readonly entries: readonly RcEntry[];
}

/**
 * Plans a level: unless there was no previous one, everything with a K link is stopped; then everything with an
 * S link is started (stopped in 0 and 6). Names are taken in C order. No link is left out because the service
 * was started in the previous level too. What cannot be run is a step of its own kind; names that are no links
 * come last.
 * @see Debian's /etc/init.d/rc without startpar ("none" mode)
 */
export function planRunLevel({ level, previous, dir, entries }: RcPlanRequest): readonly RcStep[] {
  const sorted = entries.toSorted((a, b) => compareRcLinkNames(a.entry, b.entry));
  const links = sorted.map(({ entry, file }) => ({ entry, file, link: parseRcLink(entry) }));
  const onStart: RcArgument = level === '0' || level === '6' ? 'stop' : 'start';
  const ofKind = (kind: 'S' | 'K', action: RcArgument): RcStep[] =>
    links.flatMap(({ entry, file, link }) =>
      link?.kind === kind ? [planLink({ name: link.name, link: `${dir}/${entry}` }, action, file)] : [],
    );
  return [
    ...(previous === 'N' ? [] : ofKind('K', 'stop')),
    ...ofKind('S', onStart),
    ...links.flatMap(({ entry, link }) => (link === undefined ? reportStranger(entry, dir) : [])),
  ];
}

const SKIP_REASONS = {
  'not-executable': 'not executable',
  dangling: 'dangling link',
  directory: 'is a directory',
  special: 'not a regular file',
} as const satisfies Record<Exclude<RcFileKind, 'script'>, string>;

function planLink(facts: RcStepFacts, action: RcArgument, file: RcFileKind): RcStep {
  return file === 'script'
    ? { kind: 'run', ...facts, action }
    : { kind: 'skip', ...facts, action, why: SKIP_REASONS[file] };
}

function reportStranger(entry: string, dir: string): RcStep[] {
  if (isHarmlessStranger(entry)) return [];
  const why = 'unknown name, expected S or K, two digits and a service name';
  return [{ kind: 'skip', name: entry, link: `${dir}/${entry}`, action: undefined, why }];
}
