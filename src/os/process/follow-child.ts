/** Standing for a child where we cannot become it: it gets the signals that we get, and its end is ours. */
import type { ChildProcess } from 'node:child_process';
import type { ExitStatus } from '../../core/units.ts';
import { catchSignals, HANDED_ON, isSentToAll } from './signals.ts';

export function followChild(child: ChildProcess): Promise<ExitStatus> {
  const release = catchSignals(HANDED_ON, (signal) => {
    if (!isSentToAll(signal)) child.kill(signal);
  });
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      release();
      resolve(signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signaled', signal });
    });
  });
}
