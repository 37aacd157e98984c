import { beforeEach, describe, expect, test } from 'vitest';
import { ViewerDatabase } from '../../server/data/pg/viewer-database.ts';
import { createOwnedData } from '../../server/data/owned-data.ts';
import { DatabaseUnavailable } from '../../server/data/pg/database-errors.ts';
import { schemaOwners } from '../support/seeded-fixture.ts';
import { type ApiResponse, errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

/** A new user for each test, with three tasks: `first`, `second` and `third`. */
let erin: string;
let ids: Record<'first' | 'second' | 'third', string>;

const fixture = setUpApiFixture();
beforeEach(async () => {
  await fixture.seeded.superuser.rows(`delete from auth."user" where name = 'erin'`);
  erin = await fixture.seeded.superuser.insertUser('erin');
  const insertTask = (title: string, position: number) =>
    fixture.seeded.superuser.insertTask(erin, { title, position });
  ids = {
    first: await insertTask('first', 1),
    second: await insertTask('second', 2),
    third: await insertTask('third', 3),
  };
});

/** Placeholder for the declarations of those of `$first`, `$second` and `$third` that a document uses. */
const ID = '(…)';
const withVariables = (query: string) => {
  const used = Object.keys(ids).filter((name) => query.includes(`$${name}`));
  return query.replace(ID, `(${used.map((name) => `$${name}: ID!`).join(', ')})`);
};
const send = (query: string, variables: Record<string, unknown> = {}): Promise<ApiResponse> =>
  fixture.api.execute(withVariables(query), { token: signToken(erin), variables: { ...ids, ...variables } });
/** Returns an operation's data; it must have no errors. */
async function execute(query: string, variables: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { body, text } = await send(query, variables);
  expect(body?.errors, text).toBeUndefined();
  return { ...body?.data };
}
const titles = async (args = '') => {
  const { tasks } = await execute(`{ tasks${args} { nodes { title } } }`);
  return (tasks as { nodes: { title: string }[] }).nodes.map(({ title }) => title);
};

describe('steps', () => {
  test('adds, updates, reads and deletes steps', async () => {
    const { addStep } = await execute(
      `mutation ${ID} { addStep(taskId: $first, input: { title: "  Oat " }) { id userId title done position task { title } } }`,
    );
    const step = {
      id: expect.any(String),
      userId: erin,
      title: 'Oat',
      done: false,
      position: 1,
      task: { title: 'first' },
    };
    expect(addStep).toEqual(step);
    const { id } = addStep as { id: string };
    await execute(`mutation ${ID} { addStep(taskId: $first, input: { title: "Milk", done: true }) { id } }`);
    expect(
      await execute('mutation ($id: ID!) { updateStep(id: $id, input: { done: true }) { done title } }', { id }),
    ).toEqual({
      updateStep: { done: true, title: 'Oat' },
    });
    const read = `query ${ID} { task(id: $first) { steps { title done task { id steps { position } } } } }`;
    const task = { id: ids.first, steps: [{ position: 1 }, { position: 2 }] };
    expect(await execute(read)).toEqual({
      task: {
        steps: [
          { title: 'Oat', done: true, task },
          { title: 'Milk', done: true, task },
        ],
      },
    });
    expect(await execute('mutation ($id: ID!) { deleteStep(id: $id) }', { id })).toEqual({ deleteStep: id });
    expect(await execute(`query ${ID} { task(id: $first) { steps { title } } }`)).toEqual({
      task: { steps: [{ title: 'Milk' }] },
    });
  });

  test('rejects the 101st step of a task and rolls back the whole mutation', async () => {
    for (let position = 1; position <= 100; position++)
      await fixture.seeded.superuser.insertStep(erin, ids.first, { position });
    const response = await send(
      `mutation ${ID} { a: updateTask(id: $first, input: { title: "changed" }) { id } b: addStep(taskId: $first, input: { title: "one more" }) { id } }`,
    );
    expect(response.body).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'taskId', rule: 'maxItems', max: 100 } }],
    });
    expect(response.text).toContain('a task has at most 100 steps');
    expect(await titles()).toEqual(['first', 'second', 'third']);
  });
});

