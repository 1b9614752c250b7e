/** Whether a process runs the program of a name, as pidof asks it. */

export interface ProgramFacts {
  /** The words it was started with; empty for kernel threads and zombies. */
  readonly argv: readonly string[];
  /** The kernel's name of the command, of at most 15 bytes. */
  readonly comm: string;
  /** Runs the very file that the name is a path of. Only asked for names with a slash. */
  readonly runsFile: boolean;
}

/** Longer names of commands are cut off by the kernel. */
const MAX_COMM = 15;
/** Whoever hands a script to a shell runs it as much as who calls it by its own name. */
const SHELLS: ReadonlySet<string> = new Set(['ash', 'bash', 'dash', 'ksh', 'mksh', 'sh', 'zsh']);

/**
 * @param name A path, or a bare name.
 * @param scripts Also the script that an interpreter runs: the kernel calls the process by the script's name then, which
 * it does not with an editor that has the script open.
 * @see pidof(8), sysvinit 3.06 and 3.14
 */
export function isProgram(name: string, facts: ProgramFacts, scripts: boolean): boolean {
  const [program = '', ...words] = facts.argv;
  const script = words.find((word) => !word.startsWith('-'));
  if (name.includes('/') && facts.runsFile) return true;
  if (program === name || isBareNameOf(name, program)) return true;
  if (hidesName(program, words[0]) && facts.comm === name) return true;
  if (!scripts || script === undefined || !isRunning(script, program, facts.comm)) return false;
  return script === name || isBareNameOf(name, script);
}

/** Nothing is there, it is a title (`init [2]`, `sshd: /usr/sbin/sshd -D`), or it is a login shell's. */
function hidesName(program: string, word: string | undefined): boolean {
  return program === '' || program.includes(' ') || (program.startsWith('-') && word === undefined);
}

/** An editor that has the script open does not run it: the kernel names a process after the script that was called. */
function isRunning(script: string, program: string, comm: string): boolean {
  return baseName(script).slice(0, MAX_COMM) === comm || SHELLS.has(baseName(program));
}

/** A path is never compared with the end of another path: that would be another file. */
function isBareNameOf(name: string, path: string): boolean {
  return !name.includes('/') && baseName(path) === name;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
