/** Whether a process runs the program of a name, as pidof asks it. */

export interface ProgramFacts {
  /** The words it was started with; empty for kernel threads and zombies. */
  readonly argv: readonly string[];
  /** The kernel's name of the command. */
  readonly comm: string;
  /** Runs the very file that the name is a path of. Only asked for names with a slash. */
  readonly runsFile: boolean;
}

/**
 * @param name A path, or a bare name.
 * @param scripts Also the script that an interpreter runs.
 * @see pidof(8), sysvinit 3.07
 */
export function isProgram(name: string, facts: ProgramFacts, scripts: boolean): boolean {
  const [program, script] = facts.argv;
  if (name.includes('/') && facts.runsFile) return true;
  if (program === undefined || program === '') return !name.includes('/') && facts.comm === name;
  if (program === name || isBareNameOf(name, program)) return true;
  return scripts && script !== undefined && (script === name || isBareNameOf(name, script));
}

/** A path is never compared with the end of another path: that would be another file. */
function isBareNameOf(name: string, path: string): boolean {
  return !name.includes('/') && path.slice(path.lastIndexOf('/') + 1) === name;
}
