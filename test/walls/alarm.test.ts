import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codes } from '../api/api.ts';
import { apiOnScene } from '../api/on-scene.ts';
import { mint } from '../api/token.ts';
import { ROW_SECURITY_OFF, withoutOwner } from './faults.ts';

let before: unknown[];
let ownStep: string;

const on = apiOnScene({ database: ROW_SECURITY_OFF, statements: withoutOwner });
beforeAll(async () => {
  // No foreign key would let these two be: a step of Alice's on Bob's task, and one of Bob's on Alice's.
  await on.there.above.rows('set session_replication_role = replica');
  await on.there.above.step(on.there.alice, on.there.bobsTask);
  ownStep = await on.there.above.step(on.there.bob, on.there.alicesTask);
  await on.there.above.rows('reset session_replication_role');
});
beforeEach(async () => {
  before = await on.there.alicesRows();
});

/** Every way on which a task or a step leaves, and the field at which the guard must have met it. */
const WAYS_OUT = [
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

const breaches = (counters: string, coordinate: string) =>
  Number(new RegExp(`fieldgate_breaches_total\\{coordinate="${coordinate}"\\} (\\d+)`).exec(counters)?.[1] ?? 0);

describe('with walls 2 and 3 gone, a foreign row meets the guard', () => {
  test.each(WAYS_OUT)('at %s: %s', async (coordinate, query) => {
    const counted = breaches(await on.api.counters(), coordinate);
    const logged = on.api.log.length;
    const answer = await on.api.ask(query, {
      token: mint(on.there.bob),
      variables: { id: on.there.alicesTask, step: on.there.alicesStep, own: on.there.bobsTask, ownStep },
    });

    expect(answer.status).toBe(500);
    const message = 'Something went wrong on our side.';
    expect(answer.body).toEqual({ errors: [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });

    const alarm = { event: 'security', kind: 'breach', coordinate, ownerId: on.there.alice, viewerId: on.there.bob };
    const requestId = answer.headers.get('x-request-id');
    expect(on.api.log.slice(logged)).toContainEqual(expect.objectContaining({ ...alarm, requestId }));
    expect(breaches(await on.api.counters(), coordinate)).toBeGreaterThan(counted);
    expect(await on.there.alicesRows()).toEqual(before);
  });

  test('or the foreign key, where Bob would hang a step on Alice’s task', async () => {
    const query = 'mutation ($id: ID!) { addStep(taskId: $id, input: { title: "planted" }) { title } }';
    const answer = await on.api.ask(query, { token: mint(on.there.bob), variables: { id: on.there.alicesTask } });
    expect([codes(answer), answer.body?.data]).toEqual([['INTERNAL_SERVER_ERROR'], null]);
    expect(await on.there.above.rows(`select from app.step where title = 'planted'`)).toEqual([]);
    expect(await on.there.alicesRows()).toEqual(before);
  });

  test('and when Alice asks for what is hers, there is no alarm', async () => {
    const logged = on.api.log.length;
    const query = 'mutation ($id: ID!) { updateTask(id: $id, input: { done: true }) { done } }';
    const answer = await on.api.ask(query, { token: mint(on.there.alice), variables: { id: on.there.alicesTask } });
    expect(answer.body).toEqual({ data: { updateTask: { done: true } } });
    expect(JSON.stringify(on.api.log.slice(logged))).not.toContain('breach');
    expect(await on.there.alicesRows()).not.toEqual(before);
  });
});
