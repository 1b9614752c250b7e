/** The command line of `rcinit completion`. */
import { Argument, Command } from 'commander';
import { COMPLETED_SHELLS, type CompletedShell } from '../../core/completion-script.ts';
import type { DeclareCommand } from './declare.ts';

const AFTER = `
Examples:
  rcinit completion bash > rcinit.bash            a file to look at, or for a folder of completions
  eval "$(rcinit completion bash)"                bash, in ~/.bashrc
  eval "$(rcinit completion zsh)"                 zsh, in ~/.zshrc behind compinit
  rcinit completion fish | source                 fish, in config.fish
rcinit install places all three where every shell of the system finds them.
Exit status: 0 printed, 1 this build has no completion, 2 wrong use.`;

export const declareCompletion: DeclareCommand = (program, context) => {
  program
    .command('completion')
    .description('print what makes a shell complete commands, options, levels, services and their actions')
    .addArgument(new Argument('<shell>', 'the shell').choices(COMPLETED_SHELLS))
    .addHelpText('after', AFTER)
    .action(async (shell: CompletedShell) => {
      const { printCompletion } = await import('../completion/print.ts');
      const whole = new Command('rcinit').version('', '-V, --version');
      for (const load of Object.values(context.commands)) (await load())(whole, context);
      context.setStatus(printCompletion(whole, shell, context.io));
    });
};
