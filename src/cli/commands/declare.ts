/** What the declaration of one of our own commands is, and what several of them share. */
import type { Command } from 'commander';
import type { AppletIo } from '../applet.ts';

export interface CommandContext {
  readonly io: AppletIo;
  /** Gets the exit status of the command that was run. */
  readonly setStatus: (code: number) => void;
  /** All our commands. */
  readonly commands: CommandTable;
}

/** The declaration of each command by its name, loaded one by one: a command pays for no other. */
export type CommandTable = Readonly<Record<string, () => Promise<DeclareCommand>>>;

/**
 * Tells commander of one command. Imports what the command does in its action only, so that help pays for nothing.
 * @param program The command line of `rcinit` itself, which the command is added to.
 */
export type DeclareCommand = (program: Command, context: CommandContext) => void;

/** @returns The same command, with the option that every command over a system has. */
export function withRoot(command: Command): Command {
  return command.option('--root <dir>', 'the folder that stands for / (default: $RCINIT_ROOT, else /)');
}