describe('expectedVersion', () => {
  const CHANGE = `mutation ($first: ID!, $v: Int) { updateTask(id: $first, input: { title: "new" }, expectedVersion: $v) { version title } }`;

  // covers: CONTRACT-08
  test('accepts the current version and answers another with CONFLICT and the current version', async () => {
    expect(await execute(CHANGE, { v: 1 })).toEqual({ updateTask: { version: 2, title: 'new' } });
    const response = await send(CHANGE, { v: 1 });
    expect(response.status).toBe(200);
    expect(response.body).toEqual({
      data: null,
      errors: [
        {
          message: 'This has changed since you read it.',
          path: ['updateTask'],
          locations: expect.any(Array),
          extensions: { code: 'CONFLICT', currentVersion: 2 },
        },
      ],
    });
    expect(await execute(CHANGE, { v: null })).toEqual({ updateTask: { version: 3, title: 'new' } });
  });

  // covers: CONTRACT-08
  test('accepts one of a hundred concurrent updates', async () => {
    const responses = await Promise.all(Array.from({ length: 100 }, () => send(CHANGE, { v: 1 })));
    expect(responses.filter(({ body }) => body?.data).length).toBe(1);
    for (const { body } of responses)
      if (!body?.data) expect(body?.errors?.[0]?.extensions).toEqual({ code: 'CONFLICT', currentVersion: 2 });
  });
});

test('moves tasks, and pages show the new order', async () => {
  expect(await execute(`mutation ${ID} { moveTask(id: $third) { title version } }`)).toEqual({
    moveTask: { title: 'third', version: 2 },
  });
  expect(await titles()).toEqual(['third', 'first', 'second']);
  await execute(`mutation ${ID} { moveTask(id: $third, after: $first) { id } }`);
  expect(await titles()).toEqual(['first', 'third', 'second']);
  await execute(`mutation ${ID} { moveTask(id: $first, after: $second) { id } }`);
  expect(await titles()).toEqual(['third', 'second', 'first']);
  expect(await execute(`mutation ${ID} { moveTask(id: $first, after: $first) { version } }`)).toEqual({
    moveTask: { version: 2 },
  });
  expect(await titles()).toEqual(['third', 'second', 'first']);
});

test('clears done tasks or all tasks, and returns how many', async () => {
  await execute(`mutation ${ID} { updateTask(id: $second, input: { done: true }) { id } }`);
  expect(await execute('mutation { clearTasks(done: true) }')).toEqual({ clearTasks: 1 });
  expect(await titles()).toEqual(['first', 'third']);
  expect(await execute('mutation { clearTasks(done: true) }')).toEqual({ clearTasks: 0 });
  expect(await execute('mutation { clearTasks }')).toEqual({ clearTasks: 2 });
  expect(await titles()).toEqual([]);
});

describe('a list of tasks', () => {
  test('filters and sorts tasks, also those of the viewer', async () => {
    await execute(
      `mutation ${ID} { updateTask(id: $second, input: { dueAt: "2026-11-21T09:30:00Z", priority: HIGH }) { id } }`,
    );
    expect(await titles('(filter: { text: "IR" })')).toEqual(['first', 'third']);
    expect(await titles('(filter: { dueAfter: "2026-11-21T10:30:00+01:00" })')).toEqual(['second']);
    expect(await titles('(filter: { dueBefore: "2026-11-21T09:30:00Z" })')).toEqual([]);
    expect(await titles('(orderBy: { direction: DESC })')).toEqual(['third', 'second', 'first']);
    expect(await titles('(orderBy: { field: PRIORITY, direction: DESC }, first: 1)')).toEqual(['second']);
    expect(await titles('(orderBy: { field: DUE_AT, direction: DESC }, first: 1)')).toEqual(['second']);
    const { viewer } = await execute(
      '{ viewer { tasks(filter: { done: false }, orderBy: { field: TITLE }, first: 2) { totalCount nodes { title } } } }',
    );
    expect(viewer).toEqual({ tasks: { totalCount: 3, nodes: [{ title: 'first' }, { title: 'second' }] } });
  });

  test('continues after a cursor in the same order and rejects it in another', async () => {
    const page = (orderBy: string, after: string | null) =>
      send(
        `query ($after: String) { tasks(orderBy: ${orderBy}, first: 2, after: $after) { nodes { title } pageInfo { endCursor } } }`,
        { after },
      );
    const data = (response: ApiResponse) =>
      response.body?.data?.['tasks'] as { nodes: { title: string }[]; pageInfo: { endCursor: string } };
    const { pageInfo } = data(await page('{ field: TITLE }', null));
    expect(data(await page('{ field: TITLE }', pageInfo.endCursor)).nodes).toEqual([{ title: 'third' }]);
    for (const another of ['{}', '{ field: TITLE, direction: DESC }', '{ field: CREATED_AT }']) {
      const response = await page(another, pageInfo.endCursor);
      expect(response.body?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'after' } }]);
    }
  });
});

