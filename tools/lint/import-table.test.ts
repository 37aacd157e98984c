import { describe, expect, test } from 'vitest';
import { mayImport } from './import-table.js';

describe('who may import whom', () => {
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
  ])('%s may import %s', (file, specifier) => {
    expect(mayImport(file, specifier)).toBe(true);
  });

  test.each([
    ['server/access/authorize.ts', 'typeorm'],
    ['server/access/authorize.ts', 'node:fs'],
    ['server/access/authorize.ts', 'graphql-tools'],
    ['server/access/authorize.ts', '../context.ts'],
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
    ['migrations/1-make-x.ts', '../server/data/task/task-entity.ts'],
    ['web/app/page.tsx', '../../server/config.ts'],
    ['web/components/dialog.tsx', '../features/tasks/task-row.tsx'],
    ['web/features/tasks/task-row.tsx', '../accounts/sign-in-form.tsx'],
    ['runtime/token.ts', 'jose'],
    ['runtime/token.ts', 'zod'],
    ['server/app.ts', '@fieldgate/access'],
    ['server/http/executor.test.ts', '@fieldgate/access/testing'],
    ['tools/bench/access.ts', '@fieldgate/access'],
  ])('%s may not import %s', (file, specifier) => {
    expect(mayImport(file, specifier)).toBe(false);
  });
});
