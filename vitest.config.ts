import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const SYSTEM = 'test/start/**/*.test.ts';

export default defineConfig({
  resolve: {
    // Tests and servers must share one copy of graphql: it compares its classes by identity.
    alias: [
      { find: /^graphql$/, replacement: fileURLToPath(new URL('./node_modules/graphql/index.js', import.meta.url)) },
    ],
  },
  test: {
    // All cores: vitest leaves one free, which is half of a machine with two.
    maxWorkers: '100%',
    setupFiles: ['test/support/fail-on-console-error.ts'],
    restoreMocks: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{runtime,server,web,test,schema,tools}/**/*.test.{ts,tsx}'],
          exclude: [SYSTEM, 'test/browser/**', '**/node_modules/**', 'web/.next*/**'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 10_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          // Whole stacks on their own ports: they need the built web client, so they run after the others.
          name: 'system',
          include: [SYSTEM],
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
});
