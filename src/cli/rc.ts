/** `rc LEVEL`: runs the init scripts of a run level. inittab calls it; it never starts or changes a level itself. */
import { assertNever, UsageError } from '../core/errors.ts';
import { parseOptions } from '../core/getopt.ts';
import { planRunLevel } from '../core/scripts/rc-plan.ts';
import type { RcEntry } from '../core/scripts/rc-plan.ts';
import { parseRunLevel } from '../core/runlevel.ts';
import type { PreviousLevel, RunLevel } from '../core/runlevel.ts';
import { endAs } from '../os/process/end-as.ts';
import { errorText } from '../os/os-error.ts';
import { programVersion } from '../os/program.ts';
import { listScripts } from '../os/scripts/script-path.ts';
import { makeFarmWhole } from '../rc/whole-farm.ts';
import { loadColours } from '../rc/colours.ts';
import { levelEnvironment } from '../rc/environment.ts';
import { findProgramFolders } from '../rc/program-folders.ts';
import { formatPlan } from '../rc/report.ts';
import { chooseWork } from '../rc/level-work.ts';
import { runLevel } from '../rc/run-level.ts';
import { parseJobs, readRcSettings } from '../rc/settings.ts';
import type { Applet, AppletIo } from './applet.ts';
import { systemRoot } from './system-root.ts';

const HELP = `Usage: rc [--root DIR] [--jobs N] [--strict] [--dry-run] [LEVEL]
Runs the scripts of /etc/rcLEVEL.d one after the other: K links with "stop" unless there was no previous
run level, then S links with "start" (in 0 and 6: "stop"). LEVEL defaults to $RUNLEVEL, the previous one is
$PREVLEVEL.

      --root DIR   work on the system in DIR instead of / (also RCINIT_ROOT)
      --jobs N     up to N scripts at a time, each as soon as all it needs has ended; 1 is one after the other
      --dry-run    print what would be run, and run nothing
      --strict     exit 1 if a script failed (also RC_STRICT=yes)
      --help       print this and exit
      --version    print the version and exit

RC_PARALLEL=yes|no|N is what --jobs is; yes means 4 for each processor, which is also what is done without it if
insserv has written /etc/init.d/.depend.boot, .start and .stop. Side by side, services with the same kind of link
in the previous level are left alone.
RC_TIMEOUT=SECONDS ends a script that takes longer; without it a script may take as long as it likes.
RC_PARALLEL, RC_TIMEOUT and RC_STRICT are also read from /etc/default/rcinit. What happened is kept in
/run/rcinit/last-rc.json.

Examples:
  rc --dry-run 3     what entering level 3 would run, in order
  rc --jobs 4 2      the scripts of level 2, up to four at a time

Exit status: 0 done, whatever the scripts did; 1 no level given, or a script failed and --strict;
2 wrong command line.
`;

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
/** When a script is first named as taking long: after what most need, before a person gets nervous. */
const SLOW_AFTER_MS = 30_000;
const FILE_MODE_MASK = 0o022;

export const applet: Applet = async (args, io) => {
  try {
    const command = parseCommand(args, io);
    switch (command.kind) {
      case 'print':
        io.out(command.text);
        return 0;
      case 'no-level':
        io.err(`Usage: ${io.name} <runlevel>\n`);
        return EXIT_FAILURE;
      case 'run':
        return await run(command, io);
      default:
        return assertNever(command);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`${io.name}: ${error.message}\nTry '${io.name} --help' for more information.\n`);
    return EXIT_USAGE;
  }
};

interface RunCommand {
  readonly kind: 'run';
  readonly root: string;
  readonly level: RunLevel;
  readonly previous: PreviousLevel;
  readonly isDryRun: boolean;
  readonly isStrict: boolean;
  readonly jobs: number | undefined;
}

type Command = RunCommand | { readonly kind: 'print'; readonly text: string } | { readonly kind: 'no-level' };

