/** What is really executed for an entry's command: wrapper script, shell, or the words of the command. */
import type { InittabEntry } from './inittab-entry.ts';
import type { InitLevel } from '../runlevel.ts';
import { INITSCRIPT } from '../system-paths.ts';

const SHELL = '/bin/sh';

/** With one of these a command goes to the shell. `#` and `%` are not among them. */
const SHELL_CHARACTERS = /[~`!$^&*()=|\\{}[\];"'<>?]/;

/**
 * Plans the argument vector of an entry.
 * @param level The level or phase init is in.
 * @param initscript Whether `/etc/initscript` is readable.
 * @returns Empty where the entry has nothing to run.
 * @see inittab(5); the shell rule is that of sysvinit 3.11 on: `/bin/sh -c COMMAND`, so chains work. Unlike
 *   the original, any number of words, and no empty argument before a `#`.
 */
export function planCommand(
  { id, levels, action, command, shell }: InittabEntry,
  level: InitLevel,
  { initscript }: { readonly initscript: boolean },
): { readonly argv: readonly string[] } {
  if (initscript && level !== 'S') return { argv: [SHELL, INITSCRIPT, id, levels, action, command] };
  if (shell === 'auto' && SHELL_CHARACTERS.test(command)) return { argv: [SHELL, '-c', command] };
  return { argv: splitWords(command) };
}

/** Splits at blanks and tabs; a `#`, also inside a word, ends the command. */
function splitWords(command: string): readonly string[] {
  const comment = command.indexOf('#');
  const text = comment < 0 ? command : command.slice(0, comment);
  return text.split(/[ \t]+/).filter((word) => word !== '');
}
