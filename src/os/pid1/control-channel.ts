/** Keeps a control socket at its path: what a boot mounts over it, or somebody takes away, is made anew. */
import type { Millis } from '../../core/units.ts';
import { listenForControl, type ControlSocket, type LineHandler } from './control-socket.ts';

/** As often as the fifo is looked at. */
const RECHECK_MS: Millis = 5_000;

export interface ControlChannel {
  /** Looks whether the socket is still there; to be called after what may have changed that. */
  readonly check: () => void;
  readonly close: () => void;
}

/**
 * Listens as `listenForControl` does, and again whenever the path names another file or none. Never throws: what fails is
 * told to `onProblem`, once until it changes, and tried again at the next check.
 */
export function openControlChannel(
  path: string,
  handler: LineHandler,
  onProblem: (text: string) => void,
): ControlChannel {
  let socket: ControlSocket | undefined;
  let problem: string | undefined;
  let state: 'idle' | 'opening' | 'closed' = 'idle';

  const take = (opened: ControlSocket): void => {
    problem = undefined;
    if (state === 'closed') return opened.close();
    state = 'idle';
    socket?.leave();
    socket = opened;
  };
  const fail = (error: Error): void => {
    if (state !== 'closed') state = 'idle';
    if (error.message !== problem) onProblem(error.message);
    problem = error.message;
  };
  const check = (): void => {
    if (state !== 'idle' || isThere(socket)) return;
    state = 'opening';
    listenForControl(path, handler).then(take, fail);
  };

  check();
  const timer = setInterval(check, RECHECK_MS).unref();
  return {
    check,
    close: () => {
      clearInterval(timer);
      state = 'closed';
      socket?.close();
    },
  };
}

function isThere(socket: ControlSocket | undefined): boolean {
  try {
    return socket?.isSame() === true;
  } catch {
    return false;
  }
}
