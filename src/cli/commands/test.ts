/** The command line of `rcinit test`. */
import { systemRoot } from '../system-root.ts';
import type { TestOptions } from '../test.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

/** As commander gives them. */
interface TestCommand extends Omit<TestOptions, 'root' | 'timeoutSeconds'> {
  readonly root?: string;
  readonly timeout: string;
  readonly json?: boolean;
}

const HELP = `
Checks are named by --list; each is explained in docs/testing-scripts.md. --only and --skip take their names and groups:
pacemaker, lsb, caller, race, daemon.

Examples:
  rcinit test cron                         try /etc/init.d/cron, without touching the machine
  rcinit test ./foo --only pacemaker       will Pacemaker be content with it?
  rcinit test clock --root . --prepare 'service folders start'
  rcinit test foo --format junit >foo.xml  for Jenkins and GitLab
Exit status: 0 all that is required holds, 1 something does not, 2 wrong use, 3 it could not be tried,
128 and the number of the signal that interrupted it.`;

/** Words of an option that may be given more than once, or with commas. */
function collect(word: string, words: readonly string[]): readonly string[] {
  return [...words, ...word.split(',')];
}

export const declareTest: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('test'))
    .description('run an init script for real and say whether it behaves')
    .argument('[script]', 'a path, or the name of a script in init.d')
    .option('--only <names>', 'only these checks or groups', collect, [])
    .option('--skip <names>', 'not these checks or groups', collect, [])
    .option('--timeout <seconds>', 'how long one call of the script may take', '60')
    .option('--prepare <command>', 'a shell command to run first, where the script is run')
    .option('--here', 'on this machine as it is, not in namespaces')
    .option('--force', 'with --here: also a service that is running; it is started again at the end')
    .option('--list', 'print the checks, run nothing')
    .option('--json', 'the same as --format json')
    .option('--format <format>', 'text, json, junit or tap', 'text')
    .addHelpText('after', HELP)
    .action(async (script: string | undefined, options: TestCommand) => {
      const { runTest } = await import('../test.ts');
      const { root, json, timeout, ...rest } = options;
      const format = json === true ? 'json' : options.format;
      const timeoutSeconds = Number(timeout);
      const all = { ...rest, format, timeoutSeconds, root: systemRoot(io, root) };
      setStatus(await runTest(script, all, io));
    });
};
