import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordStatements } from '../../../test/support/recording-pool.ts';
import { schemaOwners, type SeededFixture, createSeededFixture } from '../../../test/support/seeded-fixture.ts';
import type { AuthEventRow } from './auth-event-entity.ts';
import type { AuthEventFilter, AuthEventRepository } from './auth-event-repository.ts';
import { encodeCursor } from '../query/cursor.ts';
import { type OwnedData, createOwnedData } from '../owned-data.ts';
import { generateUuidV7 } from '../../uuid.ts';
import { ViewerDatabase } from '../pg/viewer-database.ts';

let fixture: SeededFixture;
let database: ViewerDatabase;
let statements: string[];
let bind: ReturnType<typeof createOwnedData>;
let admin: string;

beforeAll(async () => {
  fixture = await createSeededFixture();
  const recording = recordStatements(fixture.source.pool);
  statements = recording.statements;
  database = new ViewerDatabase(recording.pool);
  bind = createOwnedData(fixture.source.mapping, schemaOwners());
  admin = await fixture.superuser.insertUser('admin', 'ADMIN');
});
afterAll(() => fixture.end());
beforeEach(async () => {
  await fixture.superuser.rows('delete from auth.auth_event');
  statements.length = 0;
});

const dataOf = (viewer: string): OwnedData => bind(viewer, database.openReader(viewer).run);
const own = (viewer: string) => dataOf(viewer).authEvents;
const crossOwner = (viewer: string) => dataOf(viewer).crossOwner('AuthEvent');
const ids = (rows: readonly AuthEventRow[] | undefined) => rows?.map(({ id }) => id);
const crossOwnerReads = (viewer: string) =>
  fixture.superuser.rows(`select detail from auth.auth_event where kind = 'EVERY_OWNER_READ' and user_id = $1`, [
    viewer,
  ]);

