import { defineConfig } from 'vitest/config';

const conditions = ['source'];

/** The stories: real processes, a real browser, a real LiveKit; one at a time, since each fills the machine. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    root: import.meta.dirname,
    include: ['*.story.ts'],
    globalSetup: ['support/first-start.ts'],
    fileParallelism: false,
    maxWorkers: 1,
    // Kills what a story forgot more surely than a thread would.
    pool: 'forks',
    // Pictures are twelve views of each state.
    testTimeout: (process.env['LATIDO_SCREENSHOTS'] ? 20 : 6) * 60_000,
    hookTimeout: 3 * 60_000,
    teardownTimeout: 30_000,
    // One second, as is usual, is less than a page takes to draw itself on a machine that is full.
    expect: { poll: { timeout: 30_000 } },
  },
});
