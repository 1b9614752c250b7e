/** `init`: the init process if it is PID 1 or told so, telinit otherwise, whatever it is called. */
import { parseRunLevel, type RunLevel } from '../core/runlevel.ts';
import type { Applet, AppletIo } from './applet.ts';
import { systemRoot } from './system-root.ts';

const EXIT_REFUSED = 1;

export const applet: Applet = async (args, io) => {
  if (process.pid !== 1 && !args.includes('-i') && !args.includes('--init')) {
    if (takeMain(args).main !== undefined) return refuseMain(io);
    const telinit = await import('./telinit.ts');
    return telinit.applet(args, io);
  }
  const { bootSystem } = await import('./boot.ts');
  const words = readBootArguments(args);
  const main = words.main === undefined ? [] : ['--main', words.main];
  const again = [...wordsBefore(args), '--init', ...main];
  return bootSystem({ ...words, again, root: systemRoot(io) }, io);
};

/** telinit knows no `--main`: somebody meant a container, and another program is PID 1 there. */
function refuseMain(io: AppletIo): number {
  const advice = 'start the container without --init, and with a pid namespace of its own';
  io.err(`${io.name}: cannot boot: this is process ${process.pid}, and init has to be 1; ${advice}\n`);
  return EXIT_REFUSED;
}

/** `init`, where this program was called as `rcinit init …`. */
function wordsBefore(args: readonly string[]): readonly string[] {
  return process.argv.slice(2, process.argv.length - args.length);
}

/**
 * The words a kernel or container manager passes on. Unknown ones are ignored, as always: the kernel hands over
 * everything it does not know itself.
 * @see init(8), "BOOTFLAGS"
 */
export function readBootArguments(args: readonly string[]): {
  readonly wantedLevel: RunLevel | undefined;
  readonly emergency: boolean;
  readonly autoboot: boolean;
  readonly main?: string;
} {
  let wantedLevel: RunLevel | undefined;
  const { main, rest } = takeMain(args);
  const words = rest.filter((_, index) => rest[index - 1] !== '-z' && rest[index] !== '-z');
  for (const word of words) {
    if (word === '-s' || word === 'single') wantedLevel = 'S';
    else wantedLevel = parseRunLevel(word) ?? wantedLevel;
  }
  return {
    wantedLevel,
    emergency: words.includes('-b') || words.includes('emergency'),
    autoboot: words.includes('-a') || words.includes('auto'),
    ...(main !== undefined && { main }),
  };
}

/** `--main NAME` or `--main=NAME`; the name may look like a level, so it is taken out. */
function takeMain(args: readonly string[]): { readonly main?: string; readonly rest: readonly string[] } {
  const joined = args.find((word) => word.startsWith('--main='));
  if (joined !== undefined)
    return { main: joined.slice('--main='.length), rest: args.filter((word) => word !== joined) };
  const at = args.indexOf('--main');
  const name = at < 0 ? undefined : args[at + 1];
  return name === undefined ? { rest: args } : { main: name, rest: args.toSpliced(at, 2) };
}
