/** Which processes start-stop-daemon means. All criteria that were given must hold. */
import type { Pid } from '../units.ts';

/** Device and inode: the same file under whatever name. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

export interface Criteria {
  readonly exec?: FileIdentity;
  readonly ppid?: Pid;
  readonly uid?: number;
  readonly name?: string;
}

/** A process, asked only for what a criterion needs: each answer costs a system call. Undefined: it cannot be told. */
export interface ProcessView {
  readonly exe: () => FileIdentity | undefined;
  readonly ppid: () => Pid | undefined;
  readonly uid: () => number | undefined;
  /** The kernel's name of the command: at most 15 bytes, each one a character. */
  readonly comm: () => string | undefined;
  /** The words it was started with. */
  readonly argv: () => readonly string[];
}

/** The kernel keeps no more bytes of a command name (TASK_COMM_LEN less the final NUL). */
export const MAX_COMM_BYTES = 15;

/** @returns True also where there is no criterion: the pid then says it all. */
export function matchesCriteria(criteria: Criteria, process: ProcessView): boolean {
  const { exec, ppid, uid, name } = criteria;
  if (exec !== undefined && !isSameFile(exec, process.exe())) return false;
  if (ppid !== undefined && process.ppid() !== ppid) return false;
  if (uid !== undefined && process.uid() !== uid) return false;
  return name === undefined || hasName(process, name);
}

/** True if a pid file or `--pid` is the only thing that tells a daemon from a stranger. */
export function isWithoutCriteria(criteria: Criteria): boolean {
  return Object.values(criteria).every((value) => value === undefined);
}

function isSameFile(a: FileIdentity, b: FileIdentity | undefined): boolean {
  return b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/**
 * A name that the kernel had to cut is looked for in the words the process was started with: in the program's own
 * name, or, behind an interpreter, in the script's. The original never finds it.
 */
function hasName(process: ProcessView, name: string): boolean {
  // As the kernel's: one character per byte.
  const bytes = String.fromCharCode(...new TextEncoder().encode(name));
  if (process.comm() !== bytes.slice(0, MAX_COMM_BYTES)) return false;
  if (bytes.length <= MAX_COMM_BYTES) return true;
  return process
    .argv()
    .slice(0, 2)
    .some((word) => word.slice(word.lastIndexOf('/') + 1) === name);
}
