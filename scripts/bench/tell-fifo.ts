/** A fifo through which small programs tell that they run: `echo WORD $$ >FIFO`. */
import { spawnSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';

export interface Told {
  readonly word: string;
  readonly pid: number;
  /** When it was read, on the clock of `performance.now()`. */
  readonly at: number;
}

export interface TellFifo {
  /** The next line, also one that came before it was asked for. */
  readonly next: () => Promise<Told>;
  readonly close: () => void;
}

/** Only decides how long a benchmark hangs that cannot succeed. */
const DEADLINE_MS = 20_000;

/** @throws If there is no mkfifo(1). */
export function makeFifo(path: string): void {
  const { status, stderr } = spawnSync('mkfifo', [path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mkfifo ${path}: ${stderr}`);
}

/** Makes the fifo and reads it through epoll: no thread has to wake up before the line is seen. */
export function openTellFifo(path: string): TellFifo {
  makeFifo(path);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: true, writable: false });
  const told: Told[] = [];
  let wake: (() => void) | undefined;
  socket.on('data', (chunk) => {
    const at = performance.now();
    for (const line of chunk.toString().trim().split('\n')) {
      const [word = '', pid = '0'] = line.split(' ');
      told.push({ word, pid: Number(pid), at });
    }
    wake?.();
  });
  const next = async (): Promise<Told> => {
    if (told.length === 0) await arrival();
    return told.shift()!;
  };
  const arrival = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing came through ${path}`)), DEADLINE_MS);
      wake = () => {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      };
    });
  return { next, close: () => socket.destroy() };
}
