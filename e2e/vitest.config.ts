import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  test: {
    include: ['{lib,ingest,cli,app,e2e}/**/*.test.{ts,tsx}'],
    setupFiles: ['e2e/property-seed.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
