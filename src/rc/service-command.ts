/** The command line of `service`, read as Debian's shell script reads it. */
import { UsageError } from '../core/errors.ts';
import { parseSeconds } from '../core/seconds.ts';
import type { Millis } from '../core/units.ts';

export type ServiceCommand =
  | { readonly kind: 'usage'; readonly exit: 0 | 1 }
  | { readonly kind: 'version' }
  | { readonly kind: 'status-all'; readonly json: boolean; readonly timeoutMs: Millis | undefined }
  | { readonly kind: 'full-restart'; readonly service: string }
  /** `args` are the action and what follows it; none runs the script without an argument. */
  | { readonly kind: 'run'; readonly service: string; readonly args: readonly string[] };

/**
 * Help and version count anywhere on the line, the first of them. `--status-all` with our own options beside it
 * is ours; with anything else it is the name of a service, as it always was.
 * @throws {UsageError} For a bad value of our own option.
 */
export function parseServiceCommand(args: readonly string[]): ServiceCommand {
  const asked = args.find(
    (arg) => arg === '-h' || arg.startsWith('--h') || arg === '--version' || arg === '-V',
  );
  if (asked !== undefined) {
    return asked === '--version' || asked === '-V' ? { kind: 'version' } : { kind: 'usage', exit: 0 };
  }
  const [service, ...rest] = args;
  if (service === undefined) return { kind: 'usage', exit: 1 };
  if (rest.length === 1 && rest[0] === '--full-restart') return { kind: 'full-restart', service };
  return parseStatusAll(args) ?? { kind: 'run', service, args: rest };
}

function parseStatusAll(args: readonly string[]): ServiceCommand | undefined {
  if (!args.includes('--status-all')) return undefined;
  let json = false;
  let timeoutMs: Millis | undefined;
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--json') json = true;
    else if (arg === '--timeout') timeoutMs = parseTimeout(rest.shift() ?? '');
    else if (arg.startsWith('--timeout=')) timeoutMs = parseTimeout(arg.slice('--timeout='.length));
    else if (arg !== '--status-all') return undefined;
  }
  return { kind: 'status-all', json, timeoutMs };
}

function parseTimeout(text: string): Millis {
  const timeoutMs = parseSeconds(text);
  if (timeoutMs === undefined) throw new UsageError(`"${text}" is no time limit, expected seconds above 0`);
  return timeoutMs;
}
