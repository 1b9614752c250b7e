/**
 * Reaping what libuv does not know: orphans that fell to us as PID 1 or subreaper, and children from before a re-exec.
 * libuv waits for each of its own children by pid, so `waitpid(-1)` would steal from it; here the next dead child is
 * looked at first, and only strangers are reaped.
 */
import type { ExitStatus, Pid } from '../../core/units.ts';
import { ffiProblem, peekDeadChild, reapPid } from '../libc/libc.ts';

/** So many orphans are reaped in one go before other events get a turn. */
const BATCH = 500;

export interface ReapListeners {
  /** True for pids started with node:child_process whose `exit` event has not come yet. */
  readonly isOurs: (pid: Pid) => boolean;
  readonly onOrphan: (pid: Pid, status: ExitStatus) => void;
  /** No child of any kind is left, and all ends were told; called once each time this becomes true. */
  readonly onChildless: () => void;
}

export interface Reaper {
  /**
   * To be called after libuv's `exit` event of each own child, when `isOurs` says false for it.
   * The kernel shows dead children in one fixed order: one of ours hides the orphans behind it until libuv took it.
   */
  readonly afterOwnExit: () => void;
  readonly isChildless: () => boolean;
  readonly stop: () => void;
}

/**
 * Starts reaping at each SIGCHLD; that alone does not keep the process alive.
 * @returns Undefined where there is no FFI: orphans then stay zombies.
 */
export function startReaping(listeners: ReapListeners): Reaper | undefined {
  if (ffiProblem() !== undefined) return undefined;
  let hadChildren = false;
  let next: NodeJS.Immediate | undefined;
  let childless: NodeJS.Immediate | undefined;

  const drain = (): void => {
    clearImmediate(next);
    for (let count = 0; count < BATCH; count++) {
      const pid = peekDeadChild();
      if (pid === 'childless') {
        if (hadChildren) childless ??= setImmediate(tellChildless);
        return;
      }
      hadChildren = true;
      if (pid === 'none' || listeners.isOurs(pid)) return;
      const status = reapPid(pid);
      if (status !== undefined) listeners.onOrphan(pid, status);
    }
    next = setImmediate(drain);
  };
  // Not at once: libuv may have reaped several of its children and still be about to tell of the others.
  const tellChildless = (): void => {
    childless = undefined;
    if (peekDeadChild() !== 'childless') return;
    hadChildren = false;
    listeners.onChildless();
  };

  process.on('SIGCHLD', drain);
  // Children from before a re-exec may have died while nobody listened.
  next = setImmediate(drain);
  return {
    afterOwnExit: () => {
      hadChildren = true;
      drain();
    },
    isChildless: () => peekDeadChild() === 'childless',
    stop: () => {
      clearImmediate(next);
      clearImmediate(childless);
      process.off('SIGCHLD', drain);
    },
  };
}
