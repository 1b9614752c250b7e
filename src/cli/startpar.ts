/** `startpar`: runs scripts side by side, as Debian's /etc/init.d/rc asks it to. Texts and codes are the original's. */
import { availableParallelism } from 'node:os';
import { parseDependFile, type DependMode } from '../core/scripts/depend-file.ts';
import { parseOptions, type OptionSpec } from '../core/getopt.ts';
import type { Task } from '../core/scripts/rc-schedule.ts';
import { parseSeconds } from '../core/seconds.ts';
import { reportServices } from '../core/scripts/startpar-report.ts';
import { dueTasks } from '../core/scripts/startpar-tasks.ts';
import { copyStdin } from '../os/terminal/copy-stdin.ts';
import { inRoot } from '../os/file/in-root.ts';
import { errorText } from '../os/os-error.ts';
import { catchSignals } from '../os/process/signals.ts';
import { listNames, readText } from '../os/file/text-file.ts';
import { runTogether, type TogetherRun } from '../rc/run-together.ts';
import type { Applet, AppletIo } from './applet.ts';
import { systemRoot } from './system-root.ts';

const VERSION = '0.65';
const EXIT_FAILURE = 1;
const USAGE = `usage: startpar [options] [-a arg] prgs
           run given programs parallel
       startpar [options] [-P prev] [-R run] [-S <start>:<num>] -M mode
           run parallel with Makefile
       startpar -v
           show version number
general options:
       -n prefix output with name of program displaying output
       -p parallel tasks
       -t I/O timeout
       -T global I/O timeout
       -f copy stdin to stdout without running any programs
       -e set the location of etc directory (default is /etc)
`;
/** How many tasks at once on each processor, with -M and without -p. */
const MODE_JOBS_PER_CPU = 8;

const OPTIONS: readonly OptionSpec[] = [
  ...Array.from('piItTaMPRSde', (short) => ({ short, value: 'required' }) as const),
  ...Array.from('fhvn', (short) => ({ short, value: 'none' }) as const),
  { long: 'root', value: 'required' },
];

interface Command {
  readonly root: string;
  readonly operands: readonly string[];
  /** The last value given for an option; an empty string for one without. */
  readonly get: (name: string) => string | undefined;
}

export const applet: Applet = async (args, io) => {
  const { options, operands, errors } = parseOptions(args, OPTIONS, { posix: true });
  const get = (name: string): string | undefined => {
    const option = options.findLast((one) => one.name === name);
    return option && (option.value ?? '');
  };
  if (errors[0] !== undefined) {
    io.err(`${io.name}: ${errors[0]}\n${USAGE}`);
    return EXIT_FAILURE;
  }
  if (get('v') !== undefined) {
    io.out(`startpar version ${VERSION}\n`);
    return 0;
  }
  if (get('h') !== undefined) {
    io.err(USAGE);
    return 0;
  }
  if (get('f') !== undefined) {
    copyStdin();
    return 0;
  }
  // The keys of a terminal are for the scripts.
  catchSignals(['SIGINT'], () => undefined);
  const command = { root: systemRoot(io, get('root')), operands, get };
  return get('M') === undefined ? runPrograms(command, io) : runMode(command, io);
};

async function runPrograms(command: Command, io: AppletIo): Promise<number> {
  const { operands, get } = command;
  const paths = new Map(operands.map((path, index) => [`${path}/${index}`, path]));
  const tasks = [...paths.keys()].map((name) => ({ name, needs: [], interactive: false }));
  const arg = get('a');
  await runTogether({
    ...common(command, io, (name) => paths.get(name) ?? name),
    tasks,
    // All at once, unless somebody says otherwise.
    jobs: jobsFrom(get('p'), tasks.length),
    args: arg === undefined ? [] : [arg],
    pathOf: ({ name }) => paths.get(name) ?? name,
  });
  return 0;
}

async function runMode(command: Command, io: AppletIo): Promise<number> {
  const { root, get } = command;
  const mode = get('M') ?? '';
  if (!isMode(mode)) return fail(io, `invalid run mode ${mode}`);
  const [previous = ''] = get('P') ?? io.env['PREVLEVEL'] ?? '';
  const [next = ''] = get('R') ?? io.env['RUNLEVEL'] ?? '';
  if (mode !== 'boot' && (previous === '' || next === ''))
    return fail(io, 'You must specify previous and next runlevels');
  const initDir = get('d') ?? '/etc/init.d';
  const dir = (level: string): readonly string[] => listNames(root, `${get('e') ?? '/etc'}/rc${level}.d`);
  let text: string;
  try {
    text = readText(root, `${initDir}/.depend.${mode}`);
  } catch (error) {
    io.err(`Can't open ${initDir}/.depend.${mode}: ${errorText(error)}\n`);
    return fail(io, `Unable to run scripts using dependency information in ${initDir}`);
  }
  const dirs = { next: dir(mode === 'boot' ? 'S' : next), previous: dir(previous) };
  const tasks: readonly Task[] = dueTasks(parseDependFile(text), mode, dirs);
  const ends = await runTogether({
    ...common(command, io, (name) => name),
    tasks,
    jobs: jobsFrom(get('p'), MODE_JOBS_PER_CPU * availableParallelism()),
    args: [mode === 'stop' ? 'stop' : 'start'],
    pathOf: ({ name }) => inRoot(root, `${initDir}/${name}`),
  });
  if (tasks.length > 0) io.out(reportServices(ends, mode === 'stop'));
  return 0;
}

function isMode(word: string): word is DependMode {
  return word === 'boot' || word === 'start' || word === 'stop';
}

function fail(io: AppletIo, text: string): number {
  io.err(`${text}\n`);
  return EXIT_FAILURE;
}

/** @returns As many per processor as the text says; `otherwise` if it says none. */
function jobsFrom(text: string | undefined, otherwise: number): number {
  const perCpu = Number.parseInt(text ?? '', 10);
  return Math.max(1, perCpu > 0 ? perCpu * availableParallelism() : otherwise);
}

type CommonRun = Pick<TogetherRun, 'limits' | 'cwd' | 'env' | 'show' | 'onLoop'>;

function common({ get }: Command, io: AppletIo, label: (name: string) => string): CommonRun {
  const prefix = get('n') === undefined ? undefined : label;
  return {
    limits: { silenceMs: parseSeconds(get('t') ?? ''), quietMs: parseSeconds(get('T') ?? '') },
    cwd: io.cwd,
    env: io.env,
    show: (name, text) => io.err(prefix === undefined ? text : prefixLines(prefix(name), text)),
    onLoop: (name, need) => io.err(`loop exists ${need} in ${name}!\n`),
  };
}

function prefixLines(name: string, text: string): string {
  return text.replace(/^(?=.)/gms, `${name}: `);
}
