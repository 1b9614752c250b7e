/** `init`: the init process if it is PID 1 or told so, telinit otherwise, whatever it is called. */
import { parseRunLevel, type RunLevel } from '../core/runlevel.ts';
import type { Applet } from './applet.ts';
import { systemRoot } from './system-root.ts';

export const applet: Applet = async (args, io) => {
  if (process.pid !== 1 && !args.includes('-i') && !args.includes('--init')) {
    const telinit = await import('./telinit.ts');
    return telinit.applet(args, io);
  }
  const { bootSystem } = await import('./boot.ts');
  return bootSystem({ ...readBootArguments(args), root: systemRoot(io) }, io);
};

/**
 * The words a kernel or container manager passes on. Unknown ones are ignored, as always: the kernel hands over
 * everything it does not know itself.
 * @see init(8), "BOOTFLAGS"
 */
export function readBootArguments(args: readonly string[]): {
  readonly wantedLevel: RunLevel | undefined;
  readonly emergency: boolean;
  readonly autoboot: boolean;
} {
  let wantedLevel: RunLevel | undefined;
  const words = args.filter((_, index) => args[index - 1] !== '-z' && args[index] !== '-z');
  for (const word of words) {
    if (word === '-s' || word === 'single') wantedLevel = 'S';
    else wantedLevel = parseRunLevel(word) ?? wantedLevel;
  }
  return {
    wantedLevel,
    emergency: words.includes('-b') || words.includes('emergency'),
    autoboot: words.includes('-a') || words.includes('auto'),
  };
}
