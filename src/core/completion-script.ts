/**
 * Completion scripts for shells. Every shell asks the same few lines of POSIX sh what may come next, and shows it in its
 * own way; here the command lines we know are put into them.
 */
import type { CommandGroup, CommandSyntax, Place } from './command-syntax.ts';

export const COMPLETED_SHELLS = ['bash', 'zsh', 'fish'] as const;

export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

export interface CompletionParts {
  /** By command name. */
  readonly commands: Readonly<Record<string, CommandSyntax | CommandGroup>>;
  /** What finds the words, sh/complete.sh. */
  readonly engine: string;
  /** What shows them, sh/complete.SHELL. */
  readonly template: string;
  readonly shell: CompletedShell;
}

export function writeCompletion({ commands, engine, template, shell }: CompletionParts): string {
  const program = `${writeTables(commands)}\n${stripComments(engine)}`;
  return template
    .replaceAll('@COMMANDS@', () => Object.keys(commands).join(' '))
    .replaceAll('@ENGINE@', () => (shell === 'fish' ? quoteForFish(program) : quoteForPosix(program)));
}

/** All names, and four functions: what follows an option, what an operand is, which options and which commands there are. */
function writeTables(commands: CompletionParts['commands']): string {
  const all = Object.entries(commands).flatMap(([name, syntax]) => [
    [name, syntax] as const,
    ...Object.entries('commands' in syntax ? syntax.commands : {}).map(
      ([sub, inner]) => [`${name} ${sub}`, inner] as const,
    ),
  ]);
  return [
    `applets='${Object.keys(commands).join(' ')}'`,
    writeFunction('value_of', '$1 $2', all.flatMap(writeValues)),
    writeFunction('operand_of', '$1 $2', all.flatMap(writeOperands)),
    writeFunction('options_of', '$1', all.map(writeOptions)),
    writeFunction('commands_of', '$1', Object.entries(commands).flatMap(writeCommands)),
  ].join('\n');
}

function writeFunction(name: string, subject: string, branches: readonly string[]): string {
  return [`${name}() {`, `case "${subject}" in`, ...branches, 'esac', '}'].join('\n');
}

type Named = readonly [name: string, syntax: CommandSyntax];

function writeValues([name, { options }]: Named): readonly string[] {
  return options.flatMap(({ names, value }) =>
    value === undefined
      ? []
      : [`${names.map((one) => `'${name} ${one}'`).join('|')}) place='${writePlace(value)}' ;;`],
  );
}

function writeOperands([name, { operands, repeats }]: Named): readonly string[] {
  return operands.map((place, index) => {
    const isLast = index === operands.length - 1;
    const pattern = isLast && repeats === true ? `'${name} '*` : `'${name} ${index + 1}'`;
    return `${pattern}) place='${writePlace(place)}' ;;`;
  });
}

function writePlace(place: Place): string {
  return typeof place === 'string' ? place : `words:${place.join(' ')}`;
}

function writeOptions([name, { options }]: Named): string {
  const lines = options.flatMap(({ names, about }) => names.map((one) => `${one}\t${about}`));
  return `'${name}') printf '%s\\n' ${quoteForPosix(lines.join('\n'))} ;;`;
}

function writeCommands([name, syntax]: readonly [string, CommandSyntax | CommandGroup]): readonly string[] {
  if (!('commands' in syntax)) return [];
  const lines = Object.entries(syntax.commands).map(([sub, { about }]) => `${sub}\t${about}`);
  return [`'${name}') printf '%s\\n' ${quoteForPosix(lines.join('\n'))} ;;`];
}

/** Comments are for who reads the source. */
function stripComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n');
}

function quoteForPosix(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function quoteForFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
