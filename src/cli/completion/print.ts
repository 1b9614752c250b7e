/** What `rcinit completion SHELL` prints: what makes a shell complete our command lines. */
import type { Argument, Command, Option } from 'commander';
import type { CommandGroup, CommandSyntax, OptionSyntax, Place } from '../../core/command-syntax.ts';
import { writeCompletion, type CompletedShell } from '../../core/completion-script.ts';
import { errorText } from '../../os/os-error.ts';
import { readShellLibrary } from '../../os/program.ts';
import type { AppletIo } from '../applet.ts';
import { APPLET_SYNTAX } from '../completion-table.ts';

const EXIT_FAILURE = 1;

/**
 * @param program With all commands declared.
 * @returns The exit status.
 */
export function printCompletion(program: Command, shell: CompletedShell, io: AppletIo): number {
  const commands = { ...APPLET_SYNTAX, rcinit: describeProgram(program) };
  try {
    const engine = readShellLibrary('complete.sh');
    const template = readShellLibrary(`complete.${shell}`);
    io.out(writeCompletion({ commands, engine, template, shell }));
    return 0;
  } catch (error) {
    io.err(`rcinit: cannot print the completion for ${shell}: ${errorText(error)}; build rcinit again\n`);
    return EXIT_FAILURE;
  }
}

/** What commander was told of the program: nobody has to say it twice. */
export function describeProgram(program: Command): CommandGroup {
  // Some are for ourselves alone.
  const visible = program
    .createHelp()
    .visibleCommands(program)
    .filter((one) => one.name() !== 'help');
  const commands = visible.map((one) => [one.name(), describeCommand(one)] as const);
  const names = visible.map((one) => one.name());
  const help = { about: 'print the help of a command', options: [], operands: [names] } as const;
  return {
    options: [HELP_OPTION, ...program.options.map(describeOption)],
    operands: [],
    commands: { ...Object.fromEntries(commands), help },
  };
}

const HELP_OPTION: OptionSyntax = { names: ['-h', '--help'], about: 'print the help' };

function describeCommand(command: Command): CommandSyntax & { readonly about: string } {
  const operands = command.registeredArguments.map(describeArgument);
  return {
    about: command.description(),
    options: [HELP_OPTION, ...command.options.map(describeOption)],
    operands,
    ...(command.registeredArguments.at(-1)?.variadic === true && { repeats: true }),
  };
}

function describeOption({ short, long, flags, description, argChoices }: Option): OptionSyntax {
  const names = [short, long].filter((name) => name !== undefined);
  const [, word] = /[<[]([\w-]+)/.exec(flags) ?? [];
  return {
    names,
    about: description,
    ...(word !== undefined && { value: argChoices ?? placeOfValue(word, names.at(-1) ?? '') }),
  };
}

function describeArgument(argument: Argument): Place {
  return argument.argChoices ?? PLACES[argument.name()] ?? 'free';
}

/** By the words that the help uses. */
const PLACES: Readonly<Record<string, Place>> = {
  dir: 'folder',
  path: 'file',
  file: 'file',
  files: 'file',
  script: 'service',
  name: 'service',
  level: ['0', '1', '2', '3', '4', '5', '6', 'S'],
  program: 'program',
  signal: 'signal',
};

/** Where the name of the option says more than the word behind it. */
const VALUES: Readonly<Record<string, Place>> = { '--main': 'entry', '--user': 'user', '--group': 'group' };

function placeOfValue(word: string, option: string): Place {
  return VALUES[option] ?? (word === 'name' ? 'free' : (PLACES[word] ?? 'free'));
}
