/** getopt(3) and getopt_long(3) as GNU programs behave: options may follow operands, `--` ends them. */

export interface OptionSpec {
  /** One character, e.g. `t`; absent for a long option alone. */
  readonly short?: string;
  readonly long?: string;
  readonly value: 'none' | 'required' | 'optional';
}

export interface ParsedOption {
  /** The long name if the spec has one, else the character. */
  readonly name: string;
  readonly value: string | undefined;
}

export interface ParsedOptions {
  /** In the order given; an option may come more than once. */
  readonly options: readonly ParsedOption[];
  readonly operands: readonly string[];
  /** getopt's own lines, without the `name: ` prefix, e.g. `invalid option -- 'x'`. */
  readonly errors: readonly string[];
  /** How many options stood before the first error, for programs that act on each option in turn; else all of them. */
  readonly beforeError: number;
}

/**
 * Parses a command line.
 * Long options may be abbreviated as long as they are unambiguous; `--name=value` and `--name value` both work.
 * @param posix Stop at the first operand, as POSIXLY_CORRECT does.
 */
export function parseOptions(
  args: readonly string[],
  specs: readonly OptionSpec[],
  { posix = false }: { readonly posix?: boolean } = {},
): ParsedOptions {
  const operands: string[] = [];
  const found: Found = { options: [], errors: [], beforeError: undefined };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      operands.push(...rest);
      break;
    }
    if (arg.startsWith('--')) parseLong(arg.slice(2), specs, rest, found);
    else if (arg.startsWith('-') && arg !== '-') parseShort(arg.slice(1), specs, rest, found);
    else if (posix) {
      operands.push(arg, ...rest);
      break;
    } else operands.push(arg);
  }
  const { options, errors, beforeError } = found;
  return { options, operands, errors, beforeError: beforeError ?? options.length };
}

interface Found {
  readonly options: ParsedOption[];
  readonly errors: string[];
  beforeError: number | undefined;
}

function fail(found: Found, error: string): void {
  found.beforeError ??= found.options.length;
  found.errors.push(error);
}

function parseLong(text: string, specs: readonly OptionSpec[], rest: string[], found: Found): void {
  const equals = text.indexOf('=');
  const word = equals < 0 ? text : text.slice(0, equals);
  const given = equals < 0 ? undefined : text.slice(equals + 1);
  const exact = specs.filter((spec) => spec.long === word);
  const candidates = exact.length > 0 ? exact : specs.filter((spec) => spec.long?.startsWith(word));
  const spec = candidates[0];
  if (spec?.long === undefined) {
    fail(found, `unrecognized option '--${text}'`);
  } else if (candidates.length > 1) {
    fail(
      found,
      `option '--${text}' is ambiguous; possibilities:${candidates.map((one) => ` '--${one.long}'`).join('')}`,
    );
  } else if (spec.value === 'none' && given !== undefined) {
    fail(found, `option '--${spec.long}' doesn't allow an argument`);
  } else {
    const value = given ?? (spec.value === 'required' ? rest.shift() : undefined);
    if (spec.value === 'required' && value === undefined)
      fail(found, `option '--${spec.long}' requires an argument`);
    else found.options.push({ name: spec.long, value });
  }
}

function parseShort(cluster: string, specs: readonly OptionSpec[], rest: string[], found: Found): void {
  const letters = Array.from(cluster);
  for (let letter = letters.shift(); letter !== undefined; letter = letters.shift()) {
    const spec = specs.find((one) => one.short === letter);
    if (spec === undefined) {
      fail(found, `invalid option -- '${letter}'`);
      continue;
    }
    const name = spec.long ?? letter;
    if (spec.value === 'none') {
      found.options.push({ name, value: undefined });
      continue;
    }
    const attached = letters.length > 0 ? letters.splice(0).join('') : undefined;
    const value = attached ?? (spec.value === 'required' ? rest.shift() : undefined);
    if (spec.value === 'required' && value === undefined)
      fail(found, `option requires an argument -- '${letter}'`);
    else found.options.push({ name, value });
  }
}
