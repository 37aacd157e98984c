import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordStatements } from '../../../test/support/recording-pool.ts';
import { schemaOwners, type SeededFixture, createSeededFixture } from '../../../test/support/seeded-fixture.ts';
import type { AuthEventRow } from './auth-event-entity.ts';
import type { AuthEventRepository } from './auth-event-repository.ts';
import { encodeCursor } from '../query/cursor.ts';
import { type OwnedData, createOwnedData } from '../owned-data.ts';
import { generateUuidV7 } from '../query/uuid.ts';
import { ViewerDatabase } from '../pg/viewer-database.ts';

let there: SeededFixture;
let database: ViewerDatabase;
let statements: string[];
let bind: ReturnType<typeof createOwnedData>;
let admin: string;

beforeAll(async () => {
  there = await createSeededFixture();
  const seen = recordStatements(there.source.pool);
  statements = seen.statements;
  database = new ViewerDatabase(seen.pool);
  bind = createOwnedData(there.source.mapping, schemaOwners());
  admin = await there.superuser.insertUser('admin', 'ADMIN');
});
afterAll(() => there.end());
beforeEach(async () => {
  await there.superuser.rows('delete from auth.auth_event');
  statements.length = 0;
});

const dataOf = (viewer: string): OwnedData => bind(viewer, database.openReader(viewer).run);
const own = (viewer: string) => dataOf(viewer).authEvents;
const everybodys = (viewer: string) => dataOf(viewer).crossOwner('AuthEvent');
const ids = (rows: readonly AuthEventRow[] | undefined) => rows?.map(({ id }) => id);
const looks = (viewer: string) =>
  there.superuser.rows(`select detail from auth.auth_event where kind = 'EVERY_OWNER_READ' and user_id = $1`, [viewer]);

/** Walks through all pages of this size. */
async function walk(events: AuthEventRepository, size: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after: string | null = null; ; ) {
    const page = await events.page(size, after);
    found.push(...(ids(page?.nodes) ?? []));
    expect(page?.hasPreviousPage).toBe(after !== null);
    const last = page?.nodes.at(-1);
    if (!page?.hasNextPage || last === undefined) return found;
    after = page.cursorOf(last);
  }
}

describe('the viewer’s own events', () => {
  test('are theirs alone: neither somebody else’s nor nobody’s', async () => {
    const mine = await there.superuser.insertEvent(there.bob);
    await there.superuser.insertEvent(there.alice);
    await there.superuser.insertEvent(null);
    expect(await own(there.bob).page(50, null)).toEqual({
      nodes: [
        {
          id: mine,
          userId: there.bob,
          kind: 'SIGN_IN',
          outcome: 'FAILED',
          address: null,
          userAgent: null,
          detail: null,
          createdAt: expect.any(Date),
        },
      ],
      hasNextPage: false,
      hasPreviousPage: false,
      cursorOf: expect.any(Function),
    });
    expect(statements).toHaveLength(1);
  });

  test('are an admin’s own too, until everybody’s are asked for by name', async () => {
    await there.superuser.insertEvent(there.bob);
    expect(await own(admin).page(50, null)).toMatchObject({ nodes: [] });
    expect(await looks(admin)).toEqual([]);
  });

  test('come newest first, page by page, each once, also where many share a moment', async () => {
    const moments = [3_000, 1_000, 2_000, 2_000, 2_000, 2_000, 1_000].map((at) => new Date(at));
    const made: { id: string; at: number }[] = [];
    for (const at of moments) made.push({ id: await there.superuser.insertEvent(there.bob, at), at: at.getTime() });
    const inOrder = made.toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
    for (const size of [1, 2, 3, 6, 7, 100]) expect(await walk(own(there.bob), size), `${size}`).toEqual(inOrder);
  });

  test('after what is no cursor of this list are null, and cost no statement', async () => {
    const id = generateUuidV7();
    const keys = [null, 'x', '1', 1.5, -1, 253_402_300_800_000, 8.64e15];
    const cursors = ['', 'x', ...keys.map((key) => encodeCursor('NEWEST_FIRST', { key, id }))];
    for (const cursor of [...cursors, encodeCursor('POSITION', { key: 1, id })])
      expect(await own(there.bob).page(50, cursor), cursor).toBeNull();
    expect(statements).toEqual([]);
    const ends = [0, 253_402_300_799_999].map((key) => encodeCursor('NEWEST_FIRST', { key, id }));
    for (const cursor of ends) expect(await own(there.bob).page(50, cursor), cursor).not.toBeNull();
  });
});

