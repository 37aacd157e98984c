import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaOwners, type SeededFixture, createSeededFixture } from '../../../test/support/seeded-fixture.ts';
import { type OwnedStatements, createOwnedStatements } from './owned-statements.ts';
import { createOwnedData } from '../owned-data.ts';
import { StatementCache } from './statement-cache.ts';
import { StepEntity } from '../step/step-entity.ts';
import { TaskEntity, type TaskRow } from '../task/task-entity.ts';
import { UserEntity } from '../user/user-entity.ts';

let fixture: SeededFixture;
let tasks: OwnedStatements<TaskRow>;
beforeAll(async () => {
  fixture = await createSeededFixture();
  tasks = createOwnedStatements(fixture.source.mapping, TaskEntity, schemaOwners());
});
afterAll(() => fixture.end());

describe('a wrong @owner in the schema', () => {
  test.each([
    ['has no @owner', new Map([['User', { field: 'id', orRoles: [] }]]), null],
    ['names a property that the table lacks', new Map([['Task', { field: 'ownerId', orRoles: [] }]]), 'ownerId'],
    ['names a column instead of a property', new Map([['Task', { field: 'user_id', orRoles: [] }]]), 'user_id'],
    ['names an empty field', new Map([['Task', { field: '', orRoles: [] }]]), ''],
  ])('createOwnedStatements throws if the type in the schema %s', (_, wrong, named) => {
    const message =
      named === null
        ? 'The type Task has no @owner directive in the schema.'
        : `The @owner of the type Task names the field "${named}", which is not a property of its table.`;
    expect(() => createOwnedStatements(fixture.source.mapping, TaskEntity, wrong)).toThrow(new TypeError(message));
    expect(() => createOwnedData(fixture.source.mapping, wrong)).toThrow(TypeError);
  });
});

describe('every statement', () => {
  // covers: FR-022
  test.each([
    [TaskEntity, 'title', '"user_id" = :viewer AND "deleted_at" IS NULL'],
    [StepEntity, 'title', '"user_id" = :viewer'],
    [UserEntity, 'name', '"id" = :viewer'],
  ] as const)('every statement on a table begins its condition with the owner: %o', (entity, changed, condition) => {
    const statements = createOwnedStatements(fixture.source.mapping, entity as typeof TaskEntity, schemaOwners());
    for (const text of [
      statements.select({ columns: ['id'] }),
      statements.select({ columns: ['id'], where: ['"id" = :id'] }),
      statements.update({ set: { [changed]: ':value' }, where: [] }),
      statements.remove({ where: ['"id" = :id'], returning: ['id'] }),
    ])
      expect(text).toMatch(new RegExp(`WHERE ${condition}( AND |\\b|$)`));
  });

  test('every statement puts further conditions in parentheses after the owner condition', () => {
    for (const text of [
      tasks.select({ columns: ['id'], where: ['true OR true', 'false'] }),
      tasks.update({ set: { title: ':title' }, where: ['true OR true', 'false'] }),
      tasks.remove({ where: ['true OR true', 'false'] }),
    ])
      expect(text).toContain('WHERE "user_id" = :viewer AND "deleted_at" IS NULL AND (true OR true) AND (false)');
  });

  // covers: TASKAPI-02
  test('every statement of the scope `all` begins with the owner, and does not exclude deleted rows', () => {
    const all = createOwnedStatements(fixture.source.mapping, TaskEntity, schemaOwners(), 'all');
    for (const text of [
      all.select({ columns: ['id'] }),
      all.update({ set: { title: ':title' }, where: ['true'] }),
      all.remove({ where: ['true'] }),
    ]) {
      expect(text).toMatch(/WHERE "user_id" = :viewer( AND \(true\))?( |$)/);
      expect(text).not.toContain('"deleted_at" IS NULL');
    }
  });

  // covers: ACCESS-15
  test('an insert sets the owner to the viewer, whatever `values` contains', () => {
    const text = tasks.insert({ values: { userId: ':other', id: ':id', title: ':title' } });
    expect(text).toMatch(/\("user_id", "id", "title"\) VALUES \(:viewer, :id, :title\)/);
  });
});

// covers: ACCESS-15
test('an update never sets the owner or the id of a row', () => {
  const text = tasks.update({ set: { userId: ':alice', id: ':other', title: ':title' }, where: [] });
  expect(text).toMatch(/SET "title" = :title WHERE/);
});

describe('columns', () => {
  const columnsFor = (...fields: string[]) => tasks.columns(new Set(fields));

  test('columns returns the selected ones, the owner and the id, always in the same order', () => {
    expect(columnsFor()).toEqual(['userId', 'id']);
    expect(columnsFor('title')).toEqual(['userId', 'id', 'title']);
    expect(columnsFor('done', 'title', 'id')).toEqual(columnsFor('title', 'id', 'done'));
  });

  test('columns ignores names that are not columns', () => {
    const invalid = [
      '__typename',
      'steps',
      'user_id',
      'constructor',
      '__proto__',
      '"title"',
      'title" from auth."user',
      '*',
    ];
    expect(columnsFor(...invalid)).toEqual(['userId', 'id']);
  });
});

/** Type tests: the compiler has to reject each of these lines. */
export function notExpressible(statements: OwnedStatements<TaskRow>, statementCache: StatementCache): void {
  // @ts-expect-error No TypeORM builder is exposed: its `where` would replace the owner condition.
  statements.select({ columns: ['id'] }).where('true');
  // @ts-expect-error The owner condition cannot be replaced.
  statements.select({ columns: ['id'], owner: 'true' });
  // @ts-expect-error A row is created for the viewer: no other owner can be given.
  statements.insert({ values: { userId: ':alice', id: ':id' }, owner: ':alice' });
  // @ts-expect-error Only columns of the table can be selected.
  statements.select({ columns: ['password'] });
  // @ts-expect-error Only OwnedSql can be prepared, not a string.
  statementCache.getOrCreate('all', '', [], () => 'SELECT * FROM "app"."task"');
  // @ts-expect-error OwnedSql with text appended is a string again.
  statementCache.getOrCreate('all', '', [], () => `${statements.select({ columns: ['id'] })} OR true`);
}
