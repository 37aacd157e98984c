import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { owners, type Scene, scene } from '../../test/walls/scene.ts';
import { owned } from './owned.ts';
import { TaskEntity } from './task.ts';
import { tasks } from './tasks.ts';
import { UserEntity } from './user.ts';

let there: Scene;
beforeAll(async () => {
  there = await scene();
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
    expect(() => owned(there.source.mapping, TaskEntity, wrong)).toThrow(new TypeError(message));
    expect(() => tasks(there.source.mapping, wrong)).toThrow(TypeError);
  });

  test('and with one, every way into the table begins with it', () => {
    const cases = [
      [TaskEntity, '"user_id" = :viewer'],
      [UserEntity, '"id" = :viewer'],
    ] as const;
    for (const [entity, condition] of cases) {
      const way = owned(there.source.mapping, entity as typeof TaskEntity, owners());
      expect(way.isOwners).toBe(condition);
      expect(way.select().getQuery()).toContain(`WHERE ${condition}`);
    }
  });
});
