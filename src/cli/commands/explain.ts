/** The command line of `rcinit explain`. */
import { systemRoot } from '../system-root.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

const AFTER = `
Examples:
  rcinit explain cron     the init script: links, order, header, last run, and why it does not run
  rcinit explain l3       the inittab entry with that id
Nothing of the script is run; "service cron status" asks it.
Exit status: 0 explained, 2 wrong use, 4 nothing has that name.`;

export const declareExplain: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('explain'))
    .description('where a script or an inittab entry runs, why there, and why it does not run now')
    .argument('<name>', 'an init script, a link of one, or the id of an inittab entry')
    .option('--json', 'for programs')
    .addHelpText('after', AFTER)
    .action(async (name: string, { root, json = false }: { root?: string; json?: boolean }) => {
      const { runExplain } = await import('../explain.ts');
      setStatus(await runExplain({ root: systemRoot(io, root), name, json }, io));
    });
};
