import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { owners, type Scene, scene } from '../../test/walls/scene.ts';
import { ownedData } from './data.ts';
import { newIdentifier } from './identifier.ts';
import { Database } from './transaction.ts';

let there: Scene;
let own: (viewer: string) => Promise<unknown>;

beforeAll(async () => {
  there = await scene();
  const database = new Database(there.source.pool);
  const bind = ownedData(there.source.mapping, owners());
  own = (viewer) =>
    bind(viewer, database.reading(viewer).run).users.own(
      new Set(['name', 'email', 'emailVerified', 'role', 'createdAt', 'image', 'password']),
    );
});
afterAll(() => there.end());

describe('users.own', () => {
  test('is the viewer’s account, with the columns that the API was granted', async () => {
    const row = await own(there.bob);
    expect(row).toEqual({
      id: there.bob,
      name: 'bob',
      email: 'bob@example.com',
      emailVerified: true,
      role: 'USER',
      createdAt: expect.any(Date),
    });
  });

  test('is null when the account is gone', async () => {
    expect(await own(newIdentifier())).toBeNull();
  });
});
