/** Catching signals for a while. */
import { readFileSync } from 'node:fs';

/** What somebody who stands for a child hands on to it. */
export const HANDED_ON: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
  'SIGWINCH',
];

/** @returns A function that gives the signals back their former meaning. */
export function catchSignals(
  signals: readonly NodeJS.Signals[],
  listener: (signal: NodeJS.Signals) => void,
): () => void {
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

/** True if we are in the foreground group of a terminal, whose keys then signal our children together with us. */
export function isTerminalForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 1).split(' ');
    return group !== undefined && group === foreground;
  } catch {
    return false;
  }
}
