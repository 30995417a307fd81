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
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A second, as it comes, is the machine's speed: the test's own limit ends a wait.
    expect: { poll: { timeout: 50_000 } },
    maxWorkers: 2,
  },
});
