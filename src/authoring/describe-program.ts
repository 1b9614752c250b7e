/** How a program has to be started and by what its process is known, from a look at its file. */
import type { ProgramLook } from '../os/process/look-at-program.ts';
import { textWord, type Word } from '../core/shell/shell-quote.ts';
import type { Criterion, Daemon } from './service-description.ts';

export type ProgramPart = Pick<Daemon, 'program' | 'script' | 'args' | 'criterion'>;

/** The kernel keeps 15 characters of a name. */
const MAX_NAME_LENGTH = 15;

/**
 * A script is started by its interpreter, so that the process is known by an executable; except one that may become
 * another program, which only its user tells.
 * @param processName What the author says the process is called.
 */
export function describeProgram(
  path: string,
  args: readonly Word[],
  look: ProgramLook,
  processName: string | undefined,
): ProgramPart {
  const named: Criterion | undefined =
    processName === undefined ? undefined : { kind: 'name', name: processName.slice(0, MAX_NAME_LENGTH) };
  if (look.kind !== 'script')
    return { program: path, script: undefined, args, criterion: named ?? { kind: 'exec' } };
  if (named !== undefined || look.mayBecomeAnother)
    return { program: path, script: undefined, args, criterion: named ?? { kind: 'user' } };
  const words = [...look.interpreterArgs, path].map(textWord);
  return { program: look.interpreter, script: path, args: [...words, ...args], criterion: { kind: 'exec' } };
}
