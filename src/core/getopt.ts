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
  const options: ParsedOption[] = [];
  const operands: string[] = [];
  const errors: string[] = [];
  const rest = [...args];
  let beforeError: number | undefined;
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      operands.push(...rest);
      break;
    }
    if (arg.startsWith('--')) parseLong(arg.slice(2), specs, rest, options, errors);
    else if (arg.startsWith('-') && arg !== '-') parseShort(arg.slice(1), specs, rest, options, errors);
    else if (posix) {
      operands.push(arg, ...rest);
      break;
    } else operands.push(arg);
    if (errors.length > 0) beforeError ??= options.length;
  }
  return { options, operands, errors, beforeError: beforeError ?? options.length };
}

function parseLong(
  text: string,
  specs: readonly OptionSpec[],
  rest: string[],
  options: ParsedOption[],
  errors: string[],
): void {
  const equals = text.indexOf('=');
  const word = equals < 0 ? text : text.slice(0, equals);
  const given = equals < 0 ? undefined : text.slice(equals + 1);
  const exact = specs.filter((spec) => spec.long === word);
  const found = exact.length > 0 ? exact : specs.filter((spec) => spec.long?.startsWith(word));
  const spec = found[0];
  if (spec?.long === undefined) {
    errors.push(`unrecognized option '--${text}'`);
  } else if (found.length > 1) {
    errors.push(
      `option '--${text}' is ambiguous; possibilities:${found.map((one) => ` '--${one.long}'`).join('')}`,
    );
  } else if (spec.value === 'none' && given !== undefined) {
    errors.push(`option '--${spec.long}' doesn't allow an argument`);
  } else {
    const value = given ?? (spec.value === 'required' ? rest.shift() : undefined);
    if (spec.value === 'required' && value === undefined)
      errors.push(`option '--${spec.long}' requires an argument`);
    else options.push({ name: spec.long, value });
  }
}

function parseShort(
  cluster: string,
  specs: readonly OptionSpec[],
  rest: string[],
  options: ParsedOption[],
  errors: string[],
): void {
  const letters = Array.from(cluster);
  for (let letter = letters.shift(); letter !== undefined; letter = letters.shift()) {
    const spec = specs.find((one) => one.short === letter);
    if (spec === undefined) {
      errors.push(`invalid option -- '${letter}'`);
      continue;
    }
    const name = spec.long ?? letter;
    if (spec.value === 'none') {
      options.push({ name, value: undefined });
      continue;
    }
    const attached = letters.length > 0 ? letters.splice(0).join('') : undefined;
    const value = attached ?? (spec.value === 'required' ? rest.shift() : undefined);
    if (spec.value === 'required' && value === undefined)
      errors.push(`option requires an argument -- '${letter}'`);
    else options.push({ name, value });
  }
}
