/** `shutdown -c`: ends a shutdown that is waiting. */
import { messageText } from '../../core/shutdown/shutdown-text.ts';
import { errorText } from '../../os/os-error.ts';
import { isShutdownRunning, readShutdownPid } from '../../os/shutdown/shutdown-claim.ts';
import { EXIT_FAILED, sendHaltAction, tellUsers, type ShutdownContext } from './context.ts';

export async function cancelShutdown(context: ShutdownContext): Promise<number> {
  const { root, request } = context;
  const pid = readShutdownPid(root);
  if (pid === undefined) return fail(context, 'cannot find pid of running shutdown.');
  sendHaltAction(context);
  if (!isShutdownRunning(root, pid)) return fail(context, 'not running.');
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    return fail(
      context,
      `cannot cancel the shutdown with pid ${pid}: ${errorText(error)}; become its user or root`,
    );
  }
  if (request.words.length > 0) await tellUsers(root, messageText(request.words));
  return 0;
}

function fail({ io }: ShutdownContext, text: string): number {
  io.err(`shutdown: ${text}\n`);
  return EXIT_FAILED;
}
