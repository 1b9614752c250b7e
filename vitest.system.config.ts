import { defineConfig } from 'vitest/config';

/** The slow suite: real Debian packages, rcinit as PID 1. Needs root; see docs/TESTING.md. */
export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    reporters: ['default', './test/support/count-reporter.ts'],
  },
});
