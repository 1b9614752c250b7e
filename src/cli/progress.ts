/** One line on a terminal that tells how far something is, gone when there is something better to read. */
import type { Millis } from '../core/units.ts';
import type { AppletIo } from './applet.ts';

export interface Progress {
  /** What to show from now on. */
  readonly update: (text: string) => void;
  /** Makes room for other output; the line comes back with the next update. */
  readonly clear: () => void;
  /** Ends it for good. */
  readonly stop: () => void;
}

/** What is quicker needs no progress. */
const PATIENCE_MS: Millis = 1_000;
/** Back to the first column, and nothing to the right of it. */
const ERASE = '\r\u001b[K';

const SILENT: Progress = { update: () => undefined, clear: () => undefined, stop: () => undefined };

/** Shows nothing in the first second, and nothing ever where standard error is no terminal that can erase a line. */
export function startProgress({ stderrIsTty, env, err }: AppletIo): Progress {
  if (!stderrIsTty || env['TERM'] === 'dumb') return SILENT;
  let text = '';
  let isDue = false;
  let isShown = false;
  const clear = (): void => {
    if (isShown) err(ERASE);
    isShown = false;
  };
  const show = (): void => {
    if (!isDue || text === '') return;
    err(`${ERASE}${text}`);
    isShown = true;
  };
  const timer = setTimeout(() => {
    isDue = true;
    show();
  }, PATIENCE_MS);
  timer.unref();
  return {
    update: (next) => {
      text = next;
      show();
    },
    clear,
    stop: () => {
      clearTimeout(timer);
      isDue = false;
      clear();
    },
  };
}

/** For what takes long without a pause in which a timer could come: shown at once, until it is stopped. */
export function showAtOnce({ stderrIsTty, env, err }: AppletIo, text: string): Pick<Progress, 'stop'> {
  if (!stderrIsTty || env['TERM'] === 'dumb') return SILENT;
  err(text);
  return { stop: () => err(ERASE) };
}
