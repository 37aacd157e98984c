import path from 'node:path';

/** Settings, tokens and HTTP rules: the code that the API and the web process share. */
const RUNTIME = [
  'runtime/',
  'runtime/http/',
  'runtime/keyed-semaphore.ts',
  'runtime/limit-settings.ts',
  'runtime/metrics-server.ts',
  'runtime/tracing/',
  'runtime/settings.ts',
  'runtime/token-secrets.ts',
  'runtime/token.ts',
];
const DATA = [
  'server/data/',
  'server/data/admin/',
  'server/data/auth-event/',
  'server/data/pg/',
  'server/data/query/',
  'server/data/replica/',
  'server/data/revocation/',
  'server/data/step/',
  'server/data/task/',
  'server/data/user/',
];
const API = ['server/app.ts', 'server/config.ts', 'server/executable-schema.ts', 'server/viewer.ts'];

/**
 * The import rules: each place and what it may import. The boundaries are part of the security argument: the engine
 * does not know the tables, the resolvers do not know PostgreSQL, and the web app reaches the API only over HTTP.
 *
 * A name with a slash at its end is a folder, one with an extension a file, any other a package: `node:` stands for Node's
 * own modules, `*` for every package. A file belongs to the first place that matches it. Entries name places exactly:
 * `server/http/` does not allow `server/http/logger.ts`, which is a place itself. A place may import itself; the rest is
 * forbidden. The table has no cycle (see its test), except between `test/` and the tools, which run each other.
 * @type {ReadonlyArray<readonly [place: string, allowed: readonly string[]]>}
 */
