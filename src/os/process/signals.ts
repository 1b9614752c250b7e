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
function isTerminalForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 1).split(' ');
    return group !== undefined && group === foreground;
  } catch {
    return false;
  }
}

/** What the keys and the size of a terminal send to everybody in its foreground group. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH'];

/** True for a signal that our children in the same group have got as well: handing it on would make it two. */
export function isSentToAll(signal: NodeJS.Signals): boolean {
  return FROM_TERMINAL.includes(signal) && isTerminalForeground();
}