describe('the result of a mutation', () => {
  // covers: CONTRACT-14
  test('reflects each field’s changes, also on rows that were read before', async () => {
    const response = await execute(`mutation ${ID} {
      a: addStep(taskId: $first, input: { title: "one" }) { task { title steps { title } } }
      b: updateTask(id: $first, input: { title: "changed" }) { title steps { title } }
      c: addStep(taskId: $first, input: { title: "two" }) { task { title steps { title } } }
      d: clearTasks
    }`);
    expect(response).toEqual({
      a: { task: { title: 'first', steps: [{ title: 'one' }] } },
      b: { title: 'changed', steps: [{ title: 'one' }] },
      c: { task: { title: 'changed', steps: [{ title: 'one' }, { title: 'two' }] } },
      d: 3,
    });
  });

  test('rolls back all fields when a later one fails', async () => {
    for (const last of [
      'deleteStep(id: "x")',
      'moveTask(id: $first, after: "x") { id }',
      'updateTask(id: $second, input: { title: "new" }, expectedVersion: 9) { id }',
    ]) {
      const response = await send(`mutation ${ID} {
        a: addStep(taskId: $first, input: { title: "half" }) { id }
        b: moveTask(id: $third) { id }
        c: clearTasks(done: true)
        d: ${last}
      }`);
      expect(errorCodes(response)).toHaveLength(1);
      expect(response.body?.data).toBeNull();
      expect(await titles()).toEqual(['first', 'second', 'third']);
      expect(await fixture.seeded.superuser.rows('select from app.step where user_id = $1', [erin])).toEqual([]);
    }
  });
});

test('answers one of two deadlocked transactions with DatabaseUnavailable and commits the other', async () => {
  // One per process: within a process the mutations of a viewer run one after the other.
  const databases = [new ViewerDatabase(fixture.seeded.source.pool), new ViewerDatabase(fixture.seeded.source.pool)];
  const bind = createOwnedData(fixture.seeded.source.mapping, schemaOwners());
  const both = Promise.withResolvers<void>();
  let updatedCount = 0;
  const updateBoth = (one: string, other: string) =>
    databases.pop()?.runTransaction(erin, async (run) => {
      const { tasks } = bind(erin, run);
      await tasks.update(one, { title: 'held' }, null, new Set());
      if (++updatedCount === 2) both.resolve();
      await both.promise;
      await tasks.update(other, { title: 'held' }, null, new Set());
    });
  const outcomes = await Promise.allSettled([updateBoth(ids.first, ids.second), updateBoth(ids.second, ids.first)]);
  const rejected = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(rejected.map(({ reason }) => reason as unknown)).toEqual([expect.any(DatabaseUnavailable)]);
  expect(await titles()).toEqual(['held', 'held', 'third']);
});

// covers: HTTP-04
test('commits all concurrent mutations of one user, without deadlocks', async () => {
  const updateBoth = (one: string, other: string) =>
    send(`mutation ${ID} {
      a: updateTask(id: $${one}, input: { done: true }) { id }
      b: moveTask(id: $${other}, after: $${one}) { id }
      c: updateTask(id: $${other}, input: { done: false }) { id }
    }`);
  const pairs = [
    ['first', 'second'],
    ['second', 'third'],
    ['third', 'first'],
  ] as const;
  const mutations = Array.from({ length: 60 }, (_, index) => {
    const [one, other] = pairs[index % 3] ?? ['first', 'second'];
    return index % 2 ? updateBoth(one, other) : updateBoth(other, one);
  });
  const responses = await Promise.all(mutations);
  expect(responses.map(errorCodes).flat()).toEqual([]);
  expect(await titles()).toHaveLength(3);
});

// covers: CONTRACT-16, DATA-09
test('limits prepared statements when a client selects ever new columns', async () => {
  const columns = [
    'title',
    'description',
    'done',
    'dueAt',
    'priority',
    'position',
    'version',
    'createdAt',
    'updatedAt',
  ];
  const sets = Array.from({ length: 300 }, (_, number) => columns.filter((__, bit) => ((number + 1) >> bit) & 1));
  for (const set of sets) {
    const { task } = await execute(`query ($first: ID!) { task(id: $first) { ${set.join(' ')} } }`);
    expect(Object.keys(task as object)).toEqual(set);
  }
  const prepared = await fixture.seeded.source.pool.query<{ count: number }>(
    `select count(*)::integer from pg_prepared_statements where name ~ '^(task|step|user|authEvent)'`,
  );
  expect(prepared.rows[0]?.count).toBeGreaterThan(50);
  expect(prepared.rows[0]?.count).toBeLessThanOrEqual(200);
  // Mutations work with unnamed statements, too.
  expect(
    await execute(
      `mutation ${ID} { a: updateTask(id: $first, input: { title: "new" }) { ${sets[299]?.join(' ')} } b: moveTask(id: $third) { title } }`,
    ),
  ).toMatchObject({ b: { title: 'third' } });
  expect(await titles()).toEqual(['third', 'new', 'second']);
});
