/** The command line of start-stop-daemon: words in, a checked request or the original's complaint out. */
import { parseUnsigned } from '../c-number.ts';
import { parseOptions, type ParsedOption } from '../getopt.ts';
import { MAX_COMM_BYTES } from './match.ts';
import { parseIoScheduler, parseProcessScheduler, type SchedulerChoice } from './scheduler-options.ts';
import { parseSignal } from '../signal-names.ts';
import { explainForeignOption, SSD_OPTIONS, type SsdOptionName } from './ssd-option-table.ts';
import { parseStopSchedule, type StopSchedule } from './stop-schedule.ts';
import type { Pid } from '../units.ts';

export type SsdCommand = 'start' | 'stop' | 'status';

/** A request as it was given; names and paths are not looked up yet. */
export interface SsdRequest {
  readonly command: SsdCommand;
  readonly args: readonly string[];
  readonly exec: string | undefined;
  readonly startas: string | undefined;
  readonly name: string | undefined;
  readonly user: string | undefined;
  readonly pid: Pid | undefined;
  readonly ppid: Pid | undefined;
  readonly pidfile: string | undefined;
  readonly group: string | undefined;
  readonly chuid: string | undefined;
  readonly signo: number;
  readonly schedule: StopSchedule | undefined;
  readonly chroot: string | undefined;
  readonly chdir: string;
  readonly nice: number;
  readonly processScheduler: SchedulerChoice | undefined;
  readonly ioScheduler: SchedulerChoice | undefined;
  readonly umask: number | undefined;
  readonly background: boolean;
  readonly notifyAwait: boolean;
  readonly notifyTimeoutSeconds: number;
  readonly keepDescriptors: boolean;
  readonly output: string | undefined;
  readonly makePidfile: boolean;
  readonly removePidfile: boolean;
  readonly okNothingDone: boolean;
  readonly test: boolean;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
}

export type ParsedSsd =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'run'; readonly request: SsdRequest; readonly warning: string | undefined }
  /** `isStatus`: the command was `--status` when it was noticed, which has a code of its own for this. */
  | {
      readonly kind: 'usage' | 'fatal';
      readonly message: string;
      readonly hint?: string | undefined;
      readonly isStatus: boolean;
    };

const DEFAULT_NOTIFY_SECONDS = 60;
const COMMANDS: readonly SsdOptionName[] = ['start', 'stop', 'status'];

/** @param posix POSIXLY_CORRECT is set: options end at the first operand. */
export function parseSsdOptions(
  args: readonly string[],
  { posix = false }: { readonly posix?: boolean } = {},
): ParsedSsd {
  const { options, operands, errors, beforeError } = parseOptions(args, SSD_OPTIONS, { posix });
  const seen = options.slice(0, beforeError);
  let command: SsdCommand | undefined;
  const complain = (kind: 'usage' | 'fatal', message: string, hint?: string): ParsedSsd => ({
    kind,
    message,
    hint,
    isStatus: command === 'status',
  });
  for (const { name, value } of seen) {
    if (name === 'chuid' && value?.endsWith(':')) return complain('fatal', 'missing group name');
    if (name === 'help' || name === 'version') return { kind: name };
    if (!COMMANDS.includes(name as SsdOptionName)) continue;
    if (command !== undefined && command !== name)
      return complain('usage', 'only one command can be specified');
    command = name as SsdCommand;
  }
  const [error] = errors;
  if (error !== undefined) return complain('usage', error, explainForeignOption(error));
  const read = readRequest(options, operands, command);
  return 'problem' in read ? complain(read.kind, read.problem) : read;
}

interface Problem {
  readonly kind: 'usage' | 'fatal';
  readonly problem: string;
}

function usage(problem: string): Problem {
  return { kind: 'usage', problem };
}

function readRequest(
  options: readonly ParsedOption[],
  args: readonly string[],
  command: SsdCommand | undefined,
): Extract<ParsedSsd, { kind: 'run' }> | Problem {
  const last = (wanted: SsdOptionName) => options.findLast(({ name }) => name === wanted)?.value;
  const has = (wanted: SsdOptionName) => options.some(({ name }) => name === wanted);
  const numbers = readNumbers(last);
  if ('problem' in numbers) return numbers;
  if (command === undefined) return usage('need one of --start or --stop or --status');
  const [chuid, group] = readCredentials(options);
  const request: SsdRequest = {
    command,
    args,
    exec: last('exec'),
    startas: last('startas') ?? last('exec'),
    name: last('name'),
    user: last('user'),
    pidfile: last('pidfile'),
    chuid,
    group,
    chroot: last('chroot'),
    chdir: last('chdir') ?? '/',
    nice: Number.parseInt(last('nicelevel') ?? '0', 10) || 0,
    background: has('background'),
    notifyAwait: has('notify-await'),
    keepDescriptors: has('no-close'),
    output: last('output'),
    makePidfile: has('make-pidfile'),
    removePidfile: has('remove-pidfile'),
    okNothingDone: has('oknodo'),
    test: has('test'),
    verbosity: readVerbosity(options),
    ...numbers,
  };
  const problem = checkCombination(request);
  return problem === undefined
    ? { kind: 'run', request, warning: warnOfLongName(request.name) }
    : usage(problem);
}

