import { defineConfig } from 'vitest/config';

/** What judges and writes init scripts, tried on real ones with real daemons; see docs/TESTING.md. */
export default defineConfig({
  test: {
    include: ['test/authoring/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/support/count-reporter.ts'],
  },
});
