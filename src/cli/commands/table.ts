/** Every command of our own, by name: a new one is a file beside this and a line here. */
import type { CommandTable } from './declare.ts';

export const COMMANDS: CommandTable = {
  boot: async () => (await import('./boot.ts')).declareBoot,
  chart: async () => (await import('./chart.ts')).declareChart,
  check: async () => (await import('./check.ts')).declareCheck,
  completion: async () => (await import('./completion.ts')).declareCompletion,
  explain: async () => (await import('./explain.ts')).declareExplain,
  graph: async () => (await import('./graph.ts')).declareGraph,
  install: async () => (await import('../install/commands.ts')).declareInstall,
  'is-enabled': async () => (await import('./is-enabled.ts')).declareIsEnabled,
  lint: async () => (await import('./lint.ts')).declareLint,
  new: async () => (await import('./new.ts')).declareNew,
  plan: async () => (await import('./plan.ts')).declarePlan,
  status: async () => (await import('./status.ts')).declareStatus,
  test: async () => (await import('./test.ts')).declareTest,
  'test-inside': async () => (await import('./test-inside.ts')).declareTestInside,
  'to-unit': async () => (await import('./to-unit.ts')).declareToUnit,
  uninstall: async () => (await import('../install/commands.ts')).declareUninstall,
};
