import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaOwners, type SeededFixture, createSeededFixture } from '../../../test/support/seeded-fixture.ts';
import { type OwnedStatements, createOwnedStatements } from './owned-statements.ts';
import { createOwnedData } from '../owned-data.ts';
import { StatementCache } from './statement-cache.ts';
import { StepEntity } from '../step/step-entity.ts';
import { TaskEntity, type TaskRow } from '../task/task-entity.ts';
import { UserEntity } from '../user/user-entity.ts';

let there: SeededFixture;
let own: OwnedStatements<TaskRow>;
beforeAll(async () => {
  there = await createSeededFixture();
  own = createOwnedStatements(there.source.mapping, TaskEntity, schemaOwners());
});
afterAll(() => there.end());

describe('without an owner in the schema', () => {
  test.each([
    ['says nothing of the type', new Map([['User', { field: 'id', orRoles: [] }]]), 'nobody'],
    ['names a property that the table has not', new Map([['Task', { field: 'ownerId', orRoles: [] }]]), 'ownerId'],
    ['names a column instead of a property', new Map([['Task', { field: 'user_id', orRoles: [] }]]), 'user_id'],
    ['names nothing', new Map([['Task', { field: '', orRoles: [] }]]), ''],
  ])('no statement on tasks can be made: the schema %s', (_, wrong, named) => {
    const message = `The type Task is kept by owner, but the schema's @owner names ${named}.`;
    expect(() => createOwnedStatements(there.source.mapping, TaskEntity, wrong)).toThrow(new TypeError(message));
    expect(() => createOwnedData(there.source.mapping, wrong)).toThrow(TypeError);
  });
});

describe('every statement', () => {
  // covers: FR-022
  test.each([
    [TaskEntity, 'title', '"user_id" = :viewer'],
    [StepEntity, 'title', '"user_id" = :viewer'],
    [UserEntity, 'name', '"id" = :viewer'],
  ] as const)('on a table begins its condition with the owner: %o', (entity, changed, condition) => {
    const way = createOwnedStatements(there.source.mapping, entity as typeof TaskEntity, schemaOwners());
    for (const text of [
      way.select({ columns: ['id'] }),
      way.select({ columns: ['id'], where: ['"id" = :id'] }),
      way.update({ set: { [changed]: ':value' }, where: [] }),
      way.remove({ where: ['"id" = :id'], returning: ['id'] }),
    ])
      expect(text).toMatch(new RegExp(`WHERE ${condition}( AND |\\b|$)`));
  });

  test('keeps a condition that would widen it in parentheses, behind the owner’s', () => {
    for (const text of [
      own.select({ columns: ['id'], where: ['true OR true', 'false'] }),
      own.update({ set: { title: ':title' }, where: ['true OR true', 'false'] }),
      own.remove({ where: ['true OR true', 'false'] }),
    ])
      expect(text).toContain('WHERE "user_id" = :viewer AND (true OR true) AND (false)');
  });

  // covers: ACCESS-15
  test('makes rows for the viewer, whatever is given for the owner', () => {
    const text = own.insert({ values: { userId: ':somebody', id: ':id', title: ':title' } });
    expect(text).toMatch(/\("user_id", "id", "title"\) VALUES \(:viewer, :id, :title\)/);
  });
});

// covers: ACCESS-15
test('neither the owner nor the id of a row can be changed, whatever is set', () => {
  const text = own.update({ set: { userId: ':alice', id: ':other', title: ':title' }, where: [] });
  expect(text).toMatch(/SET "title" = :title WHERE/);
});

describe('columns', () => {
  const asked = (...fields: string[]) => own.columns(new Set(fields));

  test('are those asked for, the owner and the id, in one order whatever the asker’s', () => {
    expect(asked()).toEqual(['userId', 'id']);
    expect(asked('title')).toEqual(['userId', 'id', 'title']);
    expect(asked('done', 'title', 'id')).toEqual(asked('title', 'id', 'done'));
  });

  test('are no names of anything else', () => {
    const sly = [
      '__typename',
      'steps',
      'user_id',
      'constructor',
      '__proto__',
      '"title"',
      'title" from auth."user',
      '*',
    ];
    expect(asked(...sly)).toEqual(['userId', 'id']);
  });
});

/** What the types refuse: each of these is an error of the compiler, or this file does not pass. */
export function notExpressible(way: OwnedStatements<TaskRow>, statementCache: StatementCache): void {
  // @ts-expect-error There is no TypeORM builder on the way, and so none of its `where`, which replaces the owner's.
  way.select({ columns: ['id'] }).where('true');
  // @ts-expect-error A condition cannot stand in the owner's place.
  way.select({ columns: ['id'], owner: 'true' });
  // @ts-expect-error A row is made for the viewer: nobody else can be named.
  way.insert({ values: { userId: ':alice', id: ':id' }, owner: ':alice' });
  // @ts-expect-error No column that the table has not.
  way.select({ columns: ['password'] });
  // @ts-expect-error A text that no owned table has made is no statement.
  statementCache.getOrCreate('all', '', [], () => 'SELECT * FROM "app"."task"');
  // @ts-expect-error Neither is what becomes of one when something is added to it.
  statementCache.getOrCreate('all', '', [], () => `${way.select({ columns: ['id'] })} OR true`);
}
