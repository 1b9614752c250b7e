/** What the shim execs in the end: the program itself, setpriv(1) before it, or a Node that becomes it. */
import { closeSync, openSync, readSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { STAGE_WORD } from '../../core/daemon/shim-report.ts';
import { SYSTEM_PATH } from '../../core/system-paths.ts';
import type { Credentials, ProgramPlan } from '../process/become-program.ts';
import { formatStagePlan } from './daemon-stage.ts';
import { findProgram } from '../process/find-program.ts';
import { ffiProblem } from '../libc/libc.ts';
import { OsError } from '../os-error.ts';
import { appletsDir } from '../program.ts';

/** Which of its descriptors is what to the shim. */
export interface ShimDescriptors {
  readonly lock: number;
  readonly status: number;
  readonly pid: number;
  readonly sidecar: number;
  readonly err: number;
}

export interface ShimCommand {
  readonly shimMode: 'background' | 'foreground' | 'stage';
  /** Words without blanks, or empty. */
  readonly setpriv: string;
  readonly command: readonly string[];
}

export function chooseShimCommand(
  plan: ProgramPlan,
  mode: 'background' | 'foreground',
  fds: ShimDescriptors,
): ShimCommand {
  const setpriv = setprivWords(plan.credentials);
  const needsStage = plan.chroot !== undefined || setpriv === undefined || !isForShell(plan);
  if (needsStage) refuseWithoutFfi(plan);
  else {
    // Without a slash a shell would look in PATH; execve(2) looks in the folder.
    const program = plan.program.includes('/') ? plan.program : `./${plan.program}`;
    return { shimMode: mode, setpriv: setpriv ?? '', command: [program, ...plan.args] };
  }
  const applet = join(appletsDir(), 'start-stop-daemon');
  return {
    shimMode: mode === 'background' ? 'stage' : mode,
    setpriv: '',
    command: [process.execPath, applet, STAGE_WORD, formatStagePlan(plan), `${fds.status}`, `${fds.err}`],
  };
}

/** Nothing else could do it, and without it the program would have more rights or more files than it was meant to. */
function refuseWithoutFfi({ chroot, program }: ProgramPlan): void {
  const problem = ffiProblem();
  if (problem === undefined) return;
  const what = chroot === undefined ? `start ${program}` : `chroot() to ${chroot}`;
  throw new OsError(`unable to ${what} (no FFI: ${problem})`, { code: 'ENOSYS', syscall: 'chroot' });
}

/** @returns Empty if nothing changes; undefined where there is no setpriv(1) that could do it. */
function setprivWords({ gid, user }: Credentials): string | undefined {
  const isOtherGroup = gid !== undefined && gid !== process.getgid?.();
  const isOtherUser = user !== undefined && user.uid !== process.getuid?.();
  if (!isOtherGroup && !isOtherUser) return '';
  const setpriv = findProgram('setpriv', SYSTEM_PATH);
  if (setpriv.kind === 'missing') return undefined;
  const group = gid === undefined ? [] : [`--regid=${gid}`];
  const rest = user === undefined ? ['--keep-groups'] : [`--reuid=${user.uid}`, '--init-groups'];
  return [setpriv.path, ...group, ...rest].join(' ');
}

/** A shell runs a file of unknown format as a script of its own, which the kernel never would. */
function isForShell({ program, cwd }: ProgramPlan): boolean {
  try {
    const fd = openSync(isAbsolute(program) ? program : join(cwd, program), 'r');
    try {
      const start = Buffer.alloc(4);
      readSync(fd, start, 0, start.length, 0);
      return start.toString('latin1') === '\x7fELF' || start.toString('latin1', 0, 2) === '#!';
    } finally {
      closeSync(fd);
    }
  } catch {
    // Unreadable or not there: the exec itself says why.
    return true;
  }
}
