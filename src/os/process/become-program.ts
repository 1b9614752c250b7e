/** The last steps of a process of ours before it is another program: root, folder, rights, descriptors, exec. */
import { setCloseOnExec, closeOnExecFrom } from '../libc/libc.ts';
import { chroot, execve, resetIgnoredSignals, setOpenFilesLimit } from '../libc/libc-process.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';

/** What the program runs as; what is undefined or the same stays. */
export interface Credentials {
  readonly gid: number | undefined;
  readonly user: { readonly name: string; readonly uid: number } | undefined;
}

export interface ProgramPlan {
  /** Used as it is, by the kernel; without a slash it is in `cwd`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly chroot: string | undefined;
  /** Inside the new root. */
  readonly cwd: string;
  readonly credentials: Credentials;
  /** Limit of open files. */
  readonly openFiles: { readonly soft: bigint; readonly hard: bigint } | undefined;
  /** Descriptors above 2 that the program gets. */
  readonly keep: readonly number[];
}

/**
 * Turns this process into the program. Never returns.
 * @throws {OsError} With start-stop-daemon's text of the step that failed; `ENOSYS` without FFI. Steps done are not undone.
 */
export function becomeProgram(plan: ProgramPlan): never {
  enterFolder(plan);
  takeCredentials(plan.credentials);
  const { openFiles } = plan;
  if (openFiles !== undefined) setOpenFilesLimit(openFiles.soft, openFiles.hard);
  closeOnExecFrom(3);
  // Node marks the standard streams too: the program would be mute.
  for (const fd of [0, 1, 2, ...plan.keep]) setCloseOnExec(fd, false);
  resetIgnoredSignals();
  const env = Object.entries(plan.env).map(([name, value]) => `${name}=${value}`);
  attempt(`start ${plan.program}`, () => execve(plan.program, [plan.program, ...plan.args], env));
  throw new OsError('exec returned', { code: 'UNKNOWN', syscall: 'execve' });
}

/** Runs one step; its failure gets the text that start-stop-daemon has for it. */
export function attempt(what: string, step: () => void): void {
  try {
    step();
  } catch (cause) {
    throw stepError(what, cause);
  }
}

/** `unable to WHAT (WHY)` */
export function stepError(what: string, cause: unknown): OsError {
  return new OsError(`unable to ${what} (${errorText(cause)})`, {
    code: errorCode(cause),
    syscall: what.split(' ', 1)[0] ?? '',
    cause,
  });
}

function enterFolder({ chroot: root, cwd }: ProgramPlan): void {
  if (root !== undefined) {
    attempt(`chdir() to ${root}`, () => process.chdir(root));
    attempt(`chroot() to ${root}`, () => chroot(root));
  }
  attempt(`chdir() to ${cwd}`, () => process.chdir(cwd));
}

/** The original's order and conditions: who already is that user keeps the groups that came with it. */
function takeCredentials({ gid, user }: Credentials): void {
  const isOtherGroup = gid !== undefined && gid !== process.getgid?.();
  const isOtherUser = user !== undefined && user.uid !== process.getuid?.();
  if (isOtherGroup) attempt(`set gid to ${gid}`, () => process.setgid?.(gid));
  if (user !== undefined && (isOtherGroup || isOtherUser)) {
    const group = gid ?? process.getgid?.() ?? 0;
    attempt(`set initgroups() with gid ${group}`, () => initgroups(user.name, group));
  }
  if (isOtherUser) attempt(`set uid to ${user.name}`, () => process.setuid?.(user.uid));
}

/** The types of Node 20 leave it out. */
function initgroups(user: string, gid: number): void {
  const { initgroups: call } = process as { initgroups?: (user: string, gid: number) => void };
  call?.(user, gid);
}
