/** Init becomes another program and hands on what it knows: the state on descriptor 11, the fifo on 10, as sysvinit. */
import { closeSync, writeSync } from 'node:fs';
import { createMemoryFile, duplicateAbove, ignoreAllSignals, putBack } from '../libc/libc-handover.ts';
import { closeOnExecFrom, setCloseOnExec } from '../libc/libc.ts';
import { duplicateOnto, execve } from '../libc/libc-process.ts';
import type { Program } from '../process/next-program.ts';
import { errorCode, OsError } from '../os-error.ts';

/** `STATE_PIPE` of sysvinit. */
export const STATE_FD = 11;
/**
 * `PIPE_FD` of sysvinit. It opens the fifo anew and puts it on this very number, so that requests which wait in it are
 * not lost and the descriptor we leave there is closed.
 */
export const FIFO_FD = 10;

export interface Handover {
  readonly stream: Uint8Array;
  readonly env: Readonly<Record<string, string>>;
  readonly fifo: number | undefined;
  /** Descriptors that stay open under their number. */
  readonly keep: readonly number[];
}

/**
 * Turns this process into the program. Returns only if that failed, with everything as it was.
 * A file in memory carries the state: unlike a pipe it needs nobody who writes, and takes any size.
 */
export function handOver([file, ...args]: Program, { stream, env, fifo, keep }: Handover): OsError {
  const undo: (() => void)[] = [];
  try {
    const state = createMemoryFile('rcinit-state');
    undo.push(() => closeSync(state));
    // At a position, so that the reader begins at the start.
    for (let done = 0; done < stream.length;)
      done += writeSync(state, stream, done, stream.length - done, done);
    const sources = [
      [state, STATE_FD] as const,
      ...(fifo === undefined ? [] : [[fifo, FIFO_FD] as const]),
    ].map(([fd, onto]) => [copy(fd, undo), onto] as const);
    closeOnExecFrom(3);
    for (const fd of [0, 1, 2, ...keep]) {
      setCloseOnExec(fd, false);
      undo.push(() => setCloseOnExec(fd, true));
    }
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    undo.push(ignoreAllSignals());
    for (const [fd, onto] of sources) replace(fd, onto, undo);
    execve(file, [file, ...args], variables);
  } catch (error) {
    for (const step of undo.reverse()) step();
    if (error instanceof OsError) return error;
    return new OsError(String(error), {
      code: errorCode(error),
      syscall: 'execve',
      path: file,
      cause: error,
    });
  }
}

/** Out of the way of the two numbers, which it may have itself. */
function copy(fd: number, undo: (() => void)[]): number {
  const second = duplicateAbove(fd, STATE_FD + 1);
  undo.push(() => closeSync(second));
  return second;
}

/** The number may be one that libuv lives on; what it meant is kept until the exec. */
function replace(fd: number, onto: number, undo: (() => void)[]): void {
  const before = copyIfOpen(onto);
  duplicateOnto(fd, onto);
  undo.push(() => {
    if (before === undefined) return closeSync(onto);
    putBack(before, onto);
    closeSync(before);
  });
}

function copyIfOpen(fd: number): number | undefined {
  try {
    return duplicateAbove(fd, STATE_FD + 1);
  } catch (error) {
    if (errorCode(error) === 'EBADF') return undefined;
    throw error;
  }
}
