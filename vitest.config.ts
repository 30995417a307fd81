import { defineConfig } from 'vitest/config';

const conditions = ['source'];

/** Sources are run as they are: the `source` condition leads every import of a workspace to its `src`. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'apps/*/src/**/*.test.{ts,tsx}',
      'tools/**/*.test.{ts,mjs}',
    ],
    // Far beyond what any takes: a machine that others fill is no failure.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // A second, as it comes, is the machine's speed: the test's own limit ends a wait.
    expect: { poll: { timeout: 150_000 } },
    maxWorkers: 2,
    globalSetup: ['apps/server/src/platform/run.testing.ts'],
    // A file alone loads the whole server for itself, which takes longer than most of its tests; none leaves anything behind.
    isolate: false,
  },
});
