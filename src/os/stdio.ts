/** Writing to the standard streams at once and completely, without loading Node's stream machinery. */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { toBytes } from './byte-text.ts';
import { loadBuiltin } from './load-builtin.ts';
import { errorCode } from './os-error.ts';

/** How long a full non-blocking pipe is waited for between two tries, in milliseconds. */
const FULL_PIPE_PAUSE_MS = 5;

/** Writes all of the text. A reader that went away (EPIPE) or a closed stream ends it silently. */
export function writeAll(fd: number, text: string | Uint8Array): void {
  let rest = typeof text === 'string' ? toBytes(text) : text;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EAGAIN') pause(FULL_PIPE_PAUSE_MS);
      else if (code !== 'EINTR') return;
    }
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** The size of the terminal we print to. */
export function windowSize(): { readonly columns: number; readonly rows: number } | undefined {
  const { columns, rows } = process.stdout;
  return process.stdout.isTTY && columns > 0 ? { columns, rows } : undefined;
}

/** Loads node:tty, and with it node:net, only where the answer is not plain from the kind of file. */
export function isTty(fd: number): boolean {
  try {
    if (!fstatSync(fd).isCharacterDevice() || isNullDevice(fd)) return false;
    return loadBuiltin('node:tty').isatty(fd);
  } catch {
    return false;
  }
}

/** True for /dev/null, which Node opens where a standard stream was closed. */
export function isNullDevice(fd: number): boolean {
  try {
    return fstatSync(fd).rdev === statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}
