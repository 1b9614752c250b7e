/** The command line of `rcinit is-enabled`. */
import { systemRoot } from '../system-root.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

const AFTER = `
Examples:
  rcinit is-enabled cron      in any of the levels 1-5 and S
  rcinit is-enabled cron 3    in level 3
  rcinit is-enabled --json cron
Exit status: 0 enabled, 1 not enabled, 2 wrong use, 4 no such script.`;

export const declareIsEnabled: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('is-enabled'))
    .description('whether a script is started: exit 0 yes, 1 no, 4 no such script')
    .argument('<name>', 'the init script')
    .argument('[level]', '0-6 or S; without it any of 1-5 and S')
    .option('--json', 'for programs: all levels in which it starts and stops')
    .addHelpText('after', AFTER)
    .action(async (name: string, level: string | undefined, options: { root?: string; json?: boolean }) => {
      const { runIsEnabled } = await import('../is-enabled.ts');
      const { root, json = false } = options;
      setStatus(runIsEnabled({ root: systemRoot(io, root), name, level, json }, io));
    });
};
