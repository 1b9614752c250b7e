import { defineConfig } from 'vitest/config';

/** A whole Debian, booted twice. Needs root and a Debian mirror; see docs/TESTING.md. */
export default defineConfig({
  test: {
    include: ['test/debian/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 900_000,
    reporters: ['default', './test/support/count-reporter.ts'],
  },
});
