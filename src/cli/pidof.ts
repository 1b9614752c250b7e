/** `pidof`: the pids of the processes that run a program. */
import { parseOptions, type OptionSpec, type ParsedOption } from '../core/getopt.ts';
import { isProgram } from '../core/program-name.ts';
import type { Pid } from '../core/units.ts';
import { fileIdentityOf, isSameRoot, isZombie, viewProcess } from '../os/process/process-view.ts';
import { listPids } from '../os/process/procfs.ts';
import type { Applet } from './applet.ts';

const OPTIONS: readonly OptionSpec[] = [
  { short: 'c', value: 'none' },
  { short: 'd', value: 'required' },
  { short: 'h', value: 'none' },
  { short: 'n', value: 'none' },
  { short: 'o', value: 'required' },
  { short: 'q', value: 'none' },
  { short: 's', value: 'none' },
  { short: 'x', value: 'none' },
  { short: 'z', value: 'none' },
];

const HELP = `pidof usage: [options] <program-name>

 -c           Return PIDs with the same root directory
 -d <sep>     Use the provided character as output separator
 -h           Display this help text
 -n           Avoid using stat system function on network shares
 -o <pid>     Omit results with a given PID
 -q           Quiet mode. Do not display output
 -s           Only return one PID
 -x           Return PIDs of shells running scripts with a matching name
 -z           List zombie and I/O waiting processes. May cause pidof to hang.

`;

const EXIT_NONE = 1;

export const applet: Applet = (args, io) => {
  const { options, operands, errors } = parseOptions(args, OPTIONS);
  for (const error of errors) io.err(`${io.name}: ${error}\n`);
  if (errors.length > 0) return EXIT_NONE;
  const has = (letter: string) => options.some(({ name }) => name === letter);
  if (has('h')) {
    io.out(HELP);
    return 0;
  }
  const candidates = listCandidates({ omitted: readOmitted(options), zombies: has('z'), sameRoot: has('c') });
  const found = operands.flatMap((name) => {
    const pids = findProgram(name, candidates, has('x'));
    return has('s') ? pids.slice(0, 1) : pids;
  });
  if (found.length === 0) return EXIT_NONE;
  const separator = options.findLast(({ name }) => name === 'd')?.value?.slice(0, 1) ?? ' ';
  if (!has('q')) io.out(`${found.join(separator)}\n`);
  return 0;
};

/** `%PPID` is the shell or script that asks. */
function readOmitted(options: readonly ParsedOption[]): ReadonlySet<Pid> {
  const words = options.flatMap(({ name, value = '' }) => (name === 'o' ? value.split(/[,;:]/) : []));
  return new Set([process.pid, ...words.map((word) => (word === '%PPID' ? process.ppid : Number(word)))]);
}

interface Limits {
  readonly omitted: ReadonlySet<Pid>;
  readonly zombies: boolean;
  /** Root only, as in the original: nobody else may look at the roots of others. */
  readonly sameRoot: boolean;
}

/** Newest first, as far as pids tell. */
function listCandidates({ omitted, zombies, sameRoot }: Limits): readonly Pid[] {
  const looksAtRoots = sameRoot && process.geteuid?.() === 0;
  return listPids()
    .filter((pid) => !omitted.has(pid) && (zombies || !isZombie(pid)) && (!looksAtRoots || isSameRoot(pid)))
    .toReversed();
}

function findProgram(name: string, candidates: readonly Pid[], scripts: boolean): readonly Pid[] {
  if (name === '') return [];
  const file = name.includes('/') ? fileIdentityOf(name) : undefined;
  return candidates.filter((pid) => {
    const view = viewProcess(pid);
    const exe = file === undefined ? undefined : view.exe();
    const runsFile = file !== undefined && exe?.dev === file.dev && exe.ino === file.ino;
    const argv = view.argv().filter((word, index) => index === 0 || word !== '');
    return isProgram(name, { argv, comm: view.comm() ?? '', runsFile }, scripts);
  });
}
