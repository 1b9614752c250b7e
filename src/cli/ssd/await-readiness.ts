/** `--notify-await`: waits until the daemon says that it is ready, gives up, ends, or lets the time go by. */
import { getSystemErrorName } from 'node:util';
import type { NotifyEvent } from '../../core/daemon/notify-message.ts';
import type { Millis, Pid } from '../../core/units.ts';
import type { NotifySocket } from '../../os/daemon/notify-socket.ts';
import { errnoText } from '../../os/os-error.ts';
import { holdProcess, releaseProcess } from '../../os/process/process-handle.ts';
import { isRunning } from '../../os/process/process-view.ts';
import type { SsdContext } from './context.ts';
import { failWith, SsdFailure } from './failure.ts';

/** @throws {SsdFailure} Unless the daemon says that it is ready. It is left running. */
export function awaitReadiness(context: SsdContext, socket: NotifySocket, pid: Pid): void {
  const held = holdProcess(pid, () => isRunning(pid));
  const daemon = held === 'gone' ? { pid, pidfd: undefined } : held;
  let timeoutMs: Millis = context.request.notifyTimeoutSeconds * 1_000;
  let deadline = performance.now() + timeoutMs;
  context.sayMore(
    `Waiting for notifications... (timeout ${context.request.notifyTimeoutSeconds}sec 0nsec)\n`,
  );
  try {
    for (;;) {
      const answer = socket.wait(daemon, deadline - performance.now());
      if (answer === 'timeout') throw new SsdFailure('timed out waiting for a notification');
      if (answer === 'died')
        throw new SsdFailure(
          `program failed to initialize: ${context.request.startas} ended before it was ready; look into its log`,
        );
      for (const event of answer) {
        if (event.kind === 'ready') {
          context.sayMore('-> Notification => ready for service.\n');
          return;
        }
        timeoutMs = obey(event, timeoutMs);
        if (event.kind === 'extend') deadline = performance.now() + timeoutMs;
      }
      if (performance.now() > deadline) throw new SsdFailure('timed out waiting for a notification');
    }
  } finally {
    if (held !== 'gone') releaseProcess(held);
  }
}

/** @returns How long to wait from now on. */
function obey(event: Exclude<NotifyEvent, { kind: 'ready' }>, timeoutMs: Millis): Millis {
  switch (event.kind) {
    case 'extend':
      return event.seconds * 1_000;
    case 'failed':
      throw failWith('program failed to initialize', errnoOf(event.errno));
    case 'unreadable': {
      const what = event.line.startsWith('ERRNO') ? 'errno' : 'extended timeout';
      throw new SsdFailure(`cannot parse ${what} notification ${event.line.replace(/^.*?=/, '')}`);
    }
  }
  return timeoutMs;
}

function errnoOf(number: number): string {
  try {
    return errnoText(getSystemErrorName(-number));
  } catch {
    return `Unknown error ${number}`;
  }
}
