import { describe, expect, test } from 'vitest';
import { dataOnScene } from '../../test/walls/data-on-scene.ts';
import { newIdentifier } from './identifier.ts';

const on = dataOnScene();
const own = (viewer: string) =>
  on.of(viewer).users.own(new Set(['name', 'email', 'emailVerified', 'role', 'createdAt', 'image', 'password']));

describe('users.own', () => {
  test('is the viewer’s account, with the columns that the API was granted', async () => {
    const row = await own(on.there.bob);
    expect(row).toEqual({
      id: on.there.bob,
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
