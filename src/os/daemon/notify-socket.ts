/** The socket on which a daemon tells that it is ready: `NOTIFY_SOCKET` of sd_notify(3). */
import { chmodSync, chownSync, closeSync, mkdtempSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseNotifyMessage, type NotifyEvent } from '../../core/daemon/notify-message.ts';
import type { Millis } from '../../core/units.ts';
import { bindDatagramSocket } from '../libc/libc-socket.ts';
import { pollReadable } from '../libc/libc-process.ts';
import { errorCode } from '../os-error.ts';
import type { ProcessHandle } from '../process/process-handle.ts';
import { isRunning } from '../process/process-view.ts';

export interface NotifySocket {
  readonly path: string;
  /** Blocks until something comes, the daemon ends (`died`) or the time is over (`timeout`). */
  readonly wait: (daemon: ProcessHandle, timeoutMs: Millis) => readonly NotifyEvent[] | 'died' | 'timeout';
  readonly close: () => void;
}

const LOOK_MS: Millis = 50;
/** More than any message; what is longer is cut. */
const MAX_BYTES = 4_096;

/**
 * Opens it where only root, we and the daemon's user can reach it.
 * @param owner Whom the daemon runs as, if not as we do.
 * @throws {OsError} `ENOSYS` without FFI: Node has no datagram sockets for files.
 */
export function openNotifySocket(owner: { readonly uid: number; readonly gid: number }): NotifySocket {
  const folder = mkdtempSync(join(process.geteuid?.() === 0 ? '/run' : tmpdir(), '.s-s-d-notify.'));
  const path = join(folder, 'notify');
  try {
    const fd = bindDatagramSocket(path);
    chmodSync(path, 0o660);
    if (process.geteuid?.() === 0) for (const one of [path, folder]) chownSync(one, owner.uid, owner.gid);
    return {
      path,
      wait: (daemon, timeoutMs) => waitOnce(fd, daemon, timeoutMs),
      close: () => {
        closeSync(fd);
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function waitOnce(
  fd: number,
  { pid, pidfd }: ProcessHandle,
  timeoutMs: Millis,
): ReturnType<NotifySocket['wait']> {
  // Without a pidfd its end wakes nobody: then it is looked for now and again.
  const sliceMs = pidfd === undefined ? Math.min(timeoutMs, LOOK_MS) : timeoutMs;
  const readable = pollReadable(pidfd === undefined ? [fd] : [fd, pidfd], sliceMs);
  // What was said comes first, also from a daemon that said it and ended.
  const message = readDatagram(fd);
  if (message !== undefined) return parseNotifyMessage(message);
  if (readable.includes(pidfd ?? -1) || !isRunning(pid)) return 'died';
  return readable.length === 0 && sliceMs >= timeoutMs ? 'timeout' : [];
}

function readDatagram(fd: number): string | undefined {
  const bytes = Buffer.alloc(MAX_BYTES);
  try {
    return bytes.toString('utf8', 0, readSync(fd, bytes));
  } catch (error) {
    if (errorCode(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
