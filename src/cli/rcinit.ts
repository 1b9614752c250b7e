/** `rcinit`: our own commands. That `rcinit NAME …` is the applet of that name is main.ts's doing. */
import { APPLET_NAMES } from './applet-names.ts';
import type { Applet, AppletIo } from './applet.ts';
import { COMMANDS } from './commands/table.ts';

const EXIT_USAGE = 2;

export const applet: Applet = async (args, io) => {
  const [name = '', about = ''] = args;
  if (name === 'help' && about !== '' && !about.startsWith('-') && !isKnown(about))
    return rejectHelp(about, io);
  const isCommand = name === '' || name.startsWith('-') || isKnown(name);
  return isCommand ? runCommands(args, io) : rejectCommand(name, io);
};

function isKnown(name: string): boolean {
  return name === 'help' || Object.hasOwn(COMMANDS, name);
}

const OTHERS: readonly string[] = APPLET_NAMES.filter((name) => name !== 'rcinit');

function rejectHelp(name: string, io: AppletIo): number | Promise<number> {
  if (!OTHERS.includes(name)) return rejectCommand(name, io);
  io.err(`rcinit: cannot explain "${name}": it is a command of its own; man ${name} does\n`);
  return EXIT_USAGE;
}

async function rejectCommand(name: string, io: AppletIo): Promise<number> {
  const { nearestWord } = await import('../core/nearest-word.ts');
  const near = nearestWord(name, [...Object.keys(COMMANDS), 'help', ...OTHERS]);
  const hint = near === undefined ? 'rcinit --help lists them' : `did you mean ${near}?`;
  io.err(`rcinit: unknown command "${name}"; ${hint}\n`);
  return EXIT_USAGE;
}

async function runCommands(args: readonly string[], io: AppletIo): Promise<number> {
  const [name = ''] = args;
  const { Command, CommanderError } = await import('commander');
  const { programVersion } = await import('../os/program.ts');
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
  let status = 0;
  const setStatus = (code: number): void => {
    status = code;
  };
  // Only help needs them all.
  const asked = COMMANDS[name];
  for (const load of asked === undefined ? Object.values(COMMANDS) : [asked])
    (await load())(program, { io, setStatus, commands: COMMANDS });

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  return status;
}

const HELP_TAIL = `
Applets, also as commands of their own: ${OTHERS.join(', ')}.

Examples:
  rcinit boot --root .       boot the system in this folder, Ctrl-C ends it
  rcinit status              what runs, and why the rest does not
  rcinit boot --main web     PID 1 of a container that ends with web
  rcinit check --root /mnt   look at another system's inittab and links
  rcinit help check          options, examples and exit statuses of one command
Exit status: 0 fine, 1 failed, 2 wrong use; of boot: 0 after level 0, 133 after level 6, else that of --main
(128 and the number of the signal), 69 if the main script has no daemon that could be followed.`;
