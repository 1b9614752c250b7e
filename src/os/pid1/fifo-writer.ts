/** Writing one request into init's control fifo. Imports nothing heavy: telinit is started often. */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import type { Millis } from '../../core/units.ts';
import { monotonicNow } from '../clock.ts';
import { errorCode } from '../os-error.ts';

/** How long to wait before the next try while nobody reads or the fifo is full, in milliseconds. */
const RETRY_MS: Millis = 10;

export type WriteOutcome =
  | 'sent'
  | { readonly kind: 'timeout' }
  /** `code` is an errno name; `EINVAL` if the path is no fifo. */
  | { readonly kind: 'failed'; readonly code: string };

/**
 * Writes a whole request or nothing. Blocks the process, at most until the deadline.
 * @param bytes At most 4096 (PIPE_BUF), so that the kernel keeps them together.
 * @param deadlineMs From now; how long a fifo without a reader, or a full one, is waited for.
 */
export function writeRequest(path: string, bytes: Uint8Array, deadlineMs: Millis): WriteOutcome {
  const end = monotonicNow() + deadlineMs;
  for (;;) {
    const code = tryWrite(path, bytes);
    if (code === undefined) return 'sent';
    if (code !== 'ENXIO' && code !== 'EAGAIN' && code !== 'EINTR') return { kind: 'failed', code };
    if (monotonicNow() >= end) return { kind: 'timeout' };
    pause(RETRY_MS);
  }
}

/** @returns The errno name, or undefined when all was written. */
function tryWrite(path: string, bytes: Uint8Array): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    if (!fstatSync(fd).isFIFO()) return 'EINVAL';
    writeSync(fd, bytes);
    return undefined;
  } catch (error) {
    return errorCode(error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function pause(ms: Millis): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
