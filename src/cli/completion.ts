/** `rcinit completion`: prints what makes a shell complete our command lines. */
import type { Command } from 'commander';
import { writeCompletion, type CompletedShell } from '../core/completion-script.ts';
import { errorText } from '../os/os-error.ts';
import { readShellLibrary } from '../os/program.ts';
import type { AppletIo } from './applet.ts';
import { APPLET_SYNTAX } from './completion-table.ts';
import { describeProgram } from './completion/describe-program.ts';

const EXIT_FAILURE = 1;

/** @param program The command line of rcinit, with all of its commands. */
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
