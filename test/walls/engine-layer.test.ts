import { beforeEach, describe, expect, test } from 'vitest';
import { errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';
import { DISABLE_ROW_SECURITY, withoutOwnerCondition } from './disabled-layers.ts';

let rowsBefore: unknown[];

const fixture = setUpApiFixture({ databaseSql: DISABLE_ROW_SECURITY, rewriteStatement: withoutOwnerCondition });
beforeEach(async () => {
  fixture.statements.length = 0;
  rowsBefore = await fixture.seeded.alicesRows();
});

/** A document for every @owner argument of the schema, by the coordinate of its error. */
const ALICES_ID_IN = {
  'Query.user(id:)': 'query ($id: ID!) { user(id: $id) { id email } }',
  'Query.tasks(userId:)': 'query ($id: ID!) { tasks(userId: $id) { totalCount nodes { id } } }',
  'CreateTaskInput.userId':
    'mutation ($id: ID!) { createTask(input: { title: "planted", userId: $id }) { id userId } }',
};

describe('wall 1 with walls 2 and 3 disabled', () => {
  // covers: ACCESS-10, FR-019, US3.2
  test.each(Object.entries(ALICES_ID_IN))(
    'rejects another user’s id in %s before execution',
    async (coordinate, query) => {
      const response = await fixture.api.execute(query, {
        token: signToken(fixture.seeded.bob),
        variables: { id: fixture.seeded.alice },
      });
      expect(response.status).toBe(403);
      expect(response.body).not.toHaveProperty('data');
      expect(response.body?.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'FORBIDDEN', coordinate }]);
      expect(fixture.statements).toEqual([]);
      expect(await fixture.seeded.alicesRows()).toEqual(rowsBefore);
    },
  );

  // covers: FR-019
  test.each(Object.entries(ALICES_ID_IN))(
    'rejects the whole request with an own and another user’s id in %s',
    async (_, query) => {
      const [, head, body] = /^(\w+ \(\$id: ID!\)) (.*)$/.exec(query) ?? [];
      const field = body?.slice(1, -1) ?? '';
      const both = `${head?.replace('$id: ID!', '$own: ID!, $id: ID!')} { own: ${field.replace('$id', '$own')} foreign: ${field} }`;
      const response = await fixture.api.execute(both, {
        token: signToken(fixture.seeded.bob),
        variables: { own: fixture.seeded.bob, id: fixture.seeded.alice },
      });
      expect(response.status).toBe(403);
      expect(errorCodes(response)).toEqual(['FORBIDDEN']);
      expect(fixture.statements).toEqual([]);
    },
  );

  // covers: US3.3
  test('executes the same documents with the viewer’s own id', async () => {
    for (const query of Object.values(ALICES_ID_IN)) {
      const response = await fixture.api.execute(query, {
        token: signToken(fixture.seeded.alice),
        variables: { id: fixture.seeded.alice },
      });
      expect(response.status, query).not.toBe(403);
    }
    expect(fixture.statements.length).toBeGreaterThanOrEqual(3);
  });
});

test('rejects operations on owned data without a token, with walls 2 and 3 disabled', async () => {
  for (const query of Object.values(ALICES_ID_IN)) {
    const response = await fixture.api.execute(query, { variables: { id: fixture.seeded.alice } });
    expect(response.status).toBe(401);
    expect(response.body).not.toHaveProperty('data');
  }
  expect(fixture.statements).toEqual([]);
});
