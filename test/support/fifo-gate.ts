/** A fifo that a program waits at until the test lets it pass. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { waitFor } from './wait-for.ts';

export function makeFifo(path: string): void {
  execFileSync('mkfifo', ['-m', '666', path]);
}

/** Lets one reader pass, as soon as it waits there. */
export async function passGate(path: string): Promise<void> {
  const fd = await waitFor(`somebody to read ${path}`, () => openForReader(path));
  writeSync(fd, 'go\n');
  closeSync(fd);
}

/** Opening without blocking fails with ENXIO while nobody has it open for reading. */
function openForReader(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}
