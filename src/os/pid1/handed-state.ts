/** What the program that this process was before handed on: a state stream, and the control fifo. */
import { closeSync, fstatSync, readSync, statSync } from 'node:fs';
import { STATE_SIGNATURE } from '../../core/engine/state-stream.ts';
import type { Millis } from '../../core/units.ts';
import { monotonicNow } from '../clock.ts';
import { inheritedDescriptors } from '../process/inherited.ts';
import { ffiProblem, setCloseOnExec } from '../libc/libc.ts';
import { pollReadable } from '../libc/libc-process.ts';
import { FIFO_FD, STATE_FD } from './re-exec.ts';

/** The writer of a pipe may be slow on a busy machine, and must not keep init from starting. */
const READ_MS: Millis = 5_000;
/** Far more than a table with thousands of entries. */
const MAX_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 65_536;

export interface Handed {
  /** Everything that came, with the signature. */
  readonly stream: Uint8Array;
  /** Closes the fifo that was kept open meanwhile. To be called once it is open again: what waits in it stays. */
  readonly closeFifo: () => void;
}

/**
 * Takes the state stream from descriptor 11, and closes that. To be asked before anything else is opened: later, what
 * has that number may be our own.
 * @returns Undefined where nobody handed on anything: the start is a fresh boot.
 */
export function takeHandedState(): Handed | undefined {
  if (!isHanded(STATE_FD)) return undefined;
  const signature = readUpTo(STATE_SIGNATURE.length, monotonicNow());
  if (signature.toString('latin1') !== STATE_SIGNATURE) return undefined;
  const stream = Buffer.concat([signature, ...readAll(monotonicNow() + READ_MS)]);
  closeSync(STATE_FD);
  const hasFifo = isHanded(FIFO_FD) && fstatSync(FIFO_FD).isFIFO();
  // Without FFI nothing can keep it from children, nor can there be another re-exec; the processes are what counts.
  if (hasFifo && ffiProblem() === undefined) setCloseOnExec(FIFO_FD, true);
  return { stream, closeFifo: () => (hasFifo ? closeSync(FIFO_FD) : undefined) };
}

function readAll(deadline: Millis): readonly Buffer[] {
  const chunks: Buffer[] = [];
  for (let size = 0; size < MAX_BYTES;) {
    const chunk = readUpTo(CHUNK_BYTES, deadline);
    if (chunk.length === 0) break;
    chunks.push(chunk);
    size += chunk.length;
  }
  return chunks;
}

function isHanded(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return (stats.isFIFO() || stats.isFile()) && inheritedDescriptors().includes(fd);
  } catch {
    return false;
  }
}

/** @returns Nothing at the end, after the deadline, or if it cannot be read. */
function readUpTo(bytes: number, deadline: Millis): Buffer {
  const buffer = Buffer.alloc(bytes);
  try {
    return isReadable(deadline) ? buffer.subarray(0, readSync(STATE_FD, buffer)) : Buffer.alloc(0);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Without FFI nobody can be asked, and the writer is trusted to end. */
function isReadable(deadline: Millis): boolean {
  if (ffiProblem() !== undefined) return true;
  for (;;) {
    const left = deadline - monotonicNow();
    if (pollReadable([STATE_FD], Math.max(0, left)).length > 0) return true;
    if (left <= 0) return false;
  }
}

/** True if the descriptor is this very file; it is ours from now on. */
export function keepHanded(fd: number, path: string): boolean {
  try {
    const [ours, named] = [fstatSync(fd), statSync(path)];
    if (ours.ino !== named.ino || ours.dev !== named.dev) return false;
    setCloseOnExec(fd, true);
    return true;
  } catch {
    return false;
  }
}
