import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabaseSource, type DatabaseSource } from '../../server/data/database-source.ts';
import { type TestApi, errorCodes, startTestApi } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';
import { setUpEmptyDatabase } from '../support/test-database.ts';
import { recordStatements } from '../support/recording-pool.ts';

const fixture = setUpEmptyDatabase();
let source: DatabaseSource;
let api: TestApi;
let bob: string;
let task: string;
/** The number of statements so far, and which of them is replaced by a failing one. */
let count = 0;
let failure: { readonly number: number; readonly text: string } | null = null;

beforeAll(async () => {
  source = await openDatabaseSource({ url: fixture.database.api });
  const { pool } = recordStatements(source.pool, {
    replace: () => (++count === failure?.number ? failure.text : null),
  });
  api = await startTestApi({ ...source, pool });
});
afterAll(async () => {
  await api.close();
  await source.close();
});
beforeEach(async () => {
  bob = await fixture.superuser.insertUser('bob');
  task = await fixture.superuser.insertTask(bob, { title: 'before' });
  count = 0;
});
afterEach(async () => {
  failure = null;
  await fixture.superuser.rows('delete from auth."user"');
});

const MUTATION = `mutation ($task: ID!) {
  one: createTask(input: { title: "after" }) { id }
  two: updateTask(id: $task, input: { title: "after", done: true }) { id }
  three: createTask(input: { title: "after" }) { id }
  four: deleteTask(id: $task)
}`;
/** The mutation's four, and COMMIT. */
const STATEMENTS = 5;
const tasks = () => fixture.superuser.rows('select * from app.task where user_id = $1 order by id', [bob]);
/** The rows after the mutation: the deleted task is kept, for `restoreTask`. */
const CHANGED = [
  { title: 'after', deleted_at: expect.any(Date) },
  { title: 'after', deleted_at: null },
  { title: 'after', deleted_at: null },
];
const execute = () => api.execute(MUTATION, { token: signToken(bob), variables: { task } });

/** Every way in which a statement can fail: the replacement, and the code that the client gets. */
const FAILURES = {
  'fails at run time': ['select 1 / 0', 'INTERNAL_SERVER_ERROR'],
  'is a syntax error': ['selekt', 'INTERNAL_SERVER_ERROR'],
  'violates a constraint': [
    'insert into app.task (user_id, title) values (app.viewer_id(), null)',
    'INTERNAL_SERVER_ERROR',
  ],
  'is cancelled': ['select pg_cancel_backend(pg_backend_pid()), pg_sleep(9)', 'UNAVAILABLE'],
  'ends its connection': ['select pg_terminate_backend(pg_backend_pid())', 'UNAVAILABLE'],
} as const;
const CASES = Object.entries(FAILURES).flatMap(([name, [text, code]]) =>
  Array.from({ length: STATEMENTS }, (_, index) => ({ name, number: index + 1, text, code })),
);

describe('a mutation of which one statement fails', () => {
  test('sends five statements, each of which a test fails', async () => {
    expect(errorCodes(await execute())).toEqual([]);
    expect(count).toBe(STATEMENTS);
    expect(await tasks()).toMatchObject(CHANGED);
  });

  const rollbackAtCommit = { name: 'is ROLLBACK', number: STATEMENTS, text: 'rollback', code: 'INTERNAL_SERVER_ERROR' };
  // covers: OPS-05
  test.each([...CASES, rollbackAtCommit])(
    'has no effect and reports no success when statement $number $name',
    async ({ number, text, code }) => {
      const before = await tasks();
      failure = { number, text };
      const response = await execute();
      expect(count).toBeGreaterThanOrEqual(number);
      expect(response.body?.data ?? null).toBeNull();
      expect(errorCodes(response)).toEqual([code]);
      expect(await tasks()).toEqual(before);

      failure = null;
      expect(errorCodes(await execute())).toEqual([]);
      expect(await tasks()).toMatchObject(CHANGED);
    },
  );
});