export const TABLE = [
  // The access engine imports graphql only.
  ['server/access/properties/', ['fast-check', 'graphql', 'server/access/']],
  // Its command for other servers: files and terminal, but nothing of this product.
  [
    'server/access/cli/migrate/model/',
    ['fast-check', 'graphql', 'vitest', 'server/access/cli/', 'server/access/properties/'],
  ],
  ['server/access/cli/', ['graphql', 'node:', 'server/access/']],
  [
    'server/access/adapters/conformance/',
    [
      '@apollo/server',
      '@envelop/core',
      '@graphql-tools/schema',
      'fast-check',
      'fastify',
      'graphql',
      'graphql-http',
      'vitest',
      'node:',
      'server/access/',
      'server/access/adapters/',
      'server/access/properties/',
    ],
  ],
  // Types only (see adapters.test.ts there): the package depends on no server.
  ['server/access/adapters/', ['@apollo/server', '@envelop/core', 'graphql', 'graphql-http', 'server/access/']],
  ['server/access/', ['graphql']],
  // graphql-js's execution, planned: knows neither the policy nor the server.
  [
    'server/execution/properties/',
    ['fast-check', 'graphql', 'server/access/', 'server/access/properties/', 'server/execution/'],
  ],
  ['server/execution/', ['graphql']],

  // Shared by both processes.
  ['runtime/token.ts', []],
  ['runtime/token-secrets.ts', ['runtime/token.ts']],
  ['runtime/limit-settings.ts', ['zod']],
  ['runtime/metrics-server.ts', ['prom-client', 'node:', 'runtime/http/']],
  [
    'runtime/tracing/',
    [
      '@opentelemetry/api',
      '@opentelemetry/core',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace',
      'runtime/settings.ts',
    ],
  ],
  ['runtime/settings.ts', ['zod', 'node:', 'runtime/limit-settings.ts', 'runtime/token-secrets.ts']],
  ['runtime/keyed-semaphore.ts', ['node:']],
  ['runtime/http/', ['node:']],
  ['runtime/', ['node:', 'runtime/settings.ts', 'runtime/token.ts']],

  // The API, from the viewer to the process that listens.
  ['server/viewer.ts', []],
  ['server/uuid.ts', ['node:']],
  ['server/config.ts', RUNTIME],
  ['server/errors.ts', ['graphql', 'server/access/']],
  ['server/error-guide.ts', ['runtime/', 'server/errors.ts']],
  ['server/authentication/', ['jose', 'lru-cache', ...RUNTIME, 'server/uuid.ts', 'server/viewer.ts']],
  // pg <- query <- one folder per entity <- owned-data.ts; revocation and admin stand beside them.
  ['server/data/pg/', ['lru-cache', 'pg', 'node:', ...RUNTIME]],
  ['server/data/query/', ['lru-cache', 'typeorm', 'node:', 'server/data/pg/', 'server/uuid.ts']],
  ['server/data/task/', ['typeorm', 'pg', 'server/data/query/', 'server/uuid.ts']],
  ['server/data/step/', ['typeorm', 'server/data/query/', 'server/data/task/', 'server/uuid.ts']],
  ['server/data/user/', ['typeorm', 'server/data/query/']],
  ['server/data/auth-event/', ['typeorm', ...RUNTIME, 'server/data/pg/', 'server/data/query/', 'server/uuid.ts']],
  ['server/data/replica/', ['pg', 'node:', ...RUNTIME, 'server/data/pg/', 'server/viewer.ts']],
  ['server/data/revocation/', ['pg', 'node:', 'server/data/pg/', 'server/uuid.ts', 'server/viewer.ts']],
  [
    'server/data/admin/',
    [
      'typeorm',
      'pg',
      'node:',
      'server/data/auth-event/',
      'server/data/pg/',
      'server/data/step/',
      'server/data/task/',
      'server/data/user/',
    ],
  ],
  ['server/data/', ['typeorm', 'pg', 'node:', 'runtime/http/', 'runtime/tracing/', 'server/viewer.ts', ...DATA]],
  ['server/context.ts', ['runtime/http/', 'runtime/tracing/', 'server/viewer.ts', ...DATA]],
  ['server/generated/', ['graphql', 'server/context.ts', ...DATA]],
  ['server/resolvers/', ['graphql', 'server/generated/', 'server/context.ts', 'server/errors.ts']],
  ['server/document-manifest.ts', ['node:']],
  ['server/load-contract.ts', ['graphql', 'node:', 'server/access/']],
  ['server/executable-schema.ts', ['@graphql-tools/schema', 'graphql', 'server/load-contract.ts', 'server/resolvers/']],
  ['server/limits/', ['@redis/client', 'pg', 'node:', 'server/data/pg/']],
  ['server/http/logger.ts', ['fastify', 'pino', 'node:', ...RUNTIME]],
  [
    'server/http/',
    [
      '@apollo/server',
      '@fastify/cors',
      'fastify',
      'graphql',
      'lru-cache',
      'negotiator',
      'pino',
      'prom-client',
      'secure-json-parse',
      'node:',
      ...RUNTIME,
      'server/access/',
      'server/authentication/',
      'server/context.ts',
      'server/document-manifest.ts',
      'server/errors.ts',
      'server/execution/',
      'server/http/logger.ts',
      'server/limits/',
      'server/viewer.ts',
    ],
  ],
  ['server/open-verification-keys.ts', ['node:', ...RUNTIME, 'server/authentication/', 'server/config.ts']],
  [
    'server/app.ts',
    [
      'fastify',
      'node:',
      ...RUNTIME,
      'server/access/',
      'server/authentication/',
      'server/config.ts',
      'server/context.ts',
      ...DATA,
      'server/document-manifest.ts',
      'server/executable-schema.ts',
      'server/http/',
      'server/http/logger.ts',
      'server/limits/',
      'server/open-verification-keys.ts',
      'server/viewer.ts',
    ],
  ],
  [
    'server/main.ts',
    [
      'node:',
      ...RUNTIME,
      'server/access/',
      'server/app.ts',
      'server/config.ts',
      ...DATA,
      'server/document-manifest.ts',
      'server/http/logger.ts',
      'server/operations/',
    ],
  ],

  // The operator's commands, and what they share with the supervisor: database access, secrets, operator errors.
  [
    'server/operations/',
    [
      'modern-tar',
      'pg',
      'zod',
      'node:',
      ...RUNTIME,
      'server/access/',
      'server/access/cli/',
      'server/config.ts',
      'server/document-manifest.ts',
      ...DATA,
    ],
  ],
  [
    'server/commands/',
    [
      'graphql',
      'pg',
      'node:',
      ...RUNTIME,
      'server/access/',
      'server/access/cli/',
      'server/config.ts',
      ...DATA,
      'server/executable-schema.ts',
      'server/load-contract.ts',
      'server/operations/',
    ],
  ],
  // A new file or folder of server/ needs an entry.
  ['server/', []],

  ['migrations/', ['typeorm']],
  ['schema/', []],

  // The web client, from its settings to its pages.
  ['web/words/', []],
  ['web/words.ts', ['web/words/']],
  ['web/auth/account-error-guide.ts', ['runtime/']],
  ['web/log.ts', ['*', 'node:', ...RUNTIME]],
  ['web/config.ts', ['node:', ...RUNTIME]],
  ['web/http/', ['*', 'node:', ...RUNTIME, 'web/config.ts', 'web/log.ts']],
  ['web/mail/', ['*', 'node:', ...RUNTIME, 'web/log.ts']],
  ['web/auth/', ['*', 'node:', ...RUNTIME, 'web/config.ts', 'web/http/', 'web/log.ts', 'web/mail/']],
  ['web/graphql/', ['*', 'node:', ...RUNTIME, 'web/auth/', 'web/config.ts', 'web/http/', 'web/log.ts']],
  [
    'web/components/',
    ['*', 'node:', ...RUNTIME, 'web/config.ts', 'web/graphql/', 'web/auth/', 'web/http/', 'web/words.ts'],
  ],
  [
    'web/features/',
    [
      '*',
      'node:',
      ...RUNTIME,
      'web/components/',
      'web/config.ts',
      'web/graphql/',
      'web/auth/',
      'web/http/',
      'web/words.ts',
    ],
  ],
  [
    'web/',
    [
      '*',
      'node:',
      ...RUNTIME,
      'schema/',
      'web/auth/',
      'web/components/',
      'web/config.ts',
      'web/features/',
      'web/graphql/',
      'web/http/',
      'web/log.ts',
      'web/mail/',
      'web/words.ts',
    ],
  ],

  // Tests and tools import the product; the product imports neither.
  ['tools/launcher/', ['node:']],
  ['tools/launcher.mjs', ['tools/launcher/']],
  ['tools/lint/', ['node:']],
  ['tools/traceability/', ['*', 'node:', 'server/operations/', 'tools/script-paths.ts']],
  ['tools/client-docs/', ['node:', 'server/error-guide.ts', 'server/errors.ts', 'web/auth/account-error-guide.ts']],
  ['tools/package/', ['node:', 'server/operations/', 'tools/script-paths.ts']],
  ['tools/script-paths.ts', ['server/operations/']],
  [
    'tools/supervisor/',
    [
      'node:',
      ...RUNTIME,
      'server/access/',
      'server/config.ts',
      ...DATA,
      'server/document-manifest.ts',
      'server/executable-schema.ts',
      'server/http/',
      'server/http/logger.ts',
      'server/load-contract.ts',
      'server/operations/',
      'tools/script-paths.ts',
      'web/config.ts',
    ],
  ],
  ['tools/test-run/run-stages.ts', ['server/operations/']],
  [
    'tools/mutation/',
    [
      '*',
      'node:',
      'server/access/',
      'server/operations/',
      'test/',
      'tools/script-paths.ts',
      'tools/test-run/run-stages.ts',
    ],
  ],
  [
    'tools/bench/',
    [
      '*',
      'node:',
      ...RUNTIME,
      'server/access/',
      'server/authentication/',
      ...API,
      ...DATA,
      'server/operations/',
      'test/',
      'tools/script-paths.ts',
      'tools/supervisor/',
    ],
  ],
  [
    'tools/test-run/',
    [
      '*',
      'node:',
      ...RUNTIME,
      'server/operations/',
      'test/',
      'tools/mutation/',
      'tools/script-paths.ts',
      'tools/supervisor/',
      'tools/test-run/run-stages.ts',
    ],
  ],
  ['tools/pictures/', ['*', 'node:', 'server/operations/', 'test/']],
  [
    'tools/commands/',
    [
      'node:',
      'server/execution/properties/',
      'server/operations/',
      'test/',
      'tools/bench/',
      'tools/client-docs/',
      'tools/mutation/',
      'tools/pictures/',
      'tools/script-paths.ts',
      'tools/supervisor/',
      'tools/test-run/',
      'tools/test-run/run-stages.ts',
      'tools/traceability/',
    ],
  ],
  // A new file or folder of tools/ needs an entry.
  ['tools/', []],
  [
    'test/',
    [
      '*',
      'node:',
      ...RUNTIME,
      'schema/',
      'server/access/',
      'server/authentication/',
      'server/commands/',
      'server/context.ts',
      'server/document-manifest.ts',
      'server/error-guide.ts',
      'server/errors.ts',
      'server/http/',
      'server/http/logger.ts',
      'server/limits/',
      'server/load-contract.ts',
      'server/operations/',
      'server/resolvers/',
      'server/uuid.ts',
      ...API,
      ...DATA,
      'tools/bench/',
      'tools/client-docs/',
      'tools/script-paths.ts',
      'tools/supervisor/',
      'web/',
      'web/auth/',
      'web/auth/account-error-guide.ts',
      'web/config.ts',
      'web/features/',
      'web/graphql/',
      'web/http/',
      'web/log.ts',
      'web/mail/',
    ],
  ],
];

