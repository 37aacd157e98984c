import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Api, codes, startApi } from '../api/api.ts';
import { mint } from '../api/token.ts';
import { ROW_SECURITY_OFF, watched, withoutOwner } from './faults.ts';
import { type Scene, scene } from './scene.ts';

let there: Scene;
let api: Api;
let before: unknown[];
let ownStep: string;

beforeAll(async () => {
  there = await scene(ROW_SECURITY_OFF);
  // No foreign key would let these two be: a step of Alice's on Bob's task, and one of Bob's on Alice's.
  await there.above.rows('set session_replication_role = replica');
  await there.above.step(there.alice, there.bobsTask);
  ownStep = await there.above.step(there.bob, there.alicesTask);
  await there.above.rows('reset session_replication_role');
  api = await startApi({ mapping: there.source.mapping, pool: watched(there.source.pool, withoutOwner).pool });
});
afterAll(async () => {
  await api.close();
  await there.end();
});
beforeEach(async () => {
  before = await there.alicesRows();
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
    const counted = breaches(await api.counters(), coordinate);
    const logged = api.log.length;
    const answer = await api.ask(query, {
      token: mint(there.bob),
      variables: { id: there.alicesTask, step: there.alicesStep, own: there.bobsTask, ownStep },
    });

    expect(answer.status).toBe(500);
    const message = 'Something went wrong on our side.';
    expect(answer.body).toEqual({ errors: [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });

    const alarm = { event: 'security', kind: 'breach', coordinate, ownerId: there.alice, viewerId: there.bob };
    const requestId = answer.headers.get('x-request-id');
    expect(api.log.slice(logged)).toContainEqual(expect.objectContaining({ ...alarm, requestId }));
    expect(breaches(await api.counters(), coordinate)).toBeGreaterThan(counted);
    expect(await there.alicesRows()).toEqual(before);
  });

  test('or the foreign key, where Bob would hang a step on Alice’s task', async () => {
    const query = 'mutation ($id: ID!) { addStep(taskId: $id, input: { title: "planted" }) { title } }';
    const answer = await api.ask(query, { token: mint(there.bob), variables: { id: there.alicesTask } });
    expect([codes(answer), answer.body?.data]).toEqual([['INTERNAL_SERVER_ERROR'], null]);
    expect(await there.above.rows(`select from app.step where title = 'planted'`)).toEqual([]);
    expect(await there.alicesRows()).toEqual(before);
  });

  test('and when Alice asks for what is hers, there is no alarm', async () => {
    const logged = api.log.length;
    const query = 'mutation ($id: ID!) { updateTask(id: $id, input: { done: true }) { done } }';
    const answer = await api.ask(query, { token: mint(there.alice), variables: { id: there.alicesTask } });
    expect(answer.body).toEqual({ data: { updateTask: { done: true } } });
    expect(JSON.stringify(api.log.slice(logged))).not.toContain('breach');
    expect(await there.alicesRows()).not.toEqual(before);
  });
});
