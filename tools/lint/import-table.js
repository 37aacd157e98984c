import path from 'node:path';

/**
 * Who may import whom. The boundaries are part of the security argument: the engine knows nothing of tasks, the web app
 * reaches the API only over HTTP. Linters' own rules list what is forbidden; this one forbids what is not allowed.
 * The first place that matches a file decides; what its list does not name is forbidden.
 * A name with a slash at its end is a folder of this repository, one with an extension a file, any other a package
 * (`node:` stands for Node's own modules). Every place may import itself.
 * @type {ReadonlyArray<readonly [string, readonly string[]]>}
 */
const TABLE = [
  // The engine: graphql alone.
  ['server/access/properties/', ['fast-check', 'graphql', 'server/access/']],
  ['server/access/', ['graphql']],
  // The API, from what a request is known by to what answers it.
  ['server/viewer.ts', []],
  ['server/config.ts', ['runtime/']],
  ['server/errors.ts', ['graphql', 'server/access/']],
  ['server/authentication/', ['jose', 'runtime/', 'server/viewer.ts']],
  ['server/data/', ['typeorm', 'pg', 'node:', 'server/viewer.ts']],
  ['server/context.ts', ['server/viewer.ts', 'server/data/']],
  ['server/generated/', ['graphql', 'server/context.ts', 'server/data/']],
  ['server/resolvers/', ['graphql', 'server/generated/', 'server/context.ts', 'server/errors.ts']],
  [
    'server/http/',
    [
      '@apollo/server',
      '@fastify/cors',
      'fastify',
      'graphql',
      'negotiator',
      'pino',
      'prom-client',
      'secure-json-parse',
      'node:',
      'runtime/',
      'server/access/',
      'server/authentication/',
      'server/context.ts',
      'server/errors.ts',
      'server/viewer.ts',
    ],
  ],
  ['server/load-contract.ts', ['graphql', 'node:', 'server/access/']],
  ['server/executable-schema.ts', ['@graphql-tools/schema', 'graphql', 'server/load-contract.ts', 'server/resolvers/']],
  ['server/open-verification-keys.ts', ['node:', 'runtime/', 'server/authentication/', 'server/config.ts']],
  ['server/app.ts', ['fastify', 'node:', 'server/']],
  [
    'server/main.ts',
    ['runtime/', 'server/access/', 'server/app.ts', 'server/config.ts', 'server/data/', 'server/http/log.ts'],
  ],
  // Its operator's commands, and what they share with the tools.
  ['server/operations/', ['*', 'node:', 'runtime/', 'server/']],
  ['server/commands/', ['*', 'node:', 'runtime/', 'server/']],
  // Files beside these are entered above.
  ['server/', []],
  // What both processes run.
  ['runtime/http/', ['node:']],
  ['runtime/settings.ts', ['zod', 'node:', 'runtime/']],
  ['runtime/', []],
  ['migrations/', ['typeorm']],
  ['schema/', []],
  // The web client.
  ['web/components/', ['*', 'node:', 'runtime/', 'web/config.ts', 'web/graphql/', 'web/auth/', 'web/http/']],
  [
    'web/features/',
    ['*', 'node:', 'runtime/', 'web/components/', 'web/config.ts', 'web/graphql/', 'web/auth/', 'web/http/'],
  ],
  ['web/', ['*', 'node:', 'runtime/', 'schema/', 'web/']],
  // Machinery, which imports product; never the other way.
  ['test/', ['*', 'node:', 'runtime/', 'server/', 'schema/', 'web/', 'test/', 'tools/', 'vitest.config.ts']],
  ['tools/', ['*', 'node:', 'runtime/', 'server/', 'schema/', 'web/', 'test/']],
];

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Whether a file of this repository may import a specifier. Paths are from the root, with slashes. */
export function mayImport(file, specifier) {
  const place = TABLE.find(([name]) => file === name || (name.endsWith('/') && file.startsWith(name)));
  if (place === undefined) return true;
  const [name, allowed] = place;
  const target = targetOf(file, specifier);
  if (target.kind === 'file') {
    // Features never reach into each other: each is a place of its own.
    const own = name === 'web/features/' ? file.slice(0, file.indexOf('/', name.length) + 1) : name;
    return [own, ...allowed].some(
      (entry) => target.name === entry || (entry.endsWith('/') && target.name.startsWith(entry)),
    );
  }
  return allowed.includes(target.name) || (target.kind === 'package' && allowed.includes('*'));
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
    // A test stands beside its source and may use what tests use.
    if (/\.test\.tsx?$/.test(file)) return {};
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
