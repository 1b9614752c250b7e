/** Lines to the console that must never hold init up: what is not taken at once is dropped and counted. */
import { closeSync, writeSync } from 'node:fs';
import { errorCode } from '../os-error.ts';

export interface Speaker {
  readonly write: (line: string) => void;
  readonly dropped: () => number;
  readonly close: () => void;
}

/**
 * Speaks on what `open` gives, which should be non-blocking.
 * Keeps the descriptor: the last close of a serial line may wait half a minute for its output.
 */
export function makeSpeaker(open: () => number): Speaker {
  let fd: number | undefined;
  let dropped = 0;
  const close = (): void => {
    if (fd !== undefined && fd > 2) closeSync(fd);
    fd = undefined;
  };
  const tryWrite = (bytes: Buffer): string | undefined => {
    try {
      fd ??= open();
      return writeSync(fd, bytes) === bytes.length ? undefined : 'EAGAIN';
    } catch (error) {
      return errorCode(error);
    }
  };
  const write = (line: string): void => {
    const bytes = Buffer.from(line);
    let code = tryWrite(bytes);
    if (code === 'EIO') {
      // The terminal was hung up, as getty does; a new descriptor works again.
      close();
      code = tryWrite(bytes);
    }
    if (code !== undefined) dropped++;
  };
  return { write, close, dropped: () => dropped };
}
