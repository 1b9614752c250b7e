/** SIGKILL for what we started. */
import type { Pid } from '../../core/units.ts';

/** @param pid Negative for a group. Nothing happens where nobody is there (any more). */
export function killProcess(pid: Pid | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ESRCH: it ended meanwhile, which is what was wanted.
  }
}
