import { describe, expect, test } from 'vitest';
import { mayImport } from './import-table.js';

describe('who may import whom', () => {
  test.each([
    ['server/access/judge.ts', 'graphql'],
    ['server/access/judge.ts', './policy.ts'],
    ['server/access/start/context.ts', '../rule.ts'],
    ['server/data/source.ts', 'typeorm'],
    ['server/resolvers/query.ts', '../http/errors.ts'],
    ['server/app.ts', './data/source.ts'],
    ['migrations/1-make-x.ts', 'typeorm'],
    ['schema/settings.ts', 'zod'],
    ['web/features/tasks/task-row.tsx', './task-change.ts'],
    ['web/features/tasks/task-row.tsx', '../../components/dialog.tsx'],
  ])('%s may import %s', (file, specifier) => {
    expect(mayImport(file, specifier)).toBe(true);
  });

  test.each([
    ['server/access/judge.ts', 'typeorm'],
    ['server/access/judge.ts', 'node:fs'],
    ['server/access/judge.ts', 'graphql-tools'],
    ['server/access/judge.ts', '../context.ts'],
    ['server/access/start/context.ts', '../../viewer.ts'],
    ['server/viewer.ts', 'graphql'],
    ['server/authentication/verify.ts', '../data/source.ts'],
    ['server/authentication/verify.ts', 'fastify'],
    ['server/data/tasks.ts', '../access/index.ts'],
    ['server/data/tasks.ts', '../http/errors.ts'],
    ['server/resolvers/query.ts', '../http/fastify.ts'],
    ['server/resolvers/query.ts', '../data/tasks.ts'],
    ['server/main.ts', './http/metrics.ts'],
    ['server/new.ts', 'pg'],
    ['server/new/file.ts', 'node:fs'],
    ['migrations/1-make-x.ts', '../server/data/task.ts'],
    ['web/app/page.tsx', '../../server/config.ts'],
    ['web/components/dialog.tsx', '../features/tasks/task-row.tsx'],
    ['web/features/tasks/task-row.tsx', '../accounts/sign-in-form.tsx'],
    ['schema/token.ts', 'jose'],
    ['schema/token.ts', 'zod'],
  ])('%s may not import %s', (file, specifier) => {
    expect(mayImport(file, specifier)).toBe(false);
  });
});
