/** The command line of `rcinit plan`. */
import { parseRunLevel } from '../../core/runlevel.ts';
import { systemRoot } from '../system-root.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

const EXIT_USAGE = 2;

const AFTER = `
Examples:
  rcinit plan 6               what a reboot would stop, in order
  rcinit plan 3 --root .      in this folder
Exit status: 0 shown, 2 wrong use.`;

export const declarePlan: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('plan'))
    .description('what a change of level would do, in order, and why; nothing is done')
    .argument('<level>', 'the run level, 0-9 or S')
    .option('--json', 'for programs')
    .addHelpText('after', AFTER)
    .action(async (word: string, { root, json = false }: { root?: string; json?: boolean }) => {
      const level = parseRunLevel(word);
      if (level === undefined) {
        io.err(`rcinit: cannot plan "${word}": no run level; name one of 0-9 or S\n`);
        return setStatus(EXIT_USAGE);
      }
      const { runPlan } = await import('../plan.ts');
      setStatus(await runPlan({ root: systemRoot(io, root), level, json }, io));
    });
};
