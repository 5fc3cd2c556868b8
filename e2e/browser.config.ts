import { defineConfig } from 'vitest/config';

/** One file after the other: each runs the product and a browser, and some measure time. */
export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    include: ['e2e/**/*.browser.ts'],
    globalSetup: ['e2e/build-once.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
