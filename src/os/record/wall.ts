/** Writing onto the terminals of everybody who is logged in, without ever being held up by one of them. */
import { closeSync, constants, openSync, readlinkSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { UTMP } from '../../core/system-paths.ts';
import type { Millis } from '../../core/units.ts';
import { UTMP_TYPES } from '../../core/wire/utmp-record.ts';
import { monotonicNow } from '../clock.ts';
import { inRoot } from '../file/in-root.ts';
import { errorCode } from '../os-error.ts';
import { isTty } from '../stdio.ts';
import { readUtmp } from './utmp.ts';

const { O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants;

/** As long as the original gives to each terminal; ours share it. A terminal that was stopped with Ctrl-S takes nothing. */
const WRITE_DEADLINE_MS: Millis = 2_000;
const RETRY_MS: Millis = 25;

interface Terminal {
  readonly fd: number;
  rest: Buffer;
}

/** Writes the text to all terminals that utmp has a user at. Resolves when all have it or after two seconds. */
export async function writeToAll(root: string, text: string): Promise<void> {
  const terminals = openTerminals(root, text);
  try {
    const end = monotonicNow() + WRITE_DEADLINE_MS;
    for (let waiting = terminals.filter(isWaiting); waiting.length > 0; waiting = waiting.filter(isWaiting)) {
      if (monotonicNow() >= end) return;
      await delay(RETRY_MS);
    }
  } finally {
    for (const { fd } of terminals) closeSync(fd);
  }
}

/** The terminal of our standard input without `/dev/`, or undefined. */
export function ownTerminal(): string | undefined {
  if (!isTty(0)) return undefined;
  try {
    const path = readlinkSync('/proc/self/fd/0');
    return path.startsWith('/dev/') ? path.slice('/dev/'.length) : path;
  } catch {
    return undefined;
  }
}

function openTerminals(root: string, text: string): readonly Terminal[] {
  const lines = readUtmp(inRoot(root, UTMP))
    .filter(({ type, user }) => type === UTMP_TYPES.USER_PROCESS && user !== '')
    .map(({ line }) => line);
  return [...new Set(lines)].flatMap((line) => {
    const fd = openTerminal(root, line);
    return fd === undefined ? [] : [{ fd, rest: Buffer.from(text) }];
  });
}

/** What a record names need not be a terminal, nor in /dev: programs that are not root may write utmp. */
function openTerminal(root: string, line: string): number | undefined {
  const name = line.startsWith('/dev/') ? line.slice('/dev/'.length) : line;
  if (name === '' || name.startsWith('/') || name.split('/').includes('..')) return undefined;
  try {
    const fd = openSync(inRoot(root, `/dev/${name}`), O_WRONLY | O_NOCTTY | O_NONBLOCK);
    if (isTty(fd)) return fd;
    closeSync(fd);
    return undefined;
  } catch {
    return undefined;
  }
}

/** Writes what goes. @returns Whether there is more, and a chance that it will be taken. */
function isWaiting(terminal: Terminal): boolean {
  try {
    while (terminal.rest.length > 0)
      terminal.rest = terminal.rest.subarray(writeSync(terminal.fd, terminal.rest));
    return false;
  } catch (error) {
    return ['EAGAIN', 'EINTR'].includes(errorCode(error));
  }
}
