/** The command line of what `rcinit test` starts inside its namespaces; nobody else calls it. */
import type { DeclareCommand } from './declare.ts';

export const declareTestInside: DeclareCommand = (program, { io, setStatus }) => {
  program.command('test-inside', { hidden: true }).action(async () => {
    const { runTestInside } = await import('../test-inside.ts');
    setStatus(await runTestInside(io));
  });
};
