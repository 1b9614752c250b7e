/** `start-stop-daemon --start`: nothing if it runs already, else one daemon, whoever else starts it at the same time. */
import { join } from 'node:path';
import { describeDryRun } from '../../core/daemon/ssd-text.ts';
import { adjustProcess } from '../../os/process/adjust-process.ts';
import { claimPidfile, type PidfileClaim } from '../../os/pidfile/pidfile-claim.ts';
import { inheritedDescriptors } from '../../os/process/inherited.ts';
import { errorCode, errorText } from '../../os/os-error.ts';
import { sidecarPaths } from '../../os/pidfile/sidecar-folder.ts';
import type { SsdContext } from './context.ts';
import { readCredentials, type NamedCredentials } from './credentials.ts';
import { EXIT_DONE, EXIT_NOTHING_DONE, SsdFailure } from './failure.ts';
import { makeFinder } from './find.ts';
import { startInBackground } from './start-background.ts';
import { startInPlace } from './start-in-place.ts';

/** @returns Not at all if the program takes our place. */
export async function start(context: SsdContext): Promise<number> {
  const { request, sayMore } = context;
  const credentials = readCredentials(request);
  // Cheap, and the answer most often: no lock is needed to see that it runs.
  if (isRunningAlready(context)) return sayRunning(context);
  if (request.test) return sayDryRun(context, credentials);
  const inherited = inheritedDescriptors();
  const claim = await takeClaim(context);
  if (claim === 'needless') return sayRunning(context);
  try {
    if (isRunningAlready(context)) return sayRunning(context);
    sayMore(`Starting ${request.startas}...\n`);
    for (const warning of adjustProcess(request)) context.warn(warning);
    return request.background
      ? await startInBackground(context, credentials, inherited, claim)
      : await startInPlace(context, credentials, inherited, claim);
  } finally {
    await claim?.release();
  }
}

function isRunningAlready(context: SsdContext): boolean {
  return makeFinder(context).find().kind === 'running';
}

function sayRunning({ request, target, say }: SsdContext): number {
  say(`${target.execPath ?? 'process'} already running.\n`);
  return request.okNothingDone ? EXIT_DONE : EXIT_NOTHING_DONE;
}

function sayDryRun({ request, say }: SsdContext, { user, group }: NamedCredentials): number {
  say(describeDryRun({ ...request, startas: request.startas ?? '', user, group }));
  return EXIT_DONE;
}

/**
 * Where there is no pid file, starters of one executable in one system root wait for each other all the same. A claim
 * that cannot be had is fatal only where a pid file is ours to write.
 * @returns `needless` if the daemon came to run while we waited.
 */
async function takeClaim(context: SsdContext): Promise<PidfileClaim | 'needless' | undefined> {
  const { request, pidfile, place, target } = context;
  const path = pidfile ?? (target.execPath && join(place.root, target.execPath));
  if (path === undefined || request.pidfile === '/dev/null') return undefined;
  try {
    for (;;) {
      const claim = await claimPidfile(path, place, () => isRunningAlready(context));
      if (claim !== undefined) return claim;
      // Who was on the way to become the daemon may have died since, with its starter; then it is our turn again.
      if (isRunningAlready(context)) return 'needless';
    }
  } catch (error) {
    if (errorCode(error) === 'EAGAIN')
      throw new SsdFailure(
        `cannot start ${request.startas}: another start of it has not ended for 30 s; find it with "ps ax" and end it`,
      );
    if (!request.makePidfile) return undefined;
    const { folder } = sidecarPaths(path, place);
    throw new SsdFailure(
      `cannot claim pidfile '${request.pidfile}': "${folder}" cannot be used (${errorText(error)}); let only root and us write there`,
    );
  }
}
