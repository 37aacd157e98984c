import { describe, expect, test } from 'vitest';
import { setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { generateUuidV7 } from '../../uuid.ts';

const fixture = setUpDataFixture();
const own = (viewer: string) =>
  fixture
    .dataFor(viewer)
    .users.own(new Set(['name', 'email', 'emailVerified', 'role', 'createdAt', 'image', 'password']));

describe('users.own', () => {
  test('users.own returns the viewer’s account, with the columns that the API may read', async () => {
    const row = await own(fixture.seeded.bob);
    expect(row).toEqual({
      id: fixture.seeded.bob,
      name: 'bob',
      email: 'bob@example.com',
      emailVerified: true,
      role: 'USER',
      createdAt: expect.stringMatching(/^2\d{3}-.*T.*\.\d{3}Z$/),
    });
  });

  test('users.own returns null for a deleted account', async () => {
    expect(await own(generateUuidV7())).toBeNull();
  });
});
