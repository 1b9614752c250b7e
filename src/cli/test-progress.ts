/** One line on a terminal that says what is being tried, while that takes long. */
import type { AppletIo } from './applet.ts';
import { startProgress } from './progress.ts';

export interface TestProgress {
  readonly begin: (name: string) => void;
  readonly stop: () => void;
}

/** @param total How many checks there will be. */
export function showProgress(total: number, io: AppletIo): TestProgress {
  const progress = startProgress(io);
  progress.update('getting ready …');
  let count = 0;
  return { begin: (name) => progress.update(`${++count}/${total} ${name}`), stop: progress.stop };
}