type Numbers = Pick<
  SsdRequest,
  | 'pid'
  | 'ppid'
  | 'signo'
  | 'schedule'
  | 'processScheduler'
  | 'ioScheduler'
  | 'umask'
  | 'notifyTimeoutSeconds'
>;

/** In the original's order: of several mistakes it reports the first of these. */
function readNumbers(last: (name: SsdOptionName) => string | undefined): Numbers | Problem {
  const pid = readPid(last('pid'));
  if (pid === 'bad') return usage('pid value must be a number greater than 0');
  const ppid = readPid(last('ppid'));
  if (ppid === 'bad') return usage('ppid value must be a number greater than 0');
  const signo = parseSignal(last('signal') ?? 'TERM');
  if (signo === undefined) return usage('signal value must be numeric or name of signal (KILL, INT, ...)');
  const schedule = apply(last('retry'), (text) => parseStopSchedule(text, signo));
  if (schedule !== undefined && 'problem' in schedule) return usage(schedule.problem);
  const processScheduler = apply(last('procsched'), parseProcessScheduler);
  if (processScheduler !== undefined && 'problem' in processScheduler) return processScheduler;
  const ioScheduler = apply(last('iosched'), parseIoScheduler);
  if (ioScheduler !== undefined && 'problem' in ioScheduler) return ioScheduler;
  const umask = apply(last('umask'), (text) => parseUnsigned(text, 0) ?? 'bad');
  if (umask === 'bad') return usage('umask value must be a positive number');
  const notify = apply(last('notify-timeout'), (text) => parseUnsigned(text) ?? 'bad');
  if (notify === 'bad') return usage('invalid notify timeout value');
  const output = last('output');
  if (output !== undefined && !output.startsWith('/'))
    return usage('--output file needs to be an absolute filename');
  const notifyTimeoutSeconds = notify ?? DEFAULT_NOTIFY_SECONDS;
  return { pid, ppid, signo, schedule, processScheduler, ioScheduler, umask, notifyTimeoutSeconds };
}

function apply<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

function readPid(text: string | undefined): Pid | undefined | 'bad' {
  return apply(text, (word) => parseUnsigned(word) || 'bad');
}

/** `-c U[:G]` and `-g G` in turn: the last group counts; `-c U` names none. */
function readCredentials(
  options: readonly ParsedOption[],
): readonly [string | undefined, string | undefined] {
  let user: string | undefined;
  let group: string | undefined;
  for (const { name, value = '' } of options) {
    if (name === 'group') group = value;
    if (name !== 'chuid') continue;
    const colon = value.indexOf(':');
    user = colon < 0 ? value : value.slice(0, colon) || undefined;
    if (colon >= 0) group = value.slice(colon + 1);
  }
  return [user, group];
}

function readVerbosity(options: readonly ParsedOption[]): SsdRequest['verbosity'] {
  const word = options.findLast(({ name }) => name === 'quiet' || name === 'verbose')?.name;
  return word === undefined ? 'normal' : (word as 'quiet' | 'verbose');
}

function checkCombination(request: SsdRequest): string | undefined {
  const { command, background, pidfile } = request;
  const criteria = [request.exec, request.pid, request.ppid, pidfile, request.user, request.name];
  if (criteria.every((one) => one === undefined))
    return 'need at least one of --exec, --pid, --ppid, --pidfile, --user or --name';
  if (command === 'start' && request.startas === undefined) return '--start needs --exec or --startas';
  if (request.makePidfile && pidfile === undefined) return '--make-pidfile requires --pidfile';
  if (request.removePidfile && pidfile === undefined) return '--remove-pidfile requires --pidfile';
  if (request.pid !== undefined && pidfile !== undefined) return 'need either --pid or --pidfile, not both';
  if (background && command !== 'start') return '--background is only relevant with --start';
  if (request.keepDescriptors && !background) return '--no-close is only relevant with --background';
  const isUseless = request.output !== undefined && !background;
  return isUseless ? '--output is only relevant with --background' : undefined;
}

function warnOfLongName(name: string | undefined): string | undefined {
  if (name === undefined || new TextEncoder().encode(name).length <= MAX_COMM_BYTES) return undefined;
  return `this system is not able to track process names\nlonger than ${MAX_COMM_BYTES} characters, please use --exec instead of --name.`;
}
