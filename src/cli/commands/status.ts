/** The command line of `rcinit status`. */
import { systemRoot } from '../system-root.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

const AFTER = `
Examples:
  rcinit status               what runs, and why the rest does not
  rcinit status --root .      the system in this folder
Exit status: 0 init runs, 2 wrong use, 3 no init runs here, 4 it cannot be known.`;

export const declareStatus: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('status'))
    .description('the run level, every inittab entry and every init script')
    .option('--json', 'for programs')
    .addHelpText('after', AFTER)
    .action(async ({ root, json = false }: { root?: string; json?: boolean }) => {
      const { runStatus } = await import('../status.ts');
      setStatus(await runStatus({ root: systemRoot(io, root), json }, io));
    });
};
