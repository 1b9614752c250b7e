/** Whether a process runs the program of a name, as pidof asks it. */

export interface ProgramFacts {
  /** The words it was started with; empty for kernel threads and zombies. */
  readonly argv: readonly string[];
  /** The kernel's name of the command. */
  readonly comm: string;
  /** Runs the very file that the name is a path of. Only asked for names with a slash. */
  readonly runsFile: boolean;
}

/** Longer names of commands are cut off by the kernel. */
const MAX_COMM_LENGTH = 15;

/**
 * @param name A path, or a bare name.
 * @param scripts Also the script that an interpreter runs: the kernel calls the process by the script's name then, which
 * it does not with an editor that has the script open.
 * @see pidof(8), sysvinit 3.06 and 3.14
 */
export function isProgram(name: string, { argv, comm, runsFile }: ProgramFacts, scripts: boolean): boolean {
  const [program = '', script] = argv;
  if (name.includes('/') && runsFile) return true;
  if (program !== '' && (program === name || isBareNameOf(name, program))) return true;
  if (comm === name && saysNothing(program, script)) return true;
  if (!scripts || script === undefined || comm !== baseOf(script).slice(0, MAX_COMM_LENGTH)) return false;
  return script === name || isBareNameOf(name, script);
}

/** Such words are none, those of a daemon that has given itself a title (`nginx: worker process`), or a login shell's. */
function saysNothing(program: string, script: string | undefined): boolean {
  return program === '' || program.includes(' ') || (program.startsWith('-') && script === undefined);
}

/** A path is never compared with the end of another path: that would be another file. */
function isBareNameOf(name: string, path: string): boolean {
  return !name.includes('/') && baseOf(path) === name;
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
