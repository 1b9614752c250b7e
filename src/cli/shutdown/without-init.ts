/** `shutdown -n`: goes down by itself, in case init does not do it any more. */
import { setTimeout as delay } from 'node:timers/promises';
import { scanInt } from '../../core/c-number.ts';
import { endMachine, recordShutdown, syncDisks } from '../../os/shutdown/machine-end.ts';
import { whyNoReboot } from '../../os/libc/libc.ts';
import { errnoText, errorCode, errorText } from '../../os/os-error.ts';
import { idleInit, runLastProgram, signalEverything } from '../../os/shutdown/tear-down.ts';
import { adviseOnReboot } from '../reboot-advice.ts';
import { EXIT_FAILED, type ShutdownContext } from './context.ts';

const DEFAULT_KILL_DELAY = 3;

/** Why it cannot be done, or undefined. Asked before anything is touched. */
export function whyNotWithoutInit({ request, root }: ShutdownContext): string | undefined {
  if (request.level !== '0' && request.level !== '6') return 'can use "-n" for halt or reboot only.\r';
  if (root !== '/') return `cannot go down without init in "${root}": a folder is no machine; leave out -n`;
  const code = request.warnOnly ? undefined : whyNoReboot();
  return code === undefined
    ? undefined
    : `cannot go down without init: ${errnoText(code)}; ${adviseOnReboot(code, request.level)}`;
}

/** The kernel ends us. @returns Only if it does not. */
export async function goDownWithoutInit({ io, request, root }: ShutdownContext): Promise<number> {
  try {
    idleInit();
  } catch (error) {
    io.err(`shutdown: can't idle init: ${errorText(error)}.\r\n`);
    return EXIT_FAILED;
  }
  const seconds = request.killDelay === undefined ? DEFAULT_KILL_DELAY : (scanInt(request.killDelay) ?? 0);
  io.err('shutdown: sending all processes the TERM signal...\r\n');
  signalEverything('SIGTERM');
  await delay(Math.max(seconds, 0) * 1_000);
  io.err('shutdown: sending all processes the KILL signal.\r\n');
  signalEverything('SIGKILL');
  recordShutdown(root);
  runLastProgram('accton');
  runLastProgram('quotaoff', '-a');
  io.err('shutdown: turning off swap\r\n');
  runLastProgram('swapoff', '-a');
  io.err('shutdown: unmounting all file systems\r\n');
  runLastProgram('umount', '-a');
  syncDisks();
  return end(io, request);
}

function end(io: ShutdownContext['io'], { haltAction, level }: ShutdownContext['request']): number {
  try {
    if (level === '6') {
      io.err('Please stand by while rebooting the system.\r\n');
      endMachine({ kind: 'restart' });
    } else {
      io.err('The system is halted. Press CTRL-ALT-DEL or turn off power\r\n');
      endMachine({ kind: haltAction === 'POWEROFF' ? 'poweroff' : 'halt' });
    }
    return 0;
  } catch (error) {
    io.err(
      `shutdown: cannot end the machine: ${errorText(error)}; ${adviseOnReboot(errorCode(error), level)}\r\n`,
    );
    return EXIT_FAILED;
  }
}
