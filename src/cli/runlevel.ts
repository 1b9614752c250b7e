/** `runlevel [FILE]`: the previous and the current level. There is no option parsing, as in the original. */
import { readLevels } from '../os/pid1/read-levels.ts';
import type { Applet } from './applet.ts';
import { systemRoot } from './system-root.ts';

const EXIT_UNKNOWN = 1;

export const applet: Applet = ([file], io) => {
  const levels = readLevels(systemRoot(io), file);
  io.out(levels === undefined ? 'unknown\n' : `${levels.previous} ${levels.level}\n`);
  return levels === undefined ? EXIT_UNKNOWN : 0;
};
