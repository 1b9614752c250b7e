/** The command lines of `rcinit install` and `rcinit uninstall`. */
import type { Command } from 'commander';
import { withRoot, type DeclareCommand } from '../commands/declare.ts';
import { systemRoot } from '../system-root.ts';

interface Shared {
  readonly root?: string;
  readonly dryRun?: true;
  readonly json?: true;
  readonly force?: true;
}

interface OnlyInstall {
  readonly node?: string;
  readonly copyNode?: true;
}

const AFTER_INSTALL = `
Examples:
  rcinit install --dry-run               what it would do
  rcinit install --root /mnt --copy-node    into another system, which has no Node
Exit status: 0 installed, 1 refused or failed, with nothing changed, 2 wrong use.`;

const AFTER_UNINSTALL = `
Examples:
  rcinit uninstall --dry-run    what it would do
Exit status: 0 all is back, 1 refused or failed, 2 wrong use, 3 done, but changed files are left.`;

export const declareInstall: DeclareCommand = (program, { io, setStatus }) => {
  withSharedOptions(program.command('install'))
    .description('put the commands where a System V system expects them, and keep what was there')
    .option('--node <path>', 'the Node that runs them, a path inside the root (default: this one)')
    .option('--copy-node', 'take a copy of the Node along')
    .addHelpText('after', AFTER_INSTALL)
    .action(async ({ root, ...options }: Shared & OnlyInstall) => {
      const { runInstall } = await import('./install.ts');
      setStatus(runInstall({ root: systemRoot(io, root), ...options }, io));
    });
};

export const declareUninstall: DeclareCommand = (program, { io, setStatus }) => {
  withSharedOptions(program.command('uninstall'))
    .description('put back what was there before install')
    .addHelpText('after', AFTER_UNINSTALL)
    .action(async ({ root, ...options }: Shared) => {
      const { runUninstall } = await import('./uninstall.ts');
      setStatus(runUninstall({ root: systemRoot(io, root), ...options }, io));
    });
};

function withSharedOptions(command: Command): Command {
  return withRoot(command)
    .option('--dry-run', 'print the plan, and do nothing')
    .option('--json', 'the plan for programs')
    .option('--force', 'go on where a refusal says that this is possible');
}
