/** What init takes over at start where it is PID 1 of a machine. All of it is wished for; init lives without. */
import { closeSync, constants, openSync } from 'node:fs';
import { constants as numbers } from 'node:os';
import { reboot } from '../libc/libc.ts';
import { startSession } from '../libc/libc-process.ts';
import { acceptKeyboardSignal } from '../libc/libc-terminal.ts';

const VIRTUAL_CONSOLE = '/dev/tty0';
const STDIN = 0;

/**
 * A session of its own, as programs expect of PID 1; Ctrl-Alt-Del sends SIGINT to init instead of restarting the machine
 * at once; and the keyboard.
 * @see spec: sysvinit section 2.1, steps 5 and 6
 */
export function takeOverMachine(): void {
  attempt(startSession);
  attempt(() => reboot('ctrl-alt-del-off'));
  listenToKeyboard();
}

/** The KeyboardSignal key sends us SIGWINCH. Worth another try once sysinit has mounted /dev. */
export function listenToKeyboard(): void {
  attempt(acceptOnConsole);
}

function acceptOnConsole(): void {
  const fd = openVirtualConsole();
  try {
    acceptKeyboardSignal(fd, numbers.signals.SIGWINCH);
  } finally {
    if (fd !== STDIN) closeSync(fd);
  }
}

function openVirtualConsole(): number {
  try {
    return openSync(VIRTUAL_CONSOLE, constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    return STDIN;
  }
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // Not permitted, no FFI, or no such device: the kernel's own way stays.
  }
}
