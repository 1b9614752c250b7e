/** One line on a terminal that says what is being tried, while that takes long. */
import type { AppletIo } from './applet.ts';

/** What is over sooner needs no line. */
const PATIENCE_MS = 1_000;
const CLEAR_LINE = '\r\u001b[K';

export interface Progress {
  readonly begin: (name: string) => void;
  readonly clear: () => void;
}

/** @param total How many checks there will be. */
export function showProgress(total: number, { stderrIsTty, err }: AppletIo): Progress {
  if (!stderrIsTty) return { begin: () => undefined, clear: () => undefined };
  let count = 0;
  let line = '';
  let isShown = false;
  const show = (): void => {
    isShown = true;
    err(`${CLEAR_LINE}${line}`);
  };
  const patience = setTimeout(show, PATIENCE_MS);
  return {
    begin: (name) => {
      line = `${++count}/${total} ${name}`;
      if (isShown) show();
    },
    clear: () => {
      clearTimeout(patience);
      if (isShown) err(CLEAR_LINE);
    },
  };
}
