import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** For StrykerJS: the fast tests of the engine and of authentication, without PostgreSQL and without random schemas. */
export default defineConfig({
  resolve: {
    alias: [
      {
        find: /^graphql$/,
        replacement: fileURLToPath(new URL('../../node_modules/graphql/index.js', import.meta.url)),
      },
    ],
  },
  test: {
    setupFiles: ['test/support/fail-on-console-error.ts'],
    include: [
      'server/access/*.test.ts',
      'server/access/schema-rules/{every,public,owner}*.test.ts',
      'server/authentication/*.test.ts',
    ],
    // Slow, and about other things: servers of other libraries, programs in a README.
    exclude: ['**/{protect,graphql-version,readme,explain,rls-policies}.test.ts'],
  },
});
