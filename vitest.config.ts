import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Real processes and namespaces on two cores: files run one after another where they share the machine. */
const project = (name: string, parallel: boolean, timeoutMs = 10_000) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    fileParallelism: parallel,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
  },
});

export default defineConfig({
  test: {
    pool: 'forks',
    // vitest would keep one core for itself, and so half of two.
    maxWorkers: availableParallelism(),
    reporters: ['default', './test/support/count-reporter.ts'],
    projects: [
      project('unit', true),
      project('engine', true),
      project('proc', true, 30_000),
      project('cli', true, 30_000),
      project('sh', true, 30_000),
      project('pid1', false, 60_000),
    ],
  },
});
