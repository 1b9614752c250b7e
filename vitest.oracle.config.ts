import { defineConfig } from 'vitest/config';

/** The original sysvinit and rcinit side by side. Needs root and Debian's packages; see docs/TESTING.md. */
export default defineConfig({
  test: {
    include: ['test/oracle/**/*.test.ts'],
    globalSetup: ['test/support/oracle/setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/support/count-reporter.ts'],
  },
});