describe('everybody’s events', () => {
  test('are an admin’s to read, page by page; each statement is an event of the admin’s', async () => {
    const made = [
      await there.superuser.insertEvent(there.bob, new Date(3_000)),
      await there.superuser.insertEvent(null, new Date(2_000)),
      await there.superuser.insertEvent(there.alice, new Date(1_000)),
    ];
    const found = await walk(everybodys(admin), 2);
    expect(found.filter((id) => made.includes(id))).toEqual(made);
    expect(await looks(admin)).toEqual(statements.map(() => ({ detail: 'AuthEvent' })));
    expect(statements).toHaveLength(2);
  });

  test('begin with the look itself: it is kept in the transaction that it reads in', async () => {
    expect(await everybodys(admin).page(50, null)).toMatchObject({
      nodes: [{ userId: admin, kind: 'EVERY_OWNER_READ', outcome: 'SUCCEEDED', detail: 'AuthEvent' }],
    });
  });

  test('are nobody’s without the role in the database, and the attempt is kept', async () => {
    await there.superuser.insertEvent(there.alice);
    expect(await everybodys(there.bob).page(50, null)).toMatchObject({ nodes: [] });
    expect(await looks(there.bob)).toHaveLength(1);
    expect(await everybodys(generateUuidV7()).page(50, null)).toMatchObject({ nodes: [] });
  });

  // covers: ACCESS-25
  test('leave with the role: the next read after it was taken away finds nothing', async () => {
    const former = await there.superuser.insertUser('former', 'ADMIN');
    await there.superuser.insertEvent(there.alice);
    const ofAlice = async () =>
      (await everybodys(former).page(50, null))?.nodes.some((row) => row.userId === there.alice);
    expect(await ofAlice()).toBe(true);
    await there.superuser.rows(`update auth."user" set role = 'USER' where id = $1`, [former]);
    expect(await ofAlice()).toBe(false);
  });

  // covers: ACCESS-25
  test('are in no answer when they could not be put down', async () => {
    await there.superuser.insertEvent(there.alice);
    await there.superuser.rows('revoke insert (user_id, detail) on auth.auth_event from fieldgate_api');
    try {
      await expect(everybodys(admin).page(50, null)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await there.superuser.rows('grant insert (user_id, detail) on auth.auth_event to fieldgate_api');
    }
  });

  test('cannot be read in a mutation, where every later statement could see them too', async () => {
    const attempt = database.runTransaction(admin, (run) => bind(admin, run).crossOwner('AuthEvent').page(50, null));
    await expect(attempt).rejects.toThrow(
      new TypeError('AuthEvent is read for every owner in a mutation: use a query.'),
    );
    expect(await looks(admin)).toEqual([]);
  });

  test('leave nothing behind on the connection: the next statement sees the viewer’s own rows', async () => {
    await there.superuser.insertEvent(there.alice);
    const SEES = { name: 'sees', text: 'select user_id from auth.auth_event' };
    for (let count = 0; count < 12; count++) {
      await everybodys(admin).page(50, null);
      const seen = await database.openReader(admin).run(SEES, []);
      expect(new Set(seen.map((row) => row['user_id']))).toEqual(new Set([admin]));
    }
  });
});

test('no other type can be asked for: the types do not have it, and it is not there', () => {
  // @ts-expect-error Task's @owner has no orRoles.
  expect(() => dataOf(admin).crossOwner('Task')).toThrow(TypeError);
});

test('without orRoles in the schema nothing can be read for every owner', () => {
  const without = new Map(schemaOwners()).set('AuthEvent', { field: 'userId', orRoles: [] });
  expect(() => createOwnedData(there.source.mapping, without)).toThrow(
    "The type AuthEvent is to be read for every owner, but the schema's @owner has no orRoles.",
  );
});

describe.each([
  ['a user’s own record', 'authEvent', 'auth_event_of_user'],
  ['the whole log', 'authEvent.every', 'auth_event_in_order'],
])('a page of %s', (_, name, index) => {
  test('is read from its index, without sorting', async () => {
    await there.superuser.rows(`insert into auth.auth_event (user_id, created_at)
      select case n % 4 when 0 then '${there.bob}' else gen_random_uuid() end::uuid, to_timestamp(n)
      from generate_series(1, 20000) n`);
    await there.superuser.rows('analyze auth.auth_event');
    let text = '';
    const seen = bind(admin, async (statement) => {
      if (statement.name.replace(/\.[0-9a-f]{16}$/, '') === name) ({ text } = statement);
      return [];
    });
    await seen.authEvents.page(50, null);
    await seen.crossOwner('AuthEvent').page(50, null);
    const values = name.includes('every') ? `'AuthEvent', array['ADMIN'], 51` : `'${there.bob}', 51`;
    const plan = await explain(text, values);
    expect(plan).toContain(index);
    expect(plan).not.toContain('Sort');
  });
});

/** The plan of a statement as the API's role, for an admin who acts for every owner. */
async function explain(text: string, values: string): Promise<string> {
  const client = await there.source.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `select set_config('app.viewer_id', $1, true), set_config('app.every_owner', 'AuthEvent', true)`,
      [admin],
    );
    await client.query(`prepare explained as ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain analyze execute explained (${values})`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('rollback');
    await client.query('deallocate explained').catch(() => {});
    client.release();
  }
}
