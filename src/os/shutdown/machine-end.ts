/** The end of the machine, or of the PID namespace we are in: the last thing that any program does there. */
import { spawnSync } from 'node:child_process';
import { release } from 'node:os';
import { WTMP } from '../../core/system-paths.ts';
import { UTMP_TYPES } from '../../core/wire/utmp-record.ts';
import { inRoot } from '../file/in-root.ts';
import { ffiProblem, reboot, rebootWithMessage, sync } from '../libc/libc.ts';
import { appendWtmp } from '../record/utmp.ts';

export type MachineEnd =
  | { readonly kind: 'halt' | 'poweroff' | 'restart' | 'kexec' }
  /** `message` is for the firmware. */
  | { readonly kind: 'restart-with'; readonly message: string };

const INIT = 1;

/**
 * Does it, without syncing the disks. Returns only where the kernel takes the call and does nothing.
 * @throws {OsError} `EPERM`, `EINVAL` (no kernel loaded), `ENOSYS`; init goes on then.
 */
export function endMachine(end: MachineEnd): void {
  if (end.kind === 'restart-with') rebootWithMessage(end.message);
  else if (end.kind === 'halt' || end.kind === 'poweroff') stopMachine(end.kind);
  else reboot(end.kind);
}

/** A machine that stands still must not start anything, and must still obey Ctrl-Alt-Del. */
function stopMachine(kind: 'halt' | 'poweroff'): void {
  attempt(() => reboot('ctrl-alt-del-on'));
  attempt(() => process.kill(INIT, 'SIGTSTP'));
  try {
    // Without a way to cut the power a machine halts.
    if (kind === 'halt' || !attempt(() => reboot('poweroff'))) reboot('halt');
  } finally {
    attempt(() => reboot('ctrl-alt-del-off'));
    attempt(() => process.kill(INIT, 'SIGCONT'));
  }
}

/** Writes everything to the disks and waits for it. */
export function syncDisks(): void {
  if (ffiProblem() === undefined) sync();
  else spawnSync('sync', { stdio: 'ignore' });
}

/** Notes in wtmp that the system went down; where there is no wtmp, nowhere. */
export function recordShutdown(root: string, when: Date = new Date()): void {
  const milliseconds = when.getTime();
  appendWtmp(inRoot(root, WTMP), {
    type: UTMP_TYPES.RUN_LVL,
    pid: 0,
    line: '~~',
    id: '~~',
    user: 'shutdown',
    host: release(),
    seconds: Math.floor(milliseconds / 1_000),
    micros: (milliseconds % 1_000) * 1_000,
  });
}

function attempt(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
