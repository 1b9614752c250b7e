/** The end of the wait: tells init, and becomes telinit. */
import { goingDownText, messageText } from '../../core/shutdown/shutdown-text.ts';
import { execProgram } from '../../os/process/exec-program.ts';
import { syncDisks } from '../../os/shutdown/machine-end.ts';
import { logToSystem, sendHaltAction, type ShutdownContext } from './context.ts';

const INIT = '/sbin/init';

/**
 * @param release Gives up the place of the one shutdown and lets users in again: from here on it is init's business.
 * @returns telinit's exit status.
 */
export async function goDown(context: ShutdownContext, release: () => void): Promise<number> {
  const { io, request, root } = context;
  const { killDelay, level } = request;
  release();
  syncDisks();
  sendHaltAction(context);
  const args = [...(killDelay === undefined ? [] : ['-t', killDelay]), level];
  if (root === '/') becomeInit(args, context);
  const { applet } = await import('../telinit.ts');
  const status = await applet(args, { ...io, name: 'init', env: { ...io.env, RCINIT_ROOT: root } });
  if (status !== 0) logToSystem(root, 'shutdown failed');
  return status;
}

/** Returns where there is no such program, e.g. in a container that starts ours by another path: then we ask init ourselves. */
function becomeInit(args: readonly string[], { io }: ShutdownContext): void {
  try {
    execProgram(INIT, args, io.env);
  } catch {
    // What is asked is the same.
  }
}

/** The last word to the users, and to the log. */
export function finalText({ request }: ShutdownContext): string {
  return messageText(request.words) + goingDownText(request.level, 0);
}

export function logGoingDown({ request, root }: ShutdownContext): void {
  const what = request.level === '0' ? 'halt' : 'reboot';
  logToSystem(root, `shutting down for system ${what}`);
}
