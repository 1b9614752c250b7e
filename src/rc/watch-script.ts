/** Waits for a running script: says when it takes long, and ends it if there is a time limit. */
import type { Millis } from '../core/units.ts';
import type { RunningScript, ScriptEnd } from '../os/scripts/script-runner.ts';

/** How long a script may go on after SIGTERM before SIGKILL, as long as init gives to processes. */
const KILL_AFTER_MS: Millis = 3_000;

export interface WatchLimits {
  /** When it is named for the first time; then again each time that has doubled. */
  readonly slowAfterMs: Millis;
  /** Undefined: it may take as long as it likes. */
  readonly timeoutMs: Millis | undefined;
}

export type WatchedEnd = ScriptEnd & { readonly timedOut: boolean };

/** @param onSlow Gets the time the script has been running, in ms. */
export async function watchScript(
  script: RunningScript,
  { slowAfterMs, timeoutMs }: WatchLimits,
  onSlow: (elapsedMs: Millis) => void,
): Promise<WatchedEnd> {
  let timedOut = false;
  let kill: NodeJS.Timeout | undefined;
  const limit =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          script.signal('SIGTERM');
          kill = setTimeout(() => script.signal('SIGKILL'), KILL_AFTER_MS);
        }, timeoutMs);
  const stopNotices = giveNotices(slowAfterMs, onSlow);
  const end = await script.ended;
  stopNotices();
  clearTimeout(limit);
  clearTimeout(kill);
  // What a hanging script leaves in its group hangs too.
  if (timedOut) script.signal('SIGKILL');
  return { ...end, timedOut };
}

function giveNotices(firstMs: Millis, onSlow: (elapsedMs: Millis) => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (elapsedMs: Millis, forMs: Millis): void => {
    timer = setTimeout(() => {
      onSlow(elapsedMs + forMs);
      wait(elapsedMs + forMs, elapsedMs + forMs);
    }, forMs);
  };
  wait(0, firstMs);
  return () => clearTimeout(timer);
}
