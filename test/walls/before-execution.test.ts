import { beforeEach, describe, expect, test } from 'vitest';
import { codes } from '../api/api.ts';
import { apiOnScene } from '../api/on-scene.ts';
import { mint } from '../api/token.ts';
import { ROW_SECURITY_OFF, withoutOwner } from './faults.ts';

let rowsBefore: unknown[];

const on = apiOnScene({ database: ROW_SECURITY_OFF, statements: withoutOwner });
beforeEach(async () => {
  on.statements.length = 0;
  rowsBefore = await on.there.alicesRows();
});

/** Every argument in which the schema takes an owner, and how its refusal is named. */
const ASKED_FOR_ALICE = {
  'Query.user(id:)': 'query ($id: ID!) { user(id: $id) { id email } }',
  'Query.tasks(userId:)': 'query ($id: ID!) { tasks(userId: $id) { totalCount nodes { id } } }',
  'CreateTaskInput.userId':
    'mutation ($id: ID!) { createTask(input: { title: "planted", userId: $id }) { id userId } }',
};

describe('wall 1, with walls 2 and 3 gone: another’s id in an @owner argument', () => {
  test.each(Object.entries(ASKED_FOR_ALICE))('in %s is refused before anything runs', async (coordinate, query) => {
    const answer = await on.api.ask(query, { token: mint(on.there.bob), variables: { id: on.there.alice } });
    expect(answer.status).toBe(403);
    expect(answer.body).not.toHaveProperty('data');
    expect(answer.body?.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'FORBIDDEN', coordinate }]);
    expect(on.statements).toEqual([]);
    expect(await on.there.alicesRows()).toEqual(rowsBefore);
  });

  test.each(Object.entries(ASKED_FOR_ALICE))(
    'beside an own one in %s takes the whole request with it',
    async (_, query) => {
      const [, head, body] = /^(\w+ \(\$id: ID!\)) (.*)$/.exec(query) ?? [];
      const field = body?.slice(1, -1) ?? '';
      const both = `${head?.replace('$id: ID!', '$own: ID!, $id: ID!')} { own: ${field.replace('$id', '$own')} foreign: ${field} }`;
      const answer = await on.api.ask(both, {
        token: mint(on.there.bob),
        variables: { own: on.there.bob, id: on.there.alice },
      });
      expect(answer.status).toBe(403);
      expect(codes(answer)).toEqual(['FORBIDDEN']);
      expect(on.statements).toEqual([]);
    },
  );

  test('is the only thing refused: with one’s own id the same documents run, and reach the database', async () => {
    for (const query of Object.values(ASKED_FOR_ALICE)) {
      const answer = await on.api.ask(query, { token: mint(on.there.alice), variables: { id: on.there.alice } });
      expect(answer.status, query).not.toBe(403);
    }
    expect(on.statements.length).toBeGreaterThanOrEqual(3);
  });
});

test('wall 1, with walls 2 and 3 gone: without a token nothing of owned data runs', async () => {
  for (const query of Object.values(ASKED_FOR_ALICE)) {
    const answer = await on.api.ask(query, { variables: { id: on.there.alice } });
    expect(answer.status).toBe(401);
    expect(answer.body).not.toHaveProperty('data');
  }
  expect(on.statements).toEqual([]);
});
