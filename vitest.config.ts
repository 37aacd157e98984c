import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const SYSTEM = 'test/start/**/*.test.ts';
const inRoot = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const GRAPHQL_17 = `--import=${new URL('test/support/graphql-17.mjs', import.meta.url).href}`;

export default defineConfig({
  resolve: {
    // Tests and servers must share one copy of graphql: it compares its classes by identity.
    alias: [{ find: /^graphql$/, replacement: inRoot('node_modules/graphql/index.js') }],
  },
  test: {
    // All cores: vitest leaves one free, which is half of a machine with two.
    maxWorkers: '100%',
    setupFiles: ['test/support/fail-on-console-error.ts'],
    restoreMocks: false,
    // As the launcher has it, for the processes that tests start: most of their start is compilation.
    env: { NODE_COMPILE_CACHE: inRoot('node_modules/.cache/node-compile-cache') },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{runtime,server,web,test,schema,tools}/**/*.test.{ts,tsx}'],
          exclude: [SYSTEM, 'test/browser/**', '**/node_modules/**', 'web/.next*/**'],
          globalSetup: ['test/support/global-setup.ts'],
          // A busy machine runs ten times slower than an idle one.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        resolve: {
          alias: [
            { find: /^graphql$/, replacement: inRoot('node_modules/graphql-17/index.mjs') },
            { find: /^graphql\/(.*)\.js$/, replacement: `${inRoot('node_modules/graphql-17')}/$1.mjs` },
          ],
        },
        test: {
          // The access engine's tests again, on graphql 17.
          name: 'engine-17',
          include: ['server/access/**/*.test.ts', 'tools/mutation/sentinel-by-*.test.ts'],
          // These servers admit graphql 16 only.
          exclude: ['server/access/adapters/{apollo,mercurius}*.test.ts'],
          execArgv: [GRAPHQL_17],
          env: { GRAPHQL_MAJOR: '17', NODE_OPTIONS: GRAPHQL_17 },
          testTimeout: 30_000,
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
