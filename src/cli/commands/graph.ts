/** The command line of `rcinit graph`. */
import { RC_LEVELS } from '../../core/runlevel.ts';
import { systemRoot } from '../system-root.ts';
import { withRoot, type DeclareCommand } from './declare.ts';

interface GraphCommand {
  readonly root?: string;
  readonly level?: string;
  readonly stop?: boolean;
  readonly format: 'text' | 'dot' | 'svg' | 'json';
}

const AFTER = `
Examples:
  rcinit graph --level 2              who waits for whom in level 2
  rcinit graph --stop --format dot    the order of the stops, for graphviz
Exit status: 0 shown, 1 no links or unreadable, 2 wrong use.`;

export const declareGraph: DeclareCommand = (program, { io, setStatus }) => {
  withRoot(program.command('graph'))
    .description('who waits for whom among the init scripts, and which header line says so')
    .addOption(
      program
        .createOption('--level <level>', 'only scripts with links in this level')
        .choices([...RC_LEVELS]),
    )
    .option('--stop', 'the order in which they stop')
    .addOption(
      program
        .createOption('--format <format>', 'text, dot for graphviz, svg for a browser, json for programs')
        .choices(['text', 'dot', 'svg', 'json'])
        .default('text'),
    )
    .addHelpText('after', AFTER)
    .action(async ({ root, level, stop, format }: GraphCommand) => {
      const { runGraph } = await import('../graph.ts');
      const kind = stop === true ? 'stop' : 'start';
      setStatus(runGraph({ root: systemRoot(io, root), level, kind, format }, io));
    });
};
