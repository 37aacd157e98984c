import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';
import { DISABLE_ROW_SECURITY, withoutOwnerCondition } from './disabled-layers.ts';

let before: unknown[];
let ownStep: string;

const fixture = setUpApiFixture({ databaseSql: DISABLE_ROW_SECURITY, rewriteStatement: withoutOwnerCondition });
beforeAll(async () => {
  // Foreign keys forbid these rows: a step of Alice's on Bob's task, and one of Bob's on Alice's.
  await fixture.seeded.superuser.rows('set session_replication_role = replica');
  await fixture.seeded.superuser.insertStep(fixture.seeded.alice, fixture.seeded.bobsTask);
  ownStep = await fixture.seeded.superuser.insertStep(fixture.seeded.bob, fixture.seeded.alicesTask);
  await fixture.seeded.superuser.rows('reset session_replication_role');
});
beforeEach(async () => {
  before = await fixture.seeded.alicesRows();
});

/** Every operation that returns a task or a step, with the coordinate at which the guard must stop it. */
const GUARDED_FIELDS = [
  ['Query.task', 'query ($id: ID!) { task(id: $id) { title } }'],
  ['Query.task', 'query ($id: ID!) { status { ok } mine: task(id: $id) { title } }'],
  ['TaskConnection.nodes', '{ tasks { nodes { title } } }'],
  ['TaskEdge.node', '{ tasks { edges { node { title } } } }'],
  ['Mutation.updateTask', 'mutation ($id: ID!) { updateTask(id: $id, input: { title: "taken" }) { title } }'],
  ['Mutation.updateTask', 'mutation ($id: ID!) { updateTask(id: $id, input: {}, expectedVersion: 1) { title } }'],
  ['Mutation.moveTask', 'mutation ($id: ID!) { moveTask(id: $id) { title } }'],
  ['Mutation.updateStep', 'mutation ($step: ID!) { updateStep(id: $step, input: { title: "taken" }) { title } }'],
  ['Task.steps', 'query ($own: ID!) { task(id: $own) { steps { title } } }'],
  ['Step.task', 'mutation ($ownStep: ID!) { updateStep(id: $ownStep, input: {}) { task { title } } }'],
] as const;

const breachCount = (counters: string, coordinate: string) =>
  Number(new RegExp(`fieldgate_breaches_total\\{coordinate="${coordinate}"\\} (\\d+)`).exec(counters)?.[1] ?? 0);

describe('the guard, with walls 2 and 3 disabled', () => {
  // covers: ACCESS-14, SC-005
  test.each(GUARDED_FIELDS)('stops a foreign row at %s and raises the alarm: %s', async (coordinate, query) => {
    // The first time graphql-js executes the operation, then a plan.
    for (let time = 1; time <= 3; time++) {
      const countBefore = breachCount(await fixture.api.metrics(), coordinate);
      const logLength = fixture.api.log.length;
      const response = await fixture.api.execute(query, {
        token: signToken(fixture.seeded.bob),
        variables: {
          id: fixture.seeded.alicesTask,
          step: fixture.seeded.alicesStep,
          own: fixture.seeded.bobsTask,
          ownStep,
        },
      });

      expect(response.status).toBe(500);
      const message = 'Something went wrong on our side.';
      expect(response.body).toEqual({ errors: [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });

      const alarm = {
        event: 'security',
        kind: 'breach',
        coordinate,
        ownerId: fixture.seeded.alice,
        viewerId: fixture.seeded.bob,
      };
      const requestId = response.headers.get('x-request-id');
      expect(fixture.api.log.slice(logLength)).toContainEqual(expect.objectContaining({ ...alarm, requestId }));
      expect(breachCount(await fixture.api.metrics(), coordinate)).toBeGreaterThan(countBefore);
      expect(await fixture.seeded.alicesRows()).toEqual(before);
    }
  });

  // covers: ACCESS-17
  test('does not let Bob add a step to Alice’s task: the foreign key fails', async () => {
    const query = 'mutation ($id: ID!) { addStep(taskId: $id, input: { title: "planted" }) { title } }';
    const response = await fixture.api.execute(query, {
      token: signToken(fixture.seeded.bob),
      variables: { id: fixture.seeded.alicesTask },
    });
    expect([errorCodes(response), response.body?.data]).toEqual([['INTERNAL_SERVER_ERROR'], null]);
    expect(await fixture.seeded.superuser.rows(`select from app.step where title = 'planted'`)).toEqual([]);
    expect(await fixture.seeded.alicesRows()).toEqual(before);
  });

  test('raises no alarm when Alice updates her own task', async () => {
    const logLength = fixture.api.log.length;
    const query = 'mutation ($id: ID!) { updateTask(id: $id, input: { done: true }) { done } }';
    const response = await fixture.api.execute(query, {
      token: signToken(fixture.seeded.alice),
      variables: { id: fixture.seeded.alicesTask },
    });
    expect(response.body).toEqual({ data: { updateTask: { done: true } } });
    expect(JSON.stringify(fixture.api.log.slice(logLength))).not.toContain('breach');
    expect(await fixture.seeded.alicesRows()).not.toEqual(before);
  });
});
