/** `rcinit`: our own commands. That `rcinit NAME …` is the applet of that name is main.ts's doing. */
import { APPLET_NAMES } from './applet-names.ts';
import type { Applet, AppletIo } from './applet.ts';

const EXIT_USAGE = 2;

export const applet: Applet = async (args, io) => {
  const [name = ''] = args;
  const isCommand = name === '' || name.startsWith('-') || COMMANDS.includes(name);
  return isCommand ? runCommands(args, io) : rejectCommand(name, io);
};

const OTHERS = APPLET_NAMES.filter((name) => name !== 'rcinit');

/** What commander is told of below, and its own. */
const COMMANDS: readonly string[] = [
  'boot',
  'chart',
  'check',
  'graph',
  'new',
  'status',
  'test',
  'test-inside',
  'to-unit',
  'help',
];

async function rejectCommand(name: string, io: AppletIo): Promise<number> {
  const { nearestWord } = await import('../core/nearest-word.ts');
  const near = nearestWord(name, [...COMMANDS, ...OTHERS]);
  const hint = near === undefined ? 'rcinit --help lists them' : `did you mean ${near}?`;
  io.err(`rcinit: unknown command "${name}"; ${hint}\n`);
  return EXIT_USAGE;
}

async function runCommands(args: readonly string[], io: AppletIo): Promise<number> {
  if (args[0] === 'boot') (await import('../os/small-heap.ts')).keepHeapSmall();
  const { Command, CommanderError, Option } = await import('commander');
  const { programVersion } = await import('../os/program.ts');
  const { systemRoot } = await import('./system-root.ts');
  const { RC_LEVELS } = await import('../core/runlevel.ts');
  const { addTestCommand } = await import('./test-options.ts');
  let status = 0;
  const program = new Command('rcinit')
    .description('System V init for today’s machines: boot a system root, check it, see what it does.')
    .version(programVersion(), '-V, --version')
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      outputError: (text, write) => write(`rcinit: ${text.replace(/^error: /, '')}`),
    })
    .addHelpText('after', HELP_TAIL);
  const root = ['--root <dir>', 'the folder that stands for / (default: $RCINIT_ROOT, else /)'] as const;

  program
    .command('boot')
    .description('run as init: PID 1 of a container, or an ordinary process for a folder')
    .argument('[level]', 'the run level, 0-9 or S, instead of the table’s default; "single" means S')
    .option(...root)
    .option(
      '--main <name>',
      'an inittab id or init script: when it ends, everything is stopped, with its exit status (default: $RCINIT_MAIN)',
    )
    .action(async (word: string | undefined, options: { root?: string; main?: string }) => {
      const { bootSystem } = await import('./boot.ts');
      const { parseRunLevel } = await import('../core/runlevel.ts');
      const wantedLevel = word === 'single' ? 'S' : word === undefined ? undefined : parseRunLevel(word);
      if (word !== undefined && wantedLevel === undefined) {
        io.err(`rcinit: cannot boot to "${word}": no run level; name one of 0-9, S or single\n`);
        status = EXIT_USAGE;
      } else {
        const { main } = options;
        status = await bootSystem({ root: systemRoot(io, options.root), wantedLevel, main }, io);
      }
    });
  program
    .command('chart')
    .description('a picture of the last boot: one bar for each script, waits, the critical path')
    .option(...root)
    .addOption(
      new Option('--format <format>', 'text for a terminal, svg for a browser, json for programs')
        .choices(['text', 'svg', 'json'])
        .default('text'),
    )
    .action(async (options: { root?: string; format: 'text' | 'svg' | 'json' }) => {
      const { runChart } = await import('./chart.ts');
      status = await runChart({ root: systemRoot(io, options.root), format: options.format }, io);
    });
  program
    .command('check')
    .description('say what is wrong with the inittab and the links of a root')
    .option(...root)
    .option('--json', 'for programs')
    .action(async (options: { root?: string; json?: boolean }) => {
      const { runCheck } = await import('./check.ts');
      status = await runCheck({ root: systemRoot(io, options.root), json: options.json ?? false }, io);
    });
  program
    .command('graph')
    .description('who waits for whom among the init scripts, and which header line says so')
    .option(...root)
    .addOption(new Option('--level <level>', 'only scripts with links in this level').choices([...RC_LEVELS]))
    .option('--stop', 'the order in which they stop')
    .addOption(
      new Option('--format <format>', 'text, dot for graphviz, svg for a browser, json for programs')
        .choices(['text', 'dot', 'svg', 'json'])
        .default('text'),
    )
    .action(async (options: GraphCommand) => {
      const { runGraph } = await import('./graph.ts');
      const { level, format, stop } = options;
      const kind = stop === true ? 'stop' : 'start';
      status = runGraph({ root: systemRoot(io, options.root), level, kind, format }, io);
    });
  program
    .command('status')
    .description('the run level, every inittab entry and every init script')
    .option(...root)
    .option('--json', 'for programs')
    .action(async (options: { root?: string; json?: boolean }) => {
      const { runStatus } = await import('./status.ts');
      status = await runStatus({ root: systemRoot(io, options.root), json: options.json ?? false }, io);
    });
  addTestCommand(program, io, (code) => (status = code));
  const { addAuthoringCommands } = await import('./authoring-commands.ts');
  addAuthoringCommands(program, io, (code) => (status = code));

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  return status;
}

interface GraphCommand {
  readonly root?: string;
  readonly level?: string;
  readonly stop?: boolean;
  readonly format: 'text' | 'dot' | 'svg' | 'json';
}

const HELP_TAIL = `
Applets, also as commands of their own: ${OTHERS.join(', ')}.

Examples:
  rcinit boot --root .       boot the system in this folder, Ctrl-C ends it
  rcinit status              what runs, and why the rest does not
  rcinit boot --main web     PID 1 of a container that ends with web
  rcinit check --root /mnt   look at another system's inittab and links
  rcinit test ./foo          run an init script for real and say whether it behaves
Exit status: 0 fine, 1 failed, 2 wrong use; of boot: 0 after level 0, 133 after level 6, else that of --main
(128 and the number of the signal), 69 if the main script has no daemon that could be followed.`;
