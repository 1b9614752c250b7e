/** The command line of update-rc.d, and its texts: Debian's, with two options of ours. */
import type { DefaultLevels } from './default-levels.ts';

export const UPDATE_RC_USAGE = `usage: update-rc.d [-f] <basename> remove
       update-rc.d [-f] <basename> defaults
       update-rc.d [-f] <basename> defaults-disabled
       update-rc.d <basename> disable|enable [S|2|3|4|5]
\t\t-f: force

The disable|enable API is not stable and might change in the future.
`;

interface Common {
  /** The init script's name, in init.d. */
  readonly name: string;
  readonly root: string | undefined;
  readonly isDryRun: boolean;
}

/** What packages gave before there were headers: `start 20 2 3 4 5 . stop 80 0 1 6 .` */
export interface LegacyLevels {
  readonly action: 'start' | 'stop';
  readonly args: readonly string[];
}

export type UpdateRcCommand =
  | (Common & { readonly kind: 'remove' | 'defaults-disabled' })
  | (Common & { readonly kind: 'defaults'; readonly legacy: LegacyLevels | undefined })
  | (Common & { readonly kind: 'enable' | 'disable'; readonly levels: readonly string[] });

/** @returns Or what is wrong with it: undefined where only the usage is to be shown. */
export function parseUpdateRc(
  args: readonly string[],
): UpdateRcCommand | { readonly kind: 'usage'; readonly problem: string | undefined } {
  const rest = [...args];
  let root: string | undefined;
  let isDryRun = false;
  while (rest[0]?.startsWith('-') === true) {
    const option = rest.shift() ?? '';
    if (option === '--dry-run') isDryRun = true;
    else if (option === '--root') root = rest.shift() ?? '';
    else if (option.startsWith('--root=')) root = option.slice('--root='.length);
    else if (/^-h|--help$/.test(option)) return { kind: 'usage', problem: undefined };
    else if (option !== '-f') return { kind: 'usage', problem: 'unknown option' };
  }
  const [name, action, ...more] = rest;
  if (name === undefined || action === undefined) return { kind: 'usage', problem: 'not enough arguments' };
  const common = { name, root, isDryRun };
  switch (action) {
    case 'remove':
    case 'defaults-disabled':
      return { ...common, kind: action };
    case 'defaults':
      return { ...common, kind: action, legacy: undefined };
    case 'start':
    case 'stop':
      return { ...common, kind: 'defaults', legacy: { action, args: more } };
    case 'enable':
    case 'disable':
      return { ...common, kind: action, levels: more };
    default:
      return { kind: 'usage', problem: undefined };
  }
}

/** What is said of levels that were given as of old: they do not count, the header does. */
export function legacyWarnings(name: string, legacy: LegacyLevels, header: DefaultLevels): readonly string[] {
  if (header.start.length === 0 && header.stop.length === 0) return [];
  const given = legacyLevels(legacy);
  const mismatches = (['start', 'stop'] as const)
    .filter((kind) => [...given[kind]].sort().join('\0') !== [...header[kind]].sort().join('\0'))
    .map((kind) => {
      const keyword = kind === 'start' ? 'Default-Start' : 'Default-Stop';
      return `${kind} runlevel arguments (${orNone(given[kind])}) do not match ${name} ${keyword} values (${orNone(header[kind])})`;
    });
  return ['start and stop actions are no longer supported; falling back to defaults', ...mismatches];
}

/** Each `start` and `stop` is followed by a number; in 0 and 6 everything stops, and so does what follows them. */
function legacyLevels({ action, args }: LegacyLevels): Record<'start' | 'stop', readonly string[]> {
  const given = { start: [] as string[], stop: [] as string[] };
  let kind = action;
  for (let index = args[0] === action ? 2 : 1; index < args.length; index++) {
    const word = args[index] ?? '';
    if (word === 'start' || word === 'stop') {
      kind = word;
      index++;
    } else if (word !== '.') {
      if (word === '0' || word === '6') kind = 'stop';
      given[kind].push(word);
    }
  }
  return given;
}

function orNone(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.join(' ');
}
