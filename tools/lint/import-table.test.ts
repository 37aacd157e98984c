import { describe, expect, test } from 'vitest';
import { mayImport, TABLE } from './import-table.js';

const ALLOWED = new Map(TABLE);
const isPlace = (name: string) => name.includes('/') && !name.startsWith('@');

/** Returns the places of a cycle in the table, in order; an empty list if there is none. */
function findCycle(isIncluded: (place: string) => boolean): readonly string[] {
  const done = new Set<string>();
  const visit = (place: string, path: readonly string[]): readonly string[] => {
    if (path.includes(place)) return [...path.slice(path.indexOf(place)), place];
    if (done.has(place)) return [];
    for (const next of ALLOWED.get(place) ?? []) {
      if (next === place || !ALLOWED.has(next) || !isIncluded(next)) continue;
      const cycle = visit(next, [...path, place]);
      if (cycle.length > 0) return cycle;
    }
    done.add(place);
    return [];
  };
  for (const place of ALLOWED.keys()) {
    const cycle = isIncluded(place) ? visit(place, []) : [];
    if (cycle.length > 0) return cycle;
  }
  return [];
}

describe('the import table', () => {
  test('the import table has each place once, and allows only places and packages', () => {
    expect(ALLOWED.size).toBe(TABLE.length);
    const unknown = TABLE.flatMap(([, allowed]) => allowed.filter((name) => isPlace(name) && !ALLOWED.has(name)));
    expect(unknown).toEqual([]);
  });

  test('the import table has no place behind one that already matches it', () => {
    const places = [...ALLOWED.keys()];
    const shadowed = places.filter((place, index) =>
      places.slice(0, index).some((earlier) => earlier.endsWith('/') && place.startsWith(earlier)),
    );
    expect(shadowed).toEqual([]);
  });

  test('the import table has no cycle, except between test/ and the tools', () => {
    expect(findCycle((place) => place !== 'test/')).toEqual([]);
  });

  test('the import table allows no product folder to import test/ or tools/', () => {
    const product = TABLE.filter(([place]) => !/^(test|tools)\//.test(place));
    expect(product.filter(([, allowed]) => allowed.some((name) => /^(test|tools)\//.test(name)))).toEqual([]);
  });
});

describe('mayImport', () => {
  test.each([
    ['server/access/authorize.ts', 'graphql'],
    ['server/access/authorize.ts', './policy.ts'],
    ['server/access/schema-rules/schema-rule.ts', '../rule.ts'],
    ['server/data/database-source.ts', 'typeorm'],
    ['server/resolvers/query.ts', '../errors.ts'],
    ['server/app.ts', './data/database-source.ts'],
    ['migrations/1-make-x.ts', 'typeorm'],
    ['runtime/settings.ts', 'zod'],
    ['web/features/tasks/task-row.tsx', './changed-fields.ts'],
    ['web/features/tasks/task-row.tsx', '../../components/dialog.tsx'],
    ['server/viewer.test.ts', 'vitest'],
    ['server/operations/files.test.ts', '../../test/support/temporary-folder.ts'],
    ['test/start/stop.test.ts', '../../tools/supervisor/start-stack.ts'],
  ])('%s may import %s', (file, specifier) => {
    expect(mayImport(file, specifier)).toBe(true);
  });

  test.each([
    ['server/access/authorize.ts', 'typeorm'],
    ['server/access/authorize.ts', 'node:fs'],
    ['server/access/authorize.ts', 'graphql-tools'],
    ['server/access/authorize.ts', '../context.ts'],
    ['server/access/authorize.ts', './properties/model.ts'],
    ['server/access/schema-rules/schema-rule.ts', '../../viewer.ts'],
    ['server/viewer.ts', 'graphql'],
    ['server/authentication/token-verifier.ts', '../data/database-source.ts'],
    ['server/authentication/token-verifier.ts', 'fastify'],
    ['server/data/task/task-repository.ts', '../../access/index.ts'],
    ['server/data/task/task-repository.ts', '../../errors.ts'],
    ['server/data/pg/connection.ts', '../task/task-entity.ts'],
    ['server/data/query/cursor.ts', '../task/task-entity.ts'],
    ['server/data/task/task-repository.ts', '../admin/migrate.ts'],
    ['server/resolvers/query.ts', '../http/fastify-server.ts'],
    ['server/resolvers/query.ts', '../data/task/task-repository.ts'],
    ['server/main.ts', './http/metrics.ts'],
    ['server/new.ts', 'pg'],
    ['server/new/file.ts', 'node:fs'],
    ['server/operations/open-database.ts', '../../tools/supervisor/supervise.ts'],
    ['server/operations/files.test.ts', '../../tools/script-paths.ts'],
    ['server/operations/files.test.ts', '../../test/attack/campaign.ts'],
    ['server/commands/access.ts', '../../test/support/temporary-folder.ts'],
    ['migrations/1-make-x.ts', '../server/data/task/task-entity.ts'],
    ['web/app/page.tsx', '../../server/config.ts'],
    ['web/components/dialog.tsx', '../features/tasks/task-row.tsx'],
    ['web/graphql/apollo-link.ts', '../components/dialog.tsx'],
    ['web/features/tasks/task-row.tsx', '../accounts/sign-in-form.tsx'],
    ['runtime/token.ts', 'jose'],
    ['runtime/token.ts', 'zod'],
    ['server/app.ts', '@fieldgate/access'],
    ['server/http/executor.test.ts', '@fieldgate/access/testing'],
    ['tools/bench/access.ts', '@fieldgate/access'],
    ['tools/new/file.ts', 'node:fs'],
  ])('%s may not import %s', (file, specifier) => {
    expect(mayImport(file, specifier)).toBe(false);
  });
});
