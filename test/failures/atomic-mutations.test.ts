import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabaseSource, type DatabaseSource } from '../../server/data/database-source.ts';
import { type TestApi, errorCodes, startTestApi } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';
import { setUpEmptyDatabase } from '../support/empty-database-fixture.ts';
import { faultInjectingPool } from '../support/fault-injecting-pool.ts';

const fixture = setUpEmptyDatabase();
let source: DatabaseSource;
let api: TestApi;
let bob: string;
let task: string;
/** The statements of the operation so far, and which of them is another one on its way. */
let count = 0;
let fault: { readonly number: number; readonly text: string } | null = null;

beforeAll(async () => {
  source = await openDatabaseSource({ url: fixture.database.api });
  const pool = faultInjectingPool(source.pool, () => (++count === fault?.number ? fault.text : null));
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
  fault = null;
  await fixture.superuser.rows('delete from auth."user"');
});

const MUTATION = `mutation ($task: ID!) {
  one: createTask(input: { title: "after" }) { id }
  two: updateTask(id: $task, input: { title: "after", done: true }) { id }
  three: createTask(input: { title: "after" }) { id }
  four: deleteTask(id: $task)
}`;
/** The four of the mutation, and COMMIT. */
const STATEMENTS = 5;
const tasks = () => fixture.superuser.rows('select * from app.task where user_id = $1 order by id', [bob]);
const execute = () => api.execute(MUTATION, { token: signToken(bob), variables: { task } });

/** Every way in which a statement can fail, and how its caller is told. */
const FAULTS = {
  'is refused by PostgreSQL': ['select 1 / 0', 'INTERNAL_SERVER_ERROR'],
  'is not understood by PostgreSQL': ['selekt', 'INTERNAL_SERVER_ERROR'],
  'breaks a constraint': [
    'insert into app.task (user_id, title) values (app.viewer_id(), null)',
    'INTERNAL_SERVER_ERROR',
  ],
  'is cancelled by somebody': ['select pg_cancel_backend(pg_backend_pid()), pg_sleep(9)', 'UNAVAILABLE'],
  'takes its connection with it': ['select pg_terminate_backend(pg_backend_pid())', 'UNAVAILABLE'],
} as const;
const CASES = Object.entries(FAULTS).flatMap(([name, [text, code]]) =>
  Array.from({ length: STATEMENTS }, (_, index) => ({ name, number: index + 1, text, code })),
);

describe('a mutation of which one statement fails', () => {
  test('has as many statements as are failed here', async () => {
    expect(errorCodes(await execute())).toEqual([]);
    expect(count).toBe(STATEMENTS);
    expect(await tasks()).toMatchObject([{ title: 'after' }, { title: 'after' }]);
  });

  const atCommit = { name: 'is ROLLBACK', number: STATEMENTS, text: 'rollback', code: 'INTERNAL_SERVER_ERROR' };
  // covers: OPS-05
  test.each([...CASES, atCommit])('number $number $name: no effect, and no success', async ({ number, text, code }) => {
    const before = await tasks();
    fault = { number, text };
    const response = await execute();
    expect(count).toBeGreaterThanOrEqual(number);
    expect(response.body?.data ?? null).toBeNull();
    expect(errorCodes(response)).toEqual([code]);
    expect(await tasks()).toEqual(before);

    fault = null;
    expect(errorCodes(await execute())).toEqual([]);
    expect(await tasks()).toMatchObject([{ title: 'after' }, { title: 'after' }]);
  });
});
