import { afterAll, beforeAll, expect, test } from 'vitest';
import { NEIGHBOUR } from '../../runtime/demo-neighbour.ts';
import { connectSuperuser, type Superuser } from '../../test/support/superuser.ts';
import { createTestDatabase } from '../../test/support/test-database.ts';
import { seedNeighbour } from './demo-data.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let superuser: Superuser;

beforeAll(async () => {
  database = await createTestDatabase();
  superuser = await connectSuperuser(database.superuser);
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
});

// covers: EXPLORE-10
test('seedNeighbour creates one account without any way to sign in, and one task of its own, once', async () => {
  await seedNeighbour(database.owner);
  await superuser.rows('update app.task set title = $1', ['Changed']);
  await seedNeighbour(database.owner);
  expect(await superuser.rows('select id, email, email_verified, role from auth."user"')).toEqual([
    { id: NEIGHBOUR.id, email: NEIGHBOUR.email, email_verified: false, role: 'USER' },
  ]);
  for (const table of ['account', 'session', 'passkey'])
    expect(await superuser.rows(`select from auth.${table}`), table).toEqual([]);
  expect(await superuser.rows('select user_id, id, title from app.task')).toEqual([
    { user_id: NEIGHBOUR.id, id: NEIGHBOUR.task.id, title: 'Changed' },
  ]);
});

test('the neighbour’s address cannot receive mail: its domain is .invalid (RFC 6761)', () => {
  expect(NEIGHBOUR.email).toMatch(/\.invalid$/);
});
