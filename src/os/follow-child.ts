/** Standing for a child where we cannot become it: it gets the signals that we get, and its end is ours. */
import type { ChildProcess } from 'node:child_process';
import type { ExitStatus } from '../core/units.ts';
import { catchSignals } from './signals.ts';

const FORWARDED = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGCONT',
  'SIGWINCH',
] as const;

export function followChild(child: ChildProcess): Promise<ExitStatus> {
  const release = catchSignals(FORWARDED, (signal) => child.kill(signal));
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      release();
      resolve(signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signaled', signal });
    });
  });
}
