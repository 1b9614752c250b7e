/** The reading end of the control fifo: made if missing, read without a thread, made anew when somebody takes it away. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { splitRequests } from '../../core/wire/initctl-stream.ts';
import type { Millis } from '../../core/units.ts';
import { ffiProblem, mkfifo } from '../libc/libc.ts';
import { makeFolder } from '../file/make-folder.ts';
import { errorCode, errorText, OsError } from '../os-error.ts';

/** How often the path is looked at, in milliseconds; as sysvinit does. */
const RECHECK_MS: Millis = 5000;
/** How long the rest of a request that was cut by a full buffer is waited for, in milliseconds. */
const REST_MS: Millis = 100;
/** What libuv reads at once. A read that is shorter emptied the fifo. */
const READ_BYTES = 65_536;

export interface FifoListeners {
  /** One whole request. */
  readonly onRequest: (request: Uint8Array) => void;
  /** Bytes that are no request. */
  readonly onBogus: () => void;
  /** Why there is no fifo now, e.g. `/run/initctl is not a fifo`. Told once, then again only when it changes. */
  readonly onProblem: (text: string) => void;
}

export interface ControlFifo {
  /** Stops reading; the fifo stays where it is, so writers wait for a reader in vain. */
  readonly close: () => void;
  /** What it is read through; undefined while there is none. */
  readonly fd: () => number | undefined;
  /** True if the path still names the fifo that is read. */
  readonly isSame: () => boolean;
  /** Looks at once whether it does, and makes it anew if not; to be called after what may have changed that. */
  readonly check: () => void;
}

interface OpenEnd {
  readonly fd: number;
  /** Undefined until the turn of the event loop is over. */
  socket: Socket | undefined;
  readonly begin: NodeJS.Immediate;
  rest: Uint8Array;
  restTimer: NodeJS.Timeout | undefined;
}

/**
 * Begins to read requests. A path that does not exist becomes a fifo of mode 0600; anything else there that is no
 * fifo is not touched. Never throws: what fails is told to `onProblem` and tried again at the next check.
 */
export function openControlFifo(
  path: string,
  listeners: FifoListeners,
  { recheckMs = RECHECK_MS }: { readonly recheckMs?: Millis } = {},
): ControlFifo {
  let end: OpenEnd | undefined;
  let problem: string | undefined;

  const isSame = (): boolean => end !== undefined && isSameFile(end.fd, path);
  const tell = (error: unknown): void => {
    const text = error instanceof OsError ? error.message : `${path}: ${errorText(error)}`;
    if (text !== problem) listeners.onProblem(text);
    problem = text;
  };
  const open = (): void => {
    try {
      const fd = openOrMake(path);
      // Whoever writes does not notice, and what has to start first need not wait for all of node:net.
      const begin = setImmediate(read);
      end = { fd, socket: undefined, begin, rest: new Uint8Array(0), restTimer: undefined };
      problem = undefined;
    } catch (error) {
      tell(error);
    }
  };
  const read = (): void => {
    try {
      if (end !== undefined) readEnd(end, listeners, check);
    } catch (error) {
      if (end !== undefined) closeEnd(end, listeners);
      end = undefined;
      tell(error);
    }
  };
  const check = (): void => {
    if (isSame()) return;
    if (end !== undefined) closeEnd(end, listeners);
    end = undefined;
    open();
  };

  open();
  const timer = setInterval(check, recheckMs).unref();
  return {
    fd: () => end?.fd,
    isSame,
    check,
    close: () => {
      clearInterval(timer);
      if (end !== undefined) closeEnd(end, listeners);
      end = undefined;
    },
  };
}

/** Reading and writing, so that there is always a writer and the end of file never comes. */
function openOrMake(path: string): number {
  const stats = statIfAny(path);
  if (stats === undefined) makeFifo(path);
  else if (!stats.isFIFO()) throw notFifo(path);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
  if (fstatSync(fd).isFIFO()) return fd;
  closeSync(fd);
  throw notFifo(path);
}

/** Not with `throwIfNoEntry`, which since Node 22 also takes a file in the way (ENOTDIR) for an empty place. */
function statIfAny(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function notFifo(path: string): OsError {
  return new OsError(`${path} is not a fifo`, { code: 'EEXIST', syscall: 'open', path });
}

function makeFifo(path: string): void {
  makeFolder(dirname(path));
  if (ffiProblem() === undefined) return makeByFfi(path);
  const { status, stderr } = spawnSync('mkfifo', ['-m', '600', '--', path], { encoding: 'utf8' });
  if (status === 0) return;
  throw new OsError(`${path}: ${stderr?.trim() || 'cannot run mkfifo'}`, {
    code: 'EIO',
    syscall: 'mkfifo',
    path,
  });
}

function makeByFfi(path: string): void {
  try {
    mkfifo(path, 0o600);
  } catch (cause) {
    throw new OsError(`cannot make "${path}": ${errorText(cause)}; without it telinit cannot reach init`, {
      code: errorCode(cause),
      syscall: 'mkfifo',
      path,
      cause,
    });
  }
}

function readEnd(end: OpenEnd, listeners: FifoListeners, check: () => void): void {
  const socket = new Socket({ fd: end.fd, readable: true, writable: false });
  end.socket = socket;
  socket.on('data', (chunk) => {
    clearTimeout(end.restTimer);
    takeBytes(end, chunk, chunk.length >= READ_BYTES, listeners);
    if (end.rest.length > 0) {
      end.restTimer = setTimeout(() => takeBytes(end, new Uint8Array(0), false, listeners), REST_MS).unref();
    } else if (chunk.length < READ_BYTES) check();
  });
  // A listener so that it is no exception; the next check opens the fifo again.
  socket.on('error', () => undefined);
}

function takeBytes(end: OpenEnd, bytes: Uint8Array, mayContinue: boolean, listeners: FifoListeners): void {
  const all = end.rest.length === 0 ? bytes : Buffer.concat([end.rest, bytes]);
  const { requests, bogus, rest } = splitRequests(all, mayContinue);
  end.rest = rest;
  for (const request of requests) listeners.onRequest(request);
  for (let count = 0; count < bogus; count++) listeners.onBogus();
}

/** Hands out what is still in the fifo: once it is deleted nobody else will read it. */
function closeEnd(end: OpenEnd, listeners: FifoListeners): void {
  clearTimeout(end.restTimer);
  clearImmediate(end.begin);
  if (end.socket?.destroyed !== true) takeBytes(end, drain(end.fd), false, listeners);
  if (end.socket === undefined) closeSync(end.fd);
  else end.socket.destroy();
}

function drain(fd: number): Uint8Array {
  const chunks: Buffer[] = [];
  try {
    for (;;) {
      const buffer = Buffer.alloc(READ_BYTES);
      const size = readSync(fd, buffer);
      if (size === 0) break;
      chunks.push(buffer.subarray(0, size));
    }
  } catch (error) {
    if (errorCode(error) === 'UNKNOWN') throw error;
  }
  return Buffer.concat(chunks);
}

function isSameFile(fd: number, path: string): boolean {
  try {
    const [opened, named] = [fstatSync(fd), statIfAny(path)];
    return named?.ino === opened.ino && named.dev === opened.dev;
  } catch {
    return false;
  }
}