/**
 * Packages of this repository. Imports inside it are relative: the mutation sandbox links node_modules, so an import by
 * package name would run the original instead of the mutated copy. A test may not import them by name either.
 */
const WORKSPACES = new Set(['@fieldgate/access']);

/** The folders of the product. Their tests may import what they test, any package, and this test code. */
const PRODUCT = /^(migrations|runtime|schema|server|web)\//;
const FOR_PRODUCT_TESTS = ['test/support/', 'test/tokens/corpus/'];

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Whether a file of this repository may import a specifier. Paths are relative to the root, with slashes. */
export function mayImport(file, specifier) {
  const target = targetOf(file, specifier);
  if (WORKSPACES.has(target.name)) return false;
  if (/\.test\.tsx?$/.test(file)) {
    const isMachinery = target.kind === 'file' && /^(test|tools)\//.test(target.name);
    return !PRODUCT.test(file) || !isMachinery || FOR_PRODUCT_TESTS.some((entry) => target.name.startsWith(entry));
  }
  const rule = ruleOf(file);
  if (rule === undefined) return true;
  const [place, allowed] = rule;
  if (target.kind === 'package') return allowed.includes(target.name) || allowed.includes('*');
  if (target.kind === 'node') return allowed.includes(target.name);
  const targetPlace = ruleOf(target.name)?.[0];
  // A feature does not import another one: each folder is a separate place.
  if (place === 'web/features/' && targetPlace === place) return featureOf(file) === featureOf(target.name);
  return targetPlace === place || allowed.includes(targetPlace);
}

function ruleOf(file) {
  return TABLE.find(([place]) => file === place || (place.endsWith('/') && file.startsWith(place)));
}

function featureOf(file) {
  return file.split('/')[2];
}

function targetOf(file, specifier) {
  if (specifier.startsWith('.')) {
    const name = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier));
    return { kind: 'file', name };
  }
  if (specifier.startsWith('node:')) return { kind: 'node', name: 'node:' };
  const parts = specifier.split('/');
  return { kind: 'package', name: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') };
}

const importTable = {
  create(context) {
    const file = path.relative(ROOT, context.filename).split(path.sep).join('/');
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string' || mayImport(file, specifier)) return;
      context.report({
        node,
        message: `${file} may not import "${specifier}": see the table in tools/lint/import-table.js.`,
      });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export default { meta: { name: 'fieldgate' }, rules: { 'import-table': importTable } };
