/** The command line of `shutdown`. */
import { parseOptions, type OptionSpec } from '../getopt.ts';
import type { Warnings } from './shutdown-schedule.ts';

/** What happens to the power after level 0: what init's scripts find in `INIT_HALT`. */
export type HaltAction = 'POWEROFF' | 'HALT';

export interface ShutdownRequest {
  /** A run level, or an on-demand one. */
  readonly level: string;
  readonly haltAction: HaltAction | undefined;
  readonly warnOnly: boolean;
  readonly cancel: boolean;
  readonly checkAllowed: boolean;
  readonly withoutInit: boolean;
  readonly fastBoot: boolean;
  readonly forceFsck: boolean;
  readonly warnings: Warnings;
  /** As it came, for init's `-t`. */
  readonly killDelay: string | undefined;
  /** Not read yet; undefined if there was none. */
  readonly time: string | undefined;
  readonly words: readonly string[];
}

export type ShutdownCommandLine =
  | { readonly kind: 'request'; readonly request: ShutdownRequest; readonly root: string | undefined }
  /** `line` is what is wrong, without the program's name; the usage follows. */
  | { readonly kind: 'usage'; readonly line: string | undefined; readonly root: string | undefined }
  | { readonly kind: 'bad-level'; readonly word: string; readonly root: string | undefined };

/** `-p` is our own, what BSD calls `-hP`; `-y` is for scripts of other systems. */
const FLAGS = ['a', 'k', 'r', 'h', 'P', 'H', 'p', 'f', 'F', 'n', 'c', 'q', 'Q', 'y'];
const OPTIONS: readonly OptionSpec[] = [
  ...FLAGS.map((short) => ({ short, value: 'none' }) as const),
  ...['t', 'g', 'i'].map((short) => ({ short, value: 'required' }) as const),
  { long: 'root', value: 'required' },
];

const LEVELS = '0156aAbBcCsS';
/** Single user, which is what comes of no option at all. */
const DEFAULT_LEVEL = '1';

const HALT_ACTION_ALONE = '-H and -P flags can only be used along with -h flag.';

/** Of several that contradict each other the last one counts. The time is left to `parseShutdownTime`. */
export function parseShutdownCommandLine(args: readonly string[]): ShutdownCommandLine {
  const { options, operands, errors, beforeError } = parseOptions(args, OPTIONS);
  const valueOf = (wanted: string) => options.findLast(({ name }) => name === wanted)?.value;
  const root = valueOf('root');
  const bad = options
    .slice(0, beforeError)
    .find(({ name, value = '' }) => name === 'i' && (value === '' || !LEVELS.includes(value.charAt(0))));
  if (bad !== undefined) return { kind: 'bad-level', word: bad.value ?? '', root };
  const [error] = errors;
  if (error !== undefined) return { kind: 'usage', line: withoutLongOptions(error), root };
  const given = new Set(options.map(({ name }) => name));
  if ((given.has('P') || given.has('H')) && !given.has('h') && !given.has('p'))
    return { kind: 'usage', line: HALT_ACTION_ALONE, root };
  const cancel = given.has('c');
  const early = valueOf('g');
  const isTimeAhead = early === undefined && !cancel;
  const request = {
    level: options.map(levelOf).findLast((level) => level !== undefined) ?? DEFAULT_LEVEL,
    haltAction: options.map(haltActionOf).findLast((action) => action !== undefined),
    warnOnly: given.has('k'),
    cancel,
    checkAllowed: given.has('a'),
    withoutInit: given.has('n'),
    fastBoot: given.has('f'),
    forceFsck: given.has('F'),
    warnings: given.has('Q') ? 'last' : given.has('q') ? 'reduced' : 'all',
    killDelay: valueOf('t'),
    time: early ?? (isTimeAhead ? operands[0] : undefined),
    words: isTimeAhead ? operands.slice(1) : operands,
  } as const;
  return { kind: 'request', request, root };
}

/** The original knows no long options at all: to it `--help` begins with an option `-`. */
function withoutLongOptions(error: string): string {
  return error.startsWith('unrecognized') ? "invalid option -- '-'" : error;
}

function levelOf({ name, value = '' }: { name: string; value: string | undefined }): string | undefined {
  if (name === 'r') return '6';
  if (name === 'h' || name === 'p') return '0';
  return name === 'i' ? value.charAt(0) : undefined;
}

function haltActionOf({ name }: { name: string }): HaltAction | undefined {
  if (name === 'P' || name === 'p') return 'POWEROFF';
  return name === 'H' ? 'HALT' : undefined;
}
