/** `shutdown -a`: goes ahead only if somebody who may is logged in at the machine itself. */
import { isSomebodyAuthorized, parseShutdownAllow } from '../../core/shutdown/shutdown-allow.ts';
import { SHUTDOWN_ALLOW, UTMP } from '../../core/system-paths.ts';
import { inRoot } from '../../os/file/in-root.ts';
import { readTextIfAny } from '../../os/file/text-file.ts';
import { readUtmp } from '../../os/record/utmp.ts';
import { isVirtualTerminal } from '../../os/terminal/virtual-terminal.ts';
import { writeToDevice } from '../../os/terminal/write-to-device.ts';
import type { ShutdownContext } from './context.ts';

const CONSOLE = '/dev/console';
const REFUSAL = 'shutdown: no authorized users logged in.';

/** Where there is no list everybody may. Says so where the keys were pressed, if it refuses. */
export function mayShutDown({ io, root }: ShutdownContext): boolean {
  const list = readTextIfAny(root, SHUTDOWN_ALLOW);
  if (list === undefined) return true;
  const isVirtual = (line: string) => isVirtualTerminal(root, line);
  if (isSomebodyAuthorized(parseShutdownAllow(list), readUtmp(inRoot(root, UTMP)), isVirtual)) return true;
  if (!writeToDevice(inRoot(root, CONSOLE), `\r${REFUSAL}\r\n`)) io.err(`${REFUSAL}\n`);
  return false;
}
