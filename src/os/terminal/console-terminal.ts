/** A terminal device as init uses it: lent to a child, put in order, or asked on. */
import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { Millis } from '../../core/units.ts';
import { ffiProblem } from '../libc/ffi.ts';
import { clearNonBlocking, isTerminal, setSaneModes } from '../libc/libc-terminal.ts';
import { errorCode, errorText } from '../os-error.ts';

const { O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

export const NULL_DEVICE = '/dev/null';
/** How often the console is tried for a child while its driver is busy, and how long between, as sysvinit does. */
const OPEN_TRIES = 5;
const OPEN_PAUSE_MS: Millis = 10;
/** How long init waits for the answer whether a terminal can be taken; normally it comes in milliseconds. */
const TRIAL_MS: Millis = 2_000;

export interface LentDevice {
  readonly fd: number;
  /** Why it is not the device itself. */
  readonly problem?: string;
}

/**
 * Opens the device for reading and writing, blocking, not as controlling terminal; /dev/null if that fails, and where
 * nothing is mounted on /dev yet, the root folder, which can be neither read nor written: what mounts /dev must start.
 * @param isLost It failed the last time: then it is tried only once.
 */
export function openForChild(path: string, isLost: boolean): LentDevice {
  for (let tries = isLost ? OPEN_TRIES : 1; ; tries++) {
    try {
      return { fd: openBlocking(path) };
    } catch (error) {
      const isFinal = ['ENOENT', 'ENXIO', 'ENODEV', 'EACCES'].includes(errorCode(error));
      if (isFinal || tries >= OPEN_TRIES)
        return { fd: openNothing(), problem: `open(${path}): ${errorText(error)}` };
      pause(OPEN_PAUSE_MS);
    }
  }
}

function openNothing(): number {
  try {
    return openSync(NULL_DEVICE, O_RDWR);
  } catch {
    return openSync('/', O_RDONLY);
  }
}

/** A serial line without a carrier would hold up a plain open, so that is done in two steps where we can. */
function openBlocking(path: string): number {
  if (ffiProblem() !== undefined) return openSync(path, O_RDWR | O_NOCTTY);
  const fd = openSync(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
  clearNonBlocking(fd);
  return fd;
}

/**
 * Whether a new session may take the device as controlling terminal: not if it is none, and not in a container that
 * has a terminal of somebody else. Tried out, because setsid(1) does not start its program where it fails. When the
 * trial ends the kernel hangs up all that have the device open, as after each such session. Where a terminal hangs, it
 * cannot be taken.
 */
export function canBeTaken(path: string): boolean {
  try {
    const fd = openBlocking(path);
    try {
      return isTerminal(fd) && spawnSync('setsid', ['-c', 'true'], trialOptions(fd)).status === 0;
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}

function trialOptions(fd: number): SpawnSyncOptions {
  return { stdio: [fd, 'ignore', 'ignore'], timeout: TRIAL_MS, killSignal: 'SIGKILL' };
}

/** Sane modes and flushed queues; does nothing where that is not possible. */
export function resetTerminal(path: string): void {
  try {
    const fd = openSync(path, O_RDWR | O_NONBLOCK | O_NOCTTY);
    try {
      if (isTerminal(fd) && ffiProblem() === undefined) setSaneModes(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // A console that cannot be opened needs no modes.
  }
}

/** Prompts and reads one line; `undefined` at once if it is no terminal, or later when that hangs up. */
export function askTerminal(path: string, prompt: string, answer: (line: string | undefined) => void): void {
  let fd: number | undefined;
  try {
    fd = openSync(path, O_RDWR | O_NONBLOCK | O_NOCTTY);
    if (isTerminal(fd)) return readLine(fd, prompt, answer);
    closeSync(fd);
  } catch {
    if (fd !== undefined) closeSync(fd);
  }
  answer(undefined);
}

/** Takes the descriptor over. */
function readLine(fd: number, prompt: string, answer: (line: string | undefined) => void): void {
  writeSync(fd, prompt);
  const stream = new ReadStream(fd);
  let text = '';
  let answered = false;
  const finish = (line: string | undefined): void => {
    if (answered) return;
    answered = true;
    stream.destroy();
    answer(line);
  };
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    const end = text.search(/[\r\n]/);
    if (end >= 0) finish(text.slice(0, end));
  });
  stream.once('error', () => finish(undefined));
  stream.once('close', () => finish(undefined));
}

function pause(ms: Millis): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
