/** The command lines of `rcinit install` and `rcinit uninstall`. */
import type { Command } from 'commander';
import type { AppletIo } from '../applet.ts';
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

/** @param setStatus Gets the exit status of the command that was run. */
export function addInstallCommands(program: Command, io: AppletIo, setStatus: (code: number) => void): void {
  withSharedOptions(program.command('install'))
    .description('put the commands where a System V system expects them, and keep what was there')
    .option('--node <path>', 'the Node that runs them, a path inside the root (default: this one)')
    .option('--copy-node', 'take a copy of the Node along')
    .addHelpText(
      'after',
      '\nExit status: 0 installed, 1 refused or failed, with nothing changed, 2 wrong use.',
    )
    .action(async ({ root, ...options }: Shared & OnlyInstall) => {
      const { runInstall } = await import('./install.ts');
      setStatus(runInstall({ root: systemRoot(io, root), ...options }, io));
    });
  withSharedOptions(program.command('uninstall'))
    .description('put back what was there before install')
    .addHelpText(
      'after',
      '\nExit status: 0 all is back, 1 refused or failed, 2 wrong use, 3 done, but changed files are left.',
    )
    .action(async ({ root, ...options }: Shared) => {
      const { runUninstall } = await import('./uninstall.ts');
      setStatus(runUninstall({ root: systemRoot(io, root), ...options }, io));
    });
}

function withSharedOptions(command: Command): Command {
  return command
    .option('--root <dir>', 'the folder that stands for / (default: $RCINIT_ROOT, else /)')
    .option('--dry-run', 'print the plan, and do nothing')
    .option('--json', 'the plan for programs')
    .option('--force', 'go on where a refusal says that this is possible');
}
