/** `telinit`: asks the running init for a level, through the control fifo. Texts and codes are the original's. */
import { parseOptions, type OptionSpec, type ParsedOption } from '../core/getopt.ts';
import { encodeRequest, encodeSetenv } from '../core/wire/initctl-message.ts';
import { parseRunLevel } from '../core/runlevel.ts';
import { parseSeconds } from '../core/seconds.ts';
import { CONTROL_FIFO } from '../core/system-paths.ts';
import { writeRequest } from '../os/pid1/fifo-writer.ts';
import { inRoot } from '../os/file/in-root.ts';
import { errnoText } from '../os/os-error.ts';
import { ownsInit } from '../os/pid1/running-init.ts';
import type { Applet, AppletIo } from './applet.ts';
import { systemRoot } from './system-root.ts';

const EXIT_FAILED = 1;
/** How long nobody may read the fifo before telinit gives up. */
const WRITE_DEADLINE_MS = 3_000;
/** What the original asks for when it is not told. */
const DEFAULT_SLEEP_SECONDS = 3;
const ORIGINAL_VERSION = '3.14';

const OPTIONS: readonly OptionSpec[] = [
  { short: 't', value: 'required' },
  { short: 'e', value: 'required' },
  { long: 'root', value: 'required' },
  { long: 'wait', value: 'none' },
  { long: 'timeout', value: 'required' },
  { long: 'plan', value: 'none' },
  { long: 'json', value: 'none' },
];

export const applet: Applet = (args, io) => {
  if (args.length === 1 && args[0] === '--version') {
    io.out(`SysV init version: ${ORIGINAL_VERSION}\n\n`);
    return 0;
  }
  const { options, operands, errors } = parseOptions(args, OPTIONS);
  const root = systemRoot(io, options.findLast(({ name }) => name === 'root')?.value);
  if (root === '/' && process.geteuid?.() !== 0 && !ownsInit()) {
    io.err(`${io.name}: must be superuser.\n`);
    return EXIT_FAILED;
  }
  if (errors.length === 0 && options.some(({ name }) => OURS.has(name))) {
    return runOurs(options, operands, root, io);
  }
  const variables = options.flatMap(({ name, value }) => (name === 'e' ? [value ?? ''] : []));
  const [level = ''] = operands;
  const isUse = variables.length > 0 ? operands.length === 0 : operands.length === 1 && isRequest(level);
  if (errors.length > 0 || !isUse) return showUsage(io, errors);
  if (variables.length > 0) return sendVariables(root, variables, io);
  return send(root, encodeRequest({ kind: 'runlevel', level, sleepSeconds: readSleep(options) }), io);
};

/** Options the original has not. */
const OURS: ReadonlySet<string> = new Set(['wait', 'timeout', 'plan', 'json']);

async function runOurs(
  options: readonly ParsedOption[],
  operands: readonly string[],
  root: string,
  io: AppletIo,
): Promise<number> {
  const [word = ''] = operands;
  const has = (one: string): boolean => options.some(({ name }) => name === one);
  const isComplete = has('wait') ? !has('plan') && !has('json') : has('plan') && !has('timeout');
  if (operands.length !== 1 || !isComplete || has('e')) return showUsage(io, []);
  const verb = has('wait') ? 'wait for' : 'plan';
  const level = parseRunLevel(word);
  if (level === undefined) {
    io.err(`${io.name}: cannot ${verb} "${word}": no run level; name one of 0-9 or S\n`);
    return EXIT_FAILED;
  }
  if (has('plan'))
    return (await import('./telinit-plan.ts')).showPlan({ root, level, json: has('json') }, io);
  const limit = options.findLast(({ name }) => name === 'timeout')?.value;
  const timeoutMs = limit === undefined ? undefined : parseSeconds(limit);
  if (limit !== undefined && timeoutMs === undefined) {
    io.err(`${io.name}: cannot wait "${limit}": no time; name seconds above 0\n`);
    return EXIT_FAILED;
  }
  const { waitForLevel } = await import('./telinit-wait.ts');
  return waitForLevel({ root, level, timeoutMs, sleepSeconds: readSleep(options) }, io);
}

function readSleep(options: readonly ParsedOption[]): number {
  const seconds = options.findLast(({ name }) => name === 't')?.value;
  return seconds === undefined ? DEFAULT_SLEEP_SECONDS : parseNumber(seconds);
}

function isRequest(word: string): boolean {
  return /^[0-9SsQqAaBbCcUu]$/.test(word);
}

/** atoi(3): what is no number is 0. */
function parseNumber(text: string): number {
  const number = Number.parseInt(text, 10);
  return Number.isNaN(number) ? 0 : number;
}

function showUsage(io: AppletIo, errors: readonly string[]): number {
  // The original stops at the first wrong option.
  // It knows no long options, so that to its getopt(3) a second dash is one more letter.
  const first = errors[0]?.replace(/^unrecognized option .*/, "invalid option -- '-'");
  if (first !== undefined) io.err(`${io.name}: ${first}\n`);
  io.err(`Usage: ${io.name} {-e VAR[=VAL] | [-t SECONDS] {0|1|2|3|4|5|6|S|s|Q|q|A|a|B|b|C|c|U|u}}\n`);
  return EXIT_FAILED;
}

function sendVariables(root: string, variables: readonly string[], io: AppletIo): number {
  const bytes = encodeSetenv(variables);
  if (bytes !== undefined) return send(root, bytes, io);
  io.err(`${io.name}: -e option data too large\n`);
  return EXIT_FAILED;
}

function send(root: string, bytes: Uint8Array, io: AppletIo): number {
  const path = inRoot(root, CONTROL_FIFO);
  const outcome = writeRequest(path, bytes, WRITE_DEADLINE_MS);
  if (outcome === 'sent') return 0;
  if (outcome.kind === 'timeout') io.err(`${io.name}: timeout opening/writing control channel ${path}\n`);
  else io.err(`${io.name}: ${path}: ${errnoText(outcome.code)}\n`);
  return EXIT_FAILED;
}
