import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const adapters = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));

// covers: ENGINE-14
test.each(adapters)('the adapter %s imports only types from packages other than graphql', (name) => {
  const text = readFileSync(join(import.meta.dirname, name), 'utf8');
  const imports = [...text.matchAll(/^import (?<kind>type )?[^;]*? from '(?<from>[^']+)';$/gms)];
  expect(imports).toHaveLength([...text.matchAll(/^import /gm)].length);
  const loaded = imports.filter(({ groups }) => groups?.['kind'] === undefined).map(({ groups }) => groups?.['from']);
  expect(loaded.filter((from) => from !== 'graphql' && !from?.startsWith('.'))).toEqual([]);
});

// covers: ENGINE-14
test('each adapter is an export of the package, and its server an optional peer', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, unknown>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
    readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  };
  for (const name of ['apollo', 'envelop', 'graphql-http', 'mercurius'])
    expect(manifest.exports).toHaveProperty([`./${name}`]);
  const servers = Object.keys(manifest.peerDependencies).filter((name) => name !== 'graphql');
  expect(servers.toSorted()).toEqual(['@apollo/server', '@envelop/core', 'graphql-http', 'mercurius']);
  for (const server of servers) expect(manifest.peerDependenciesMeta[server]).toEqual({ optional: true });
});
