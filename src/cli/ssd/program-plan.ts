/** The program to start as `os/` needs it: environment, folder, rights, descriptors. */
import type { SsdRequest } from '../../core/daemon/ssd-options.ts';
import type { ProgramPlan } from '../../os/process/become-program.ts';
import { inheritedOpenFilesLimit } from '../../os/process/inherited.ts';
import type { SsdContext } from './context.ts';
import { toCredentials, type NamedCredentials } from './credentials.ts';

/** A supervisor's means to talk to its own child, which the daemon is not. */
const SUPERVISORS_OWN = [
  'NOTIFY_SOCKET',
  'LISTEN_PID',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
  'MAINPID',
];

/**
 * @param inherited Descriptors above 2 that our caller left open.
 * @param extra Further variables.
 */
export function planProgram(
  { request, io }: SsdContext,
  credentials: NamedCredentials,
  inherited: readonly number[],
  extra: Readonly<Record<string, string>> = {},
): ProgramPlan {
  const { home } = credentials;
  const env = Object.entries(io.env).filter(
    (pair): pair is [string, string] =>
      pair[1] !== undefined && !(request.background && SUPERVISORS_OWN.includes(pair[0])),
  );
  return {
    program: request.startas ?? '',
    args: request.args,
    env: { ...Object.fromEntries(env), ...(home === undefined ? {} : { HOME: home }), ...extra },
    chroot: request.chroot,
    cwd: request.chdir,
    credentials: toCredentials(credentials),
    openFiles: inheritedOpenFilesLimit(),
    keep: keepsDescriptors(request) ? inherited : [],
  };
}

/** In the foreground nothing is closed, as in the original: the caller may mean it. */
function keepsDescriptors({ background, keepDescriptors }: SsdRequest): boolean {
  return !background || keepDescriptors;
}
