/** The console: where init speaks, where its children read and write, and where a person is asked for a run level. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { makeSpeaker } from './console-speaker.ts';
import { askTerminal, canBeTaken, NULL_DEVICE, openForChild, resetTerminal } from './console-terminal.ts';
import { isTerminal } from '../libc/libc-terminal.ts';

const { O_APPEND, O_NOCTTY, O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

export type ConsoleMode =
  /** PID 1 of a machine: a terminal device is opened, and ours to take from whoever has it. */
  | 'machine'
  /** A container that was told of a device: it may be the controlling terminal of somebody else. */
  | 'device'
  /** An ordinary process or a container: our own standard streams are the console. */
  | 'inherited';

export type Stdio = readonly [number, number, number];

export interface Console {
  /** The device, for the variable CONSOLE of children; undefined where the streams are inherited. */
  readonly path: string | undefined;
  /** Whether a child may have it as controlling terminal, if it is a terminal at all. */
  readonly isTakeable: boolean;
  /** Opens descriptors 0–2 for a child, calls, closes them again. `/dev/null` where the console cannot be opened. */
  readonly lendStdio: <T>(use: (stdio: Stdio) => T) => T;
  /** Writes one line. Never blocks and never throws: what the console does not take at once is dropped. */
  readonly say: (text: string) => void;
  /** How many lines were dropped so far. */
  readonly droppedLines: () => number;
  /** Sane modes, queues flushed. Does nothing for inherited streams, or where it is no terminal. */
  readonly reset: () => void;
  /** Prompts and reads one line; `undefined` at once where nobody can answer, or when the terminal hangs up. */
  readonly ask: (prompt: string, answer: (line: string | undefined) => void) => void;
  readonly close: () => void;
}

export interface ConsoleOptions {
  readonly mode: ConsoleMode;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told once when a child gets no console, in the original's words; the console cannot tell it. */
  readonly onProblem?: (text: string) => void;
}

/** Opens the console: where a device is meant, the first of $CONSOLE, /dev/console and /dev/tty0 that is one, else /dev/null. */
export function openConsole({ mode, env, onProblem }: ConsoleOptions): Console {
  if (mode === 'inherited') return openInheritedConsole();
  const path = choosePath(env['CONSOLE']);
  return openDevice(path, mode === 'machine' || canBeTaken(path), onProblem);
}

function openDevice(path: string, isTakeable: boolean, onProblem: ConsoleOptions['onProblem']): Console {
  let isLost = false;
  const speaker = makeSpeaker(() => openSync(path, O_WRONLY | O_NONBLOCK | O_NOCTTY));
  return {
    path,
    isTakeable,
    lendStdio: (use) => {
      const { fd, problem } = openForChild(path, isLost);
      if (problem !== undefined && !isLost) onProblem?.(problem);
      isLost = problem !== undefined;
      try {
        return use([fd, fd, fd]);
      } finally {
        closeSync(fd);
      }
    },
    say: (text) => speaker.write(`\rINIT: ${text}\r\n`),
    droppedLines: speaker.dropped,
    reset: () => resetTerminal(path),
    ask: (prompt, answer) => askTerminal(path, prompt, answer),
    close: speaker.close,
  };
}

function openInheritedConsole(): Console {
  const speaker = makeSpeaker(reopenStdout);
  return {
    path: undefined,
    isTakeable: false,
    lendStdio: (use) => use([0, 1, 2]),
    say: (text) => speaker.write(`INIT: ${text}\n`),
    droppedLines: speaker.dropped,
    reset: () => undefined,
    ask: (prompt, answer) =>
      isTerminal(0) ? askTerminal('/proc/self/fd/0', prompt, answer) : answer(undefined),
    close: speaker.close,
  };
}

function choosePath(wanted: string | undefined): string {
  for (const path of [wanted ?? '', '/dev/console', '/dev/tty0']) {
    if (path === '') continue;
    try {
      closeSync(openSync(path, O_RDWR | O_NONBLOCK | O_NOCTTY));
      return path;
    } catch {
      continue;
    }
  }
  return NULL_DEVICE;
}

/**
 * Non-blocking belongs to the open file, which our children share, so the stream is opened a second time.
 * @returns 1 itself for what cannot be opened again, such as a socket, or need not be, such as a file.
 */
function reopenStdout(): number {
  try {
    const stats = fstatSync(1);
    if (!stats.isFIFO() && !stats.isCharacterDevice()) return 1;
    return openSync('/proc/self/fd/1', O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
  } catch {
    return 1;
  }
}
