/** Those who asked for a level through the control socket and wait until it is reached. */
import {
  CONTROL_VERSION,
  controlError,
  type ControlReply,
  type LevelRequest,
} from '../core/engine/control-message.ts';
import { failedEntries, isBootLevel, standOf } from '../core/engine/machine-reached.ts';
import type { Event, State } from '../core/engine/machine-types.ts';
import type { Millis } from '../core/units.ts';

export interface LevelWaiters {
  /**
   * Sends the request to the engine, unless the boot leads there by itself.
   * @returns The answer once the level is reached, or is not on its way any more; an error at once if too many wait.
   */
  readonly ask: (request: LevelRequest, gone: AbortSignal) => Promise<ControlReply>;
  /** To be called after each event. */
  readonly check: () => void;
}

/** Half of the connections there may be, so that `rcinit status` still gets through. */
const MAX_WAITERS = 32;

export function createLevelWaiters({
  state,
  now,
  send,
}: {
  readonly state: () => State;
  readonly now: () => Millis;
  readonly send: (event: Event) => void;
}): LevelWaiters {
  const waiting = new Map<LevelRequest, (reply: ControlReply) => void>();
  const check = (): void => {
    for (const [request, resolve] of waiting) {
      const outcome = standOf(state(), request.level);
      if (outcome === 'pending') continue;
      waiting.delete(request);
      const failed = outcome === 'reached' ? failedEntries(state(), now()) : [];
      resolve({ version: CONTROL_VERSION, kind: 'level', outcome, level: state().core.level, failed });
    }
  };
  const ask: LevelWaiters['ask'] = (request, gone) =>
    new Promise((resolve) => {
      if (waiting.size >= MAX_WAITERS) {
        resolve(controlError(`${MAX_WAITERS} others wait for a level already; try again later`));
        return;
      }
      const { level, sleepSeconds } = request;
      if (!isBootLevel(state(), level))
        send({ kind: 'request', request: { kind: 'runlevel', level, sleepSeconds }, at: now() });
      waiting.set(request, resolve);
      gone.addEventListener('abort', () => waiting.delete(request), { once: true });
      check();
    });
  return { ask, check };
}