/** Reads all pages of this size; returns the ids of their events. */
async function readAllPages(events: Pick<AuthEventRepository, 'page'>, size: number): Promise<readonly string[]> {
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
  test('authEvents reads the viewer’s own events only, not those of other users or without a user', async () => {
    const ownEvent = await fixture.superuser.insertEvent(fixture.bob);
    await fixture.superuser.insertEvent(fixture.alice);
    await fixture.superuser.insertEvent(null);
    expect(await own(fixture.bob).page(50, null)).toEqual({
      nodes: [
        {
          id: ownEvent,
          userId: fixture.bob,
          kind: 'SIGN_IN',
          outcome: 'FAILED',
          address: null,
          userAgent: null,
          detail: null,
          createdAt: expect.stringMatching(/^2\d{3}-.*T.*\.\d{3}Z$/),
        },
      ],
      hasNextPage: false,
      hasPreviousPage: false,
      cursorOf: expect.any(Function),
    });
    expect(statements).toHaveLength(1);
  });

  test('authEvents reads an admin’s own events only, and records nothing', async () => {
    await fixture.superuser.insertEvent(fixture.bob);
    expect(await own(admin).page(50, null)).toMatchObject({ nodes: [] });
    expect(await crossOwnerReads(admin)).toEqual([]);
  });

  test('authEvents pages contain each event once, newest first, also events of equal time', async () => {
    const times = [3_000, 1_000, 2_000, 2_000, 2_000, 2_000, 1_000].map((at) => new Date(at));
    const inserted: { id: string; at: number }[] = [];
    for (const at of times)
      inserted.push({ id: await fixture.superuser.insertEvent(fixture.bob, at), at: at.getTime() });
    const inOrder = inserted.toSorted((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
    for (const size of [1, 2, 3, 6, 7, 100])
      expect(await readAllPages(own(fixture.bob), size), `${size}`).toEqual(inOrder);
  });

  test('authEvents returns null for an invalid cursor, and sends no statement', async () => {
    const id = generateUuidV7();
    const keys = [null, 'x', '1', 1.5, -1, 253_402_300_800_000, 8.64e15];
    const cursors = ['', 'x', ...keys.map((key) => encodeCursor('NEWEST_FIRST', { key, id }))];
    for (const cursor of [...cursors, encodeCursor('POSITION', { key: 1, id })])
      expect(await own(fixture.bob).page(50, cursor), cursor).toBeNull();
    expect(statements).toEqual([]);
    const limits = [0, 253_402_300_799_999].map((key) => encodeCursor('NEWEST_FIRST', { key, id }));
    for (const cursor of limits) expect(await own(fixture.bob).page(50, cursor), cursor).not.toBeNull();
  });
});

describe('cross-owner reads of events', () => {
  test('an admin reads all events page by page, and each statement is recorded as the admin’s event', async () => {
    const inserted = [
      await fixture.superuser.insertEvent(fixture.bob, new Date(3_000)),
      await fixture.superuser.insertEvent(null, new Date(2_000)),
      await fixture.superuser.insertEvent(fixture.alice, new Date(1_000)),
    ];
    const found = await readAllPages(crossOwner(admin), 2);
    expect(found.filter((id) => inserted.includes(id))).toEqual(inserted);
    expect(await crossOwnerReads(admin)).toEqual(statements.map(() => ({ detail: 'AuthEvent' })));
    expect(statements).toHaveLength(2);
  });

  test('a cross-owner read includes its own event, which is recorded in the same transaction', async () => {
    expect(await crossOwner(admin).page(50, null)).toMatchObject({
      nodes: [{ userId: admin, kind: 'EVERY_OWNER_READ', outcome: 'SUCCEEDED', detail: 'AuthEvent' }],
    });
  });

  // covers: US6.5
  test('an admin reads the events of one user, kind or outcome, page by page', async () => {
    const [older, newer] = [
      await fixture.superuser.insertEvent(fixture.bob, new Date(1_000)),
      await fixture.superuser.insertEvent(fixture.bob, new Date(2_000)),
    ];
    const ofAlice = await fixture.superuser.insertEvent(fixture.alice, new Date(3_000));
    const filtered = (filter: AuthEventFilter) => ({
      page: (first: number, after: string | null) => crossOwner(admin).page(first, after, filter),
    });
    expect(await readAllPages(filtered({ userId: fixture.bob }), 1)).toEqual([newer, older]);
    expect(await readAllPages(filtered({ kind: 'SIGN_IN' }), 2)).toEqual([ofAlice, newer, older]);
    expect(await readAllPages(filtered({ outcome: 'FAILED', userId: fixture.alice }), 5)).toEqual([ofAlice]);
    expect(await readAllPages(filtered({ kind: 'SIGN_UP', userId: null }), 5)).toEqual([]);
    for (const userId of ['x', fixture.bob.toUpperCase()])
      expect(await readAllPages(filtered({ userId }), 5)).toEqual([]);
  });

  test('a filter does not widen what a user without the role reads', async () => {
    await fixture.superuser.insertEvent(fixture.alice);
    expect(await crossOwner(fixture.bob).page(50, null, { userId: fixture.alice })).toMatchObject({ nodes: [] });
    expect(await own(fixture.bob).page(50, null, { userId: fixture.alice })).toMatchObject({ nodes: [] });
  });

  test('a cross-owner read without the role in the database returns no rows, and is recorded', async () => {
    await fixture.superuser.insertEvent(fixture.alice);
    expect(await crossOwner(fixture.bob).page(50, null)).toMatchObject({ nodes: [] });
    expect(await crossOwnerReads(fixture.bob)).toHaveLength(1);
    expect(await crossOwner(generateUuidV7()).page(50, null)).toMatchObject({ nodes: [] });
  });

  // covers: ACCESS-25
  test('a cross-owner read returns nothing once the role has been revoked', async () => {
    const former = await fixture.superuser.insertUser('former', 'ADMIN');
    await fixture.superuser.insertEvent(fixture.alice);
    const ofAlice = async () =>
      (await crossOwner(former).page(50, null))?.nodes.some((row) => row.userId === fixture.alice);
    expect(await ofAlice()).toBe(true);
    await fixture.superuser.rows(`update auth."user" set role = 'USER' where id = $1`, [former]);
    expect(await ofAlice()).toBe(false);
  });

  // covers: ACCESS-25
  test('a cross-owner read fails if its event cannot be recorded', async () => {
    await fixture.superuser.insertEvent(fixture.alice);
    await fixture.superuser.rows('revoke insert (user_id, detail) on auth.auth_event from fieldgate_api');
    try {
      await expect(crossOwner(admin).page(50, null)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await fixture.superuser.rows('grant insert (user_id, detail) on auth.auth_event to fieldgate_api');
    }
  });

  test('a cross-owner read in a mutation throws, because later statements would also read across owners', async () => {
    const attempt = database.runTransaction(admin, (run) => bind(admin, run).crossOwner('AuthEvent').page(50, null));
    await expect(attempt).rejects.toThrow(new TypeError('Cross-owner read of AuthEvent in a mutation: use a query.'));
    expect(await crossOwnerReads(admin)).toEqual([]);
  });

  test('after a cross-owner read the next statement on the connection sees the viewer’s own rows only', async () => {
    await fixture.superuser.insertEvent(fixture.alice);
    const SELECT_OWNERS = { name: 'select-owners', text: 'select user_id from auth.auth_event' };
    for (let count = 0; count < 12; count++) {
      await crossOwner(admin).page(50, null);
      const seen = await database.openReader(admin).run(SELECT_OWNERS, []);
      expect(new Set(seen.map((row) => row['user_id']))).toEqual(new Set([admin]));
    }
  });
});

test('crossOwner throws for a type without orRoles, which TypeScript rejects too', () => {
  // @ts-expect-error Task's @owner has no orRoles.
  expect(() => dataOf(admin).crossOwner('Task')).toThrow(TypeError);
});

test('createOwnedData throws if a type with cross-owner reads has no orRoles in the schema', () => {
  const without = new Map(schemaOwners()).set('AuthEvent', { field: 'userId', orRoles: [] });
  expect(() => createOwnedData(fixture.source.mapping, without)).toThrow(
    'Cross-owner reads of the type AuthEvent need `orRoles` in its @owner directive.',
  );
});

describe.each([
  ['a user’s own events', 'authEvent', 'auth_event_of_user'],
  ['all events', 'authEvent.crossOwner', 'auth_event_in_order'],
])('a page of %s', (events, name, index) => {
  test(`a page of ${events} is read from an index without sorting`, async () => {
    await fixture.superuser.rows(`insert into auth.auth_event (user_id, created_at)
      select case n % 4 when 0 then '${fixture.bob}' else gen_random_uuid() end::uuid, to_timestamp(n)
      from generate_series(1, 20000) n`);
    await fixture.superuser.rows('analyze auth.auth_event');
    let text = '';
    const recorded = bind(admin, async (statement) => {
      if (statement.name.replace(/\.[0-9a-f]{16}$/, '') === name) ({ text } = statement);
      return [];
    });
    await recorded.authEvents.page(50, null);
    await recorded.crossOwner('AuthEvent').page(50, null);
    const values = name.includes('crossOwner') ? `'AuthEvent', array['ADMIN'], 51` : `'${fixture.bob}', 51`;
    const plan = await explain(text, values);
    expect(plan).toContain(index);
    expect(plan).not.toContain('Sort');
  });
});

/** Returns the plan of a statement as the API's role, for an admin with a cross-owner read. */
async function explain(text: string, values: string): Promise<string> {
  const client = await fixture.source.pool.connect();
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
