/** The command line of `rcinit chart`. */
import { systemRoot } from '../system-root.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

interface ChartCommand {
  readonly root?: string;
  readonly format: 'text' | 'svg' | 'json';
}

const AFTER = `
Examples:
  rcinit chart                            where the time of the last boot went
  rcinit chart --format svg > boot.svg    the same to look at in a browser
Exit status: 0 shown, 1 there is no record of a boot, 2 wrong use.`;

export const declareChart: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('chart'))
    .description('a picture of the last boot: one bar for each script, waits, the critical path')
    .addOption(
      program
        .createOption('--format <format>', 'text for a terminal, svg for a browser, json for programs')
        .choices(['text', 'svg', 'json'])
        .default('text'),
    )
    .addHelpText('after', AFTER)
    .action(async ({ root, format }: ChartCommand) => {
      const { runChart } = await import('../chart.ts');
      setStatus(await runChart({ root: systemRoot(io, root), format }, io));
    });
};