/** @throws {UsageError} */
function parseCommand(args: readonly string[], io: AppletIo): Command {
  const { options, operands, errors } = parseOptions(args, [
    { long: 'root', value: 'required' },
    { long: 'jobs', value: 'required' },
    { long: 'dry-run', value: 'none' },
    { long: 'strict', value: 'none' },
    { long: 'help', value: 'none' },
    { long: 'version', value: 'none' },
  ]);
  if (errors[0] !== undefined) throw new UsageError(errors[0]);
  const has = (name: string): boolean => options.some((option) => option.name === name);
  if (has('help')) return { kind: 'print', text: HELP };
  if (has('version')) return { kind: 'print', text: `rc (rcinit) ${programVersion()}\n` };
  if (operands.length > 1) throw new UsageError(`extra operand "${operands[1]}", expected one run level`);
  const word = (operands[0] ?? '') === '' ? (io.env['RUNLEVEL'] ?? '') : (operands[0] ?? '');
  if (word === '') return { kind: 'no-level' };
  const level = parseRunLevel(word);
  if (level === undefined) throw new UsageError(`"${word}" is no run level, expected one of 0-9 or S`);
  const previous = parsePrevious(io.env['PREVLEVEL'] ?? '');
  const root = systemRoot(io, options.findLast((option) => option.name === 'root')?.value);
  const jobs = options.findLast((option) => option.name === 'jobs')?.value;
  const flags = { isDryRun: has('dry-run'), isStrict: has('strict') };
  return {
    kind: 'run',
    root,
    level,
    previous,
    ...flags,
    jobs: jobs === undefined ? undefined : readJobs(jobs),
  };
}

/** @throws {UsageError} */
function readJobs(text: string): number {
  const jobs = parseJobs(text);
  if (jobs === undefined) throw new UsageError(`"${text}" is no number of jobs, expected 1 or more`);
  return jobs;
}

/** Like the original, everything that is not N (or nothing) means that there was a level before. */
function parsePrevious(text: string): PreviousLevel {
  return text === '' ? 'N' : (text as PreviousLevel);
}

async function sayOfFarm(root: string, io: AppletIo): Promise<void> {
  const text = await makeFarmWhole(root);
  if (text !== undefined) io.err(`rc: ${text}\n`);
}

async function run(command: RunCommand, io: AppletIo): Promise<number> {
  const { root, level, previous } = command;
  const dir = `/etc/rc${level}.d`;
  if (!command.isDryRun) await sayOfFarm(root, io);
  const steps = planRunLevel({ level, previous, dir, entries: readEntries(root, dir, io) });
  const settings = readRcSettings(root, io.env);
  for (const complaint of settings.complaints) io.err(`rc: ${complaint}\n`);
  const { work, isMakefile, problem } = await chooseWork({
    root,
    level,
    steps,
    previousEntries: () =>
      parseRunLevel(previous) === undefined ? [] : readEntries(root, `/etc/rc${previous}.d`, io),
    parallel: command.jobs ?? settings.parallel,
  });
  if (problem !== undefined) io.err(`rc: cannot read the headers: ${problem}; going by the links' numbers\n`);
  if (command.isDryRun) {
    io.out(formatPlan(work));
    return 0;
  }
  if (isMakefile) io.out(`Using makefile-style concurrent boot in runlevel ${level}.\n`);
  process.umask(FILE_MODE_MASK);
  const facts = { level, previous, verbose: settings.verbose };
  const { record, interrupted } = await runLevel({
    ...facts,
    root,
    work,
    env: levelEnvironment(io.env, facts, findProgramFolders(root)),
    colours: await loadColours(io.stdoutIsTty, io.env),
    timeoutMs: settings.timeoutMs,
    slowAfterMs: SLOW_AFTER_MS,
    out: io.out,
    err: io.err,
  });
  if (interrupted !== undefined) return endAs({ kind: 'signaled', signal: interrupted });
  const hasFailed = record.scripts.some((script) => script.outcome === 'failed');
  const isStrict = command.isStrict || settings.strict;
  return endAs({ kind: 'exited', code: isStrict && hasFailed ? EXIT_FAILURE : 0 });
}

/** A level without scripts is a level like any other; that its folder is missing is worth a line. */
function readEntries(root: string, dir: string, io: AppletIo): readonly RcEntry[] {
  try {
    return listScripts(root, dir);
  } catch (error) {
    io.err(`rc: cannot read "${dir}": ${errorText(error)}; no scripts are run\n`);
    return [];
  }
}
