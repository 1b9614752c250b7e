/** `poweroff`: see stop-machine.ts. */
import type { Applet } from './applet.ts';
import { stopMachine } from './stop-machine.ts';

export const applet: Applet = (args, io) => stopMachine('poweroff', args, io);
