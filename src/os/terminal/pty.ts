/**
 * Pseudo terminals for what a script prints. A daemon that a script leaves behind keeps the other end: when ours is
 * closed its writes fail with EIO, which daemons survive, while a pipe would kill it with SIGPIPE.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { createByteReader } from '../byte-text.ts';
import { ffiProblem } from '../libc/ffi.ts';
import { makePtySlave, setWindowSize } from '../libc/libc-terminal.ts';

const { O_NOCTTY, O_NONBLOCK, O_RDWR } = constants;
/** As much as a terminal keeps for its reader. */
const READ_BYTES = 4_096;
/** A script's last words are fewer; a daemon that goes on and on shall not keep us here. */
const MAX_LAST_READS = 64;

export interface OutputPty {
  /** The end for the script's standard output and error. */
  readonly fd: number;
  /** Hands on what is still to be read and closes both ends. */
  readonly close: () => void;
}

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * @param onText Gets what is printed as it comes; what is no UTF-8 in it as os/byte-text has it.
 * @returns Undefined where there are no pseudo terminals: no /dev/ptmx, no /dev/pts, too many of them, no FFI.
 */
export function openOutputPty(
  size: WindowSize | undefined,
  onText: (text: string) => void,
): OutputPty | undefined {
  if (ffiProblem() !== undefined) return undefined;
  const open: number[] = [];
  try {
    const master = openSync('/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK);
    open.push(master);
    const fd = openSync(makePtySlave(master), O_RDWR | O_NOCTTY);
    open.push(fd);
    if (size !== undefined) setWindowSize(fd, size.rows, size.columns);
    return readFrom(master, fd, onText);
  } catch {
    for (const fd of open) closeSync(fd);
    return undefined;
  }
}

function readFrom(master: number, fd: number, onText: (text: string) => void): OutputPty {
  const reader = createByteReader();
  const stream = new ReadStream(master);
  stream.on('data', (bytes: Buffer) => onText(reader.read(bytes)));
  // EIO: nobody has the other end open any more.
  stream.on('error', () => undefined);
  return {
    fd,
    close: () => {
      onText(reader.read(readRest(master)) + reader.end());
      closeSync(fd);
      stream.destroy();
    },
  };
}

function readRest(master: number): Buffer {
  const chunks: Buffer[] = [];
  try {
    for (let reads = 0; reads < MAX_LAST_READS; reads++) {
      const chunk = Buffer.alloc(READ_BYTES);
      chunks.push(chunk.subarray(0, readSync(master, chunk)));
    }
  } catch {
    // EAGAIN: that was all.
  }
  return Buffer.concat(chunks);
}
