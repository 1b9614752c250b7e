/** A terminal pair for tests: what is a console to the program is a stream to the test. */
import { closeSync, constants, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import koffi from 'koffi';

const NAME_BYTES = 64;

export interface Pty {
  /** The terminal's device, e.g. `/dev/pts/4`. */
  readonly path: string;
  /** Types at the terminal. */
  readonly type: (text: string) => void;
  /** Hangs up; may be called more than once. */
  readonly close: () => void;
}

/** Opens a terminal pair that never becomes our own controlling terminal. */
export function openPty(onOutput: (chunk: Buffer) => void): Pty {
  const master = openSync('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY);
  const path = unlock(master);
  // While nobody holds the other side, reading here would fail with EIO and end the stream.
  const slave = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const stream = new ReadStream(master);
  stream.on('data', onOutput);
  stream.on('error', () => stream.destroy());
  return {
    path,
    type: (text) => writeTo(path, stream, text),
    close: () => {
      if (stream.destroyed) return;
      closeSync(slave);
      stream.destroy();
    },
  };
}

/** A `tty.ReadStream` is a duplex socket underneath; its type does not say so. */
function writeTo(path: string, stream: ReadStream, text: string): void {
  if (!stream.write(text)) throw new Error(`The terminal ${path} takes no more input`);
}

function unlock(master: number): string {
  const libc = koffi.load('libc.so.6');
  const unlockpt = libc.func('int unlockpt(int fd)') as (fd: number) => number;
  const ptsname = libc.func('int ptsname_r(int fd, _Out_ uint8_t *name, size_t size)') as (
    fd: number,
    name: Buffer,
    size: number,
  ) => number;
  const name = Buffer.alloc(NAME_BYTES);
  if (unlockpt(master) !== 0 || ptsname(master, name, NAME_BYTES) !== 0)
    throw new Error('No terminal pair to be had');
  return name.toString('utf8', 0, name.indexOf(0));
}
