/** `--start --background`: through the shim, and back only when the program runs (and is ready, if asked for). */
import type { ShimReport } from '../../core/daemon/shim-report.ts';
import type { Pid } from '../../core/units.ts';
import { explainExecFailure, whyNotRunnable } from '../../os/process/exec-failure.ts';
import { launchDaemon } from '../../os/daemon/launch-daemon.ts';
import type { NotifySocket } from '../../os/daemon/notify-socket.ts';
import { closeWithoutFfi, openDaemonStdio } from '../../os/daemon/daemon-stdio.ts';
import { errorText } from '../../os/os-error.ts';
import type { PidfileClaim } from '../../os/pidfile/pidfile-claim.ts';
import { removePidfile } from '../../os/pidfile/pidfile-remove.ts';
import { preparePidfile, type PreparedPidfile } from '../../os/pidfile/pidfile-write.ts';
import type { ProgramPlan } from '../../os/process/become-program.ts';
import type { SsdContext } from './context.ts';
import type { NamedCredentials } from './credentials.ts';
import { EXIT_DONE, failWith, SsdFailure } from './failure.ts';
import { planProgram } from './program-plan.ts';

/** As the original: the daemon's umask does not count. */
const PIDFILE_MODE = 0o644;

export async function startInBackground(
  context: SsdContext,
  credentials: NamedCredentials,
  inherited: readonly number[],
  claim: PidfileClaim | undefined,
): Promise<number> {
  const { request, sayMore } = context;
  if (!request.keepDescriptors) closeWithoutFfi(inherited);
  sayMore(`Detaching to start ${request.startas}...`);
  const socket = request.notifyAwait ? await openSocket(credentials) : undefined;
  try {
    const extra = socket === undefined ? {} : { NOTIFY_SOCKET: socket.path };
    const pid = await launch(context, planProgram(context, credentials, inherited, extra), claim);
    sayMore('Detaching complete...\n');
    // Readiness may take minutes; the daemon is in its file, so others need not wait for it.
    await claim?.release();
    if (socket !== undefined && pid !== undefined) {
      const { awaitReadiness } = await import('./await-readiness.ts');
      awaitReadiness(context, socket, pid);
    }
    return EXIT_DONE;
  } finally {
    socket?.close();
  }
}

/** @returns Undefined only where the original's silence about a failed exec was asked for. */
async function launch(
  context: SsdContext,
  plan: ProgramPlan,
  claim: PidfileClaim | undefined,
): Promise<Pid | undefined> {
  const problem = isLikeDpkg(context) ? undefined : whyNotRunnable(plan);
  if (problem !== undefined) throw new SsdFailure(problem);
  const stdio = openDaemonStdio(context.request);
  const prepared = prepare(context, claim);
  try {
    const { pidfile } = context;
    const written = prepared === undefined || pidfile === undefined ? undefined : { path: pidfile, prepared };
    const { child, report } = launchDaemon({ plan, mode: 'background', stdio, pidfile: written, claim });
    child.unref();
    const outcome = await report;
    if (outcome.kind === 'running') return outcome.pid;
    return giveUp(context, plan, outcome, claim);
  } finally {
    prepared?.drop();
  }
}

function prepare(context: SsdContext, claim: PidfileClaim | undefined): PreparedPidfile | undefined {
  const { request, pidfile } = context;
  if (!request.makePidfile || pidfile === undefined || claim === undefined) return undefined;
  try {
    return preparePidfile(pidfile, PIDFILE_MODE, claim);
  } catch (error) {
    throw failWith(`unable to open pidfile '${request.pidfile}' for writing`, errorText(error));
  }
}

/** The pid file that names what never was is removed, so that `--status` says 3 and not 1. */
function giveUp(
  context: SsdContext,
  plan: ProgramPlan,
  report: Extract<ShimReport, { kind: 'failed' }>,
  claim: PidfileClaim | undefined,
): undefined {
  if (isLikeDpkg(context) && report.execStatus !== undefined) return undefined;
  const { pidfile, request, place } = context;
  if (request.makePidfile && pidfile !== undefined && claim !== undefined && report.pid !== undefined)
    removePidfile(pidfile, (pid) => pid === report.pid, claim, place);
  throw new SsdFailure(explainExecFailure(plan, report));
}

/** `RCINIT_COMPAT=dpkg`: a program that cannot be executed in the background is no failure, as in the original. */
function isLikeDpkg({ io }: SsdContext): boolean {
  return io.env['RCINIT_COMPAT'] === 'dpkg';
}

async function openSocket({ user, group }: NamedCredentials): Promise<NotifySocket> {
  const { openNotifySocket } = await import('../../os/daemon/notify-socket.ts');
  try {
    return openNotifySocket({
      uid: user?.uid ?? process.getuid?.() ?? 0,
      gid: group?.gid ?? process.getgid?.() ?? 0,
    });
  } catch (error) {
    throw failWith('cannot create notification socket', errorText(error));
  }
}
