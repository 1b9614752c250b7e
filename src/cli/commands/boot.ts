/** The command line of `rcinit boot`. */
import { parseRunLevel } from '../../core/runlevel.ts';
import { systemRoot } from '../system-root.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

const EXIT_USAGE = 2;

const AFTER = `
Examples:
  rcinit boot --root .        boot the system in this folder, Ctrl-C ends it
  rcinit boot single          only what level S needs
  rcinit boot --main web      PID 1 of a container that ends with web
Exit status: 0 after level 0, 133 after level 6, 2 wrong use; with --main that of the main script (128 and the number
of the signal), 69 if it has no daemon that could be followed.`;

export const declareBoot: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('boot'))
    .description('run as init: PID 1 of a container, or an ordinary process for a folder')
    .argument('[level]', 'the run level, 0-9 or S, instead of the table’s default; "single" means S')
    .option(
      '--main <name>',
      'an inittab id or init script: when it ends, everything is stopped, with its exit status (default: $RCINIT_MAIN)',
    )
    .addHelpText('after', AFTER)
    .action(async (word: string | undefined, options: { root?: string; main?: string }) => {
      const wantedLevel = word === 'single' ? 'S' : word === undefined ? undefined : parseRunLevel(word);
      if (word !== undefined && wantedLevel === undefined) {
        io.err(`rcinit: cannot boot to "${word}": no run level; name one of 0-9, S or single\n`);
        return setStatus(EXIT_USAGE);
      }
      const { bootSystem } = await import('../boot.ts');
      const { main } = options;
      const root = systemRoot(io, options.root);
      const again = ['boot', '--root', root, ...(main === undefined ? [] : ['--main', main])];
      setStatus(await bootSystem({ root, wantedLevel, main, again }, io));
    });
};
