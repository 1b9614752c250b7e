/** What commander was told of rcinit's own commands, for completion: nobody has to say it twice. */
import type { Argument, Command, Option } from 'commander';
import type { CommandGroup, CommandSyntax, OptionSyntax, Place } from '../../core/command-syntax.ts';

/** @param program With all of its commands. */
export function describeProgram(program: Command): CommandGroup {
  const commands = program.commands.map((one) => [one.name(), describeCommand(one)] as const);
  const names = program.commands.map((one) => one.name());
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
    ...(word !== undefined && { value: argChoices ?? placeOf(word, names.at(-1) ?? '') }),
  };
}

function describeArgument(argument: Argument): Place {
  return argument.argChoices ?? placeOf(argument.name(), '');
}

const PLACES: Readonly<Record<string, Place>> = {
  dir: 'folder',
  path: 'file',
  file: 'file',
  files: 'file',
  script: 'file',
  name: 'service',
  level: ['0', '1', '2', '3', '4', '5', '6', 'S'],
  action: 'action',
  user: 'user',
  group: 'group',
  signal: 'signal',
};

/** By the words that the help uses for a value, and by the option's name where that says more. */
function placeOf(word: string, option: string): Place {
  if (option === '--main') return 'entry';
  return PLACES[word.toLowerCase()] ?? 'free';
}
