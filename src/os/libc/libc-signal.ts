/** Real-time signals, for which Node has no names: caught without any code of ours in the handler. */
import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { declareLibc, ffiProblem, libcAddress } from './ffi.ts';
import { openPipe } from './libc.ts';
import { OsError } from '../os-error.ts';

const F_GETFD = 1;
const O_CLOEXEC = 0o2000000;
/** The default disposition. */
const SIG_DFL = 0n;

const dup3 = declareLibc('dup3', 'int, int, int');
const fcntl = declareLibc('fcntl', 'int, int, ...');
const signal = declareLibc('signal', 'int, void *', { result: 'intptr_t' });

/**
 * Calls back in the event loop after a signal came; several at once may be one call, as with all signals.
 *
 * The handler is libc's `eventfd_write(int fd, eventfd_t value)`, which is nothing but `write(fd, &value, 8)` and so
 * safe in a handler. Its first argument is the signal's number: a non-blocking pipe's writing end is parked on the
 * descriptor of that number, and each signal puts eight bytes into the pipe. The value is whatever the register holds.
 * @returns A function that ends it, or undefined where there is no FFI or the descriptor is already in use.
 */
export function listenToRealtimeSignal(signo: number, listener: () => void): (() => void) | undefined {
  if (ffiProblem() !== undefined || isOpen(signo)) return undefined;
  reserve(signo);
  const { readEnd, writeEnd } = openPipe({ nonBlocking: true });
  dup3(writeEnd, signo, O_CLOEXEC);
  closeSync(writeEnd);
  signal(signo, libcAddress('eventfd_write'));
  let socket: Socket | undefined;
  // In a turn of its own, so that what has to start first need not wait for all of node:net; the pipe keeps what comes.
  const begin = setImmediate(() => {
    try {
      socket = readPipe(readEnd, listener);
    } catch {
      // Nobody hears of the signal then; a full pipe holds nobody up.
    }
  });
  return () => {
    signal(signo, SIG_DFL);
    clearImmediate(begin);
    if (socket === undefined) closeSync(readEnd);
    else socket.destroy();
    closeSync(signo);
  };
}

function readPipe(fd: number, listener: () => void): Socket {
  const socket = new Socket({ fd, readable: true, writable: false });
  socket.on('data', listener);
  socket.on('error', () => undefined);
  return socket.unref();
}

/** Takes the number, which the pipe might get otherwise. The root is there even before anything is mounted on /dev. */
function reserve(fd: number): void {
  const placeholder = openSync('/', 'r');
  if (placeholder === fd) return;
  dup3(placeholder, fd, O_CLOEXEC);
  closeSync(placeholder);
}

function isOpen(fd: number): boolean {
  try {
    fcntl(fd, F_GETFD);
    return true;
  } catch (error) {
    if (error instanceof OsError && error.code === 'EBADF') return false;
    throw error;
  }
}
