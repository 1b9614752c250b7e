/** Ending this process the way a program it stood for ended, as if that had taken our place (exec). */
import { closeSync } from 'node:fs';
import type { ExitStatus } from '../../core/units.ts';
import { toExitCode } from '../../core/exit-code.ts';
import { isTty } from '../stdio.ts';

/** Their dispositions cannot be changed. */
const UNCATCHABLE: readonly string[] = ['SIGKILL', 'SIGSTOP'];

/**
 * Gives the exit code, or dies by the same signal.
 * @returns The exit status for the caller; 128 + n if the signal did not end us after all.
 */
export function endAs(status: ExitStatus): number {
  releaseTerminal();
  if (status.kind === 'exited') return status.code;
  if (!UNCATCHABLE.includes(status.signal)) {
    // Adding and removing a listener leaves the default action, also where Node has an opinion of its own:
    // SIGPIPE is ignored, SIGUSR1 opens the debugger.
    process.on(status.signal, () => {});
    process.removeAllListeners(status.signal);
  }
  process.kill(process.pid, status.signal);
  return toExitCode(status);
}

/**
 * Closes our standard streams where they are a terminal. At its end Node puts terminals back to the modes it
 * found at its start, and so would undo what a script did with stty or setupcon; it leaves closed ones alone.
 */
function releaseTerminal(): void {
  for (const fd of [0, 1, 2]) if (isTty(fd)) closeSync(fd);
}
