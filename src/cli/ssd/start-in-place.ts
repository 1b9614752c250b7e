/**
 * `--start` without `--background`: the program takes our place, with our pid, and its exit status becomes ours. Only
 * where it writes its pid file itself we stay and keep the claim until it has ended, which is when it has made itself a
 * daemon: until then nobody could see that there is one.
 */
import { becomeProgram, type ProgramPlan } from '../../os/process/become-program.ts';
import { endAs } from '../../os/process/end-as.ts';
import { explainExecFailure, whyNotRunnable } from '../../os/process/exec-failure.ts';
import { followChild } from '../../os/process/follow-child.ts';
import { launchDaemon } from '../../os/daemon/launch-daemon.ts';
import { ffiProblem } from '../../os/libc/libc.ts';
import { errorText } from '../../os/os-error.ts';
import type { PidfileClaim } from '../../os/pidfile/pidfile-claim.ts';
import { removePidfile } from '../../os/pidfile/pidfile-remove.ts';
import { commitPidfile, preparePidfile, type PreparedPidfile } from '../../os/pidfile/pidfile-write.ts';
import type { SsdContext } from './context.ts';
import type { NamedCredentials } from './credentials.ts';
import { failWith, SsdFailure } from './failure.ts';
import { planProgram } from './program-plan.ts';

/** Less the umask, which `--umask` has set by now. */
const PIDFILE_MODE = 0o666;

/** @returns The program's status, where it is a child that we stand for: there is no FFI, or it makes itself a daemon. */
export async function startInPlace(
  context: SsdContext,
  credentials: NamedCredentials,
  inherited: readonly number[],
  claim: PidfileClaim | undefined,
): Promise<number> {
  const plan = planProgram(context, credentials, inherited);
  const problem = whyNotRunnable(plan);
  if (problem !== undefined) throw new SsdFailure(problem);
  const prepared = prepare(context, claim);
  return ffiProblem() === undefined && !writesOwnPidfile(context, claim)
    ? becomeWithPidfile(context, plan, prepared, claim)
    : standFor(context, plan, prepared, claim);
}

function writesOwnPidfile({ request, pidfile }: SsdContext, claim: PidfileClaim | undefined): boolean {
  return pidfile !== undefined && claim !== undefined && !request.makePidfile;
}

function prepare(context: SsdContext, claim: PidfileClaim | undefined): PreparedPidfile | undefined {
  const { request, pidfile } = context;
  if (!request.makePidfile || pidfile === undefined || claim === undefined) return undefined;
  const failed = (error: unknown) =>
    failWith(`unable to open pidfile '${request.pidfile}' for writing`, errorText(error));
  try {
    return preparePidfile(pidfile, PIDFILE_MODE & ~process.umask(), claim);
  } catch (error) {
    throw failed(error);
  }
}

/** Our pid is the daemon's pid, so the file is right before there is a daemon. */
function becomeWithPidfile(
  context: SsdContext,
  plan: ProgramPlan,
  prepared: PreparedPidfile | undefined,
  claim: PidfileClaim | undefined,
): never {
  const { pidfile, place, request } = context;
  try {
    if (prepared !== undefined && pidfile !== undefined) {
      try {
        commitPidfile(pidfile, process.pid, prepared);
      } catch (error) {
        throw failWith(`unable to open pidfile '${request.pidfile}' for writing`, errorText(error));
      }
    }
    return becomeProgram(plan);
  } catch (error) {
    if (prepared !== undefined && pidfile !== undefined && claim !== undefined)
      removePidfile(pidfile, (pid) => pid === process.pid, claim, place);
    prepared?.drop();
    throw error;
  }
}

async function standFor(
  context: SsdContext,
  plan: ProgramPlan,
  prepared: PreparedPidfile | undefined,
  claim: PidfileClaim | undefined,
): Promise<number> {
  const { pidfile } = context;
  try {
    const written = prepared === undefined || pidfile === undefined ? undefined : { path: pidfile, prepared };
    const { child, report } = launchDaemon({
      plan,
      mode: 'foreground',
      stdio: [0, 1, 2],
      pidfile: written,
      claim,
    });
    const ended = followChild(child);
    const outcome = await report;
    if (outcome.kind === 'failed') throw new SsdFailure(explainExecFailure(plan, outcome));
    if (!writesOwnPidfile(context, claim)) await claim?.release();
    const status = await ended;
    await claim?.release();
    return endAs(status);
  } finally {
    prepared?.drop();
  }
}
