/** The command line of `rcinit to-unit`. */
import { systemRoot } from '../system-root.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

interface ToUnitFlags {
  readonly root?: string;
  readonly output?: string;
  readonly force?: boolean;
}

const AFTER = `
The unit starts the program itself where that is certain, else it calls the script, as systemd-sysv-generator did.

Examples:
  rcinit to-unit nginx
  rcinit to-unit ./my-script --output /etc/systemd/system/my-script.service
Exit status: 0 written, what was guessed is on standard error; 1 not written; 2 wrong use, or no such script.`;

export const declareToUnit: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('to-unit'))
    .description('write the systemd unit for an init script, and say what was guessed')
    .argument('<name>', 'a script of init.d, or a path')
    .option('--output <file>', 'where to; - is standard output (default: -)')
    .option('--force', 'replace what is there')
    .action(async (name: string, { root, output, force }: ToUnitFlags) => {
      const { runToUnit } = await import('../to-unit.ts');
      setStatus(runToUnit({ root: systemRoot(io, root), name, output, force: force ?? false }, io));
    })
    .addHelpText('after', AFTER);
};
