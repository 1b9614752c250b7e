/** Gettys that the kernel's command line asks for with `init.autocon=1`, as lines of an inittab. */
import type { InittabFile } from './inittab-file.ts';

/** Where such entries say they come from. */
export const KERNEL_COMMAND_LINE = '/proc/cmdline';

const SWITCH = 'init.autocon=1';
/** `console=DEVICE[,OPTIONS]`; what is no name of a device would be something else in an inittab. */
const CONSOLE = /^console=([\w.-]+)(?:,|$)/;

/**
 * One getty for each console the kernel was told of. Its id is the device without `tty`.
 * @returns Undefined where the command line does not ask for it. Lines whose id is in the table already do not count.
 * @see spec: sysvinit section 2.8
 */
export function autoconsoles(commandLine: string): InittabFile | undefined {
  const words = commandLine.split(/\s+/);
  if (!words.includes(SWITCH)) return undefined;
  const devices = words.flatMap((word) => CONSOLE.exec(word)?.[1] ?? []);
  return { path: KERNEL_COMMAND_LINE, text: devices.map(gettyLine).join(''), yields: true };
}

function gettyLine(device: string): string {
  const id = device.replace(/^tty/, '');
  return `${id}:2345:respawn:/sbin/agetty -L -s 115200,38400,9600 ${device} vt102\n`;
}
