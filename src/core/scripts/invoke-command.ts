/** The command line of invoke-rc.d, read as Debian's shell script reads it. */

export interface InvokeOptions {
  readonly quiet: boolean;
  /** Run it whatever anybody says, where that is possible at all. */
  readonly force: boolean;
  /** Go on after errors that are not fatal. */
  readonly tryAnyway: boolean;
  /** Tell a denial by exit status 101 instead of 0. */
  readonly discloseDeny: boolean;
  /** Tell what would be done, by exit status. */
  readonly query: boolean;
  readonly noFallback: boolean;
  /** Leave units of systemd's own alone. */
  readonly skipSystemdNative: boolean;
}

export type InvokeCommand =
  | { readonly kind: 'help' }
  /** `shows` tells whether the help text follows. */
  | {
      readonly kind: 'syntax-error';
      readonly message: string;
      readonly shows: boolean;
      readonly quiet: boolean;
    }
  | {
      readonly kind: 'invoke';
      readonly options: InvokeOptions;
      readonly script: string;
      readonly action: string;
      /** Passed on to the script unchanged. */
      readonly extra: readonly string[];
    };

const NO_OPTIONS: InvokeOptions = {
  quiet: false,
  force: false,
  tryAnyway: false,
  discloseDeny: false,
  query: false,
  noFallback: false,
  skipSystemdNative: false,
};

const OPTIONS: Readonly<Record<string, Partial<InvokeOptions>>> = {
  '--quiet': { quiet: true },
  '--force': { force: true, tryAnyway: true },
  '--try-anyway': { tryAnyway: true },
  '--disclose-deny': { discloseDeny: true },
  '--query': { query: true, discloseDeny: true },
  '--no-fallback': { noFallback: true },
  '--skip-systemd-native': { skipSystemdNative: true },
};

/** Options count before the action only; the first mistake ends the reading. */
export function parseInvokeCommand(args: readonly string[]): InvokeCommand {
  let options = NO_OPTIONS;
  const words: string[] = [];
  const rest = [...args];
  const fail = (message: string, shows = false): InvokeCommand => {
    return { kind: 'syntax-error', message: `syntax error: ${message}`, shows, quiet: options.quiet };
  };
  if (args.length === 0) return fail('missing required parameter, --help assumed', true);
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--help') return { kind: 'help' };
    const option = Object.hasOwn(OPTIONS, arg) ? OPTIONS[arg] : undefined;
    if (option !== undefined) options = { ...options, ...option };
    else if (arg.startsWith('--')) return fail(`unknown option "${arg}"`);
    else {
      const parts = arg.split(/[ \t\n]+/).filter((part) => part !== '');
      if (parts.length === 0) return fail('invalid empty parameter');
      if (parts.length > 1) return fail(`embedded blanks are not allowed in "${parts.join(' ')}"`);
      words.push(arg);
    }
    const [script, action] = words;
    if (script !== undefined && action !== undefined)
      return { kind: 'invoke', options, script, action, extra: rest };
  }
  return fail('missing required parameter');
}
