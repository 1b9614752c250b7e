/** The command line of `rcinit check`. */
import { systemRoot } from '../system-root.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

const AFTER = `
Examples:
  rcinit check                before a reboot
  rcinit check --root /mnt    another system's inittab and links
Exit status: 0 nothing wrong, or warnings only, 1 errors, 2 wrong use.`;

export const declareCheck: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('check'))
    .description('say what is wrong with the inittab and the links of a root')
    .option('--json', 'for programs')
    .addHelpText('after', AFTER)
    .action(async ({ root, json = false }: { root?: string; json?: boolean }) => {
      const { runCheck } = await import('../check.ts');
      setStatus(await runCheck({ root: systemRoot(io, root), json }, io));
    });
};
