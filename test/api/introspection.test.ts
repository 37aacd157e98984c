import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printSchema,
  validateSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Scene, scene } from '../walls/scene.ts';
import { type Api, startApi } from './api.ts';
import { mint } from './token.ts';

let there: Scene;
let api: Api;

beforeAll(async () => {
  there = await scene();
  api = await startApi(there.source);
});
afterAll(async () => {
  await api.close();
  await there.end();
});

/** The schema as a client builds it from what the API says. */
async function shownTo(token?: string): Promise<string> {
  const { status, body } = await api.ask(getIntrospectionQuery(), token === undefined ? {} : { token });
  expect(status).toBe(200);
  const schema = buildClientSchema(body?.data as unknown as IntrospectionQuery);
  expect(validateSchema(schema)).toEqual([]);
  return printSchema(schema);
}

describe('introspection', () => {
  test('shows a visitor what is public and no more', async () => {
    const shown = await shownTo();
    expect(shown).toContain('status: ServiceStatus!');
    expect(shown).not.toMatch(/Task|User|Mutation|PageInfo/);
  });

  test('shows a signed-in caller what they may use, with what it asks of them', async () => {
    const shown = await shownTo(mint(there.bob));
    expect(shown).toContain('createTask(');
    expect(shown).toMatch(/Access: signed in; only the owner\./);
    expect(shown).toMatch(/Access: signed in; the caller's own id\./);
  });

  test('does not carry the words of the policy themselves', async () => {
    expect(await shownTo(mint(there.bob))).not.toMatch(/directive @(auth|owner|public)/);
  });

  test('beside data, answers with both', async () => {
    const { body } = await api.ask('{ __type(name: "Task") { name } viewer { id } }', { token: mint(there.bob) });
    expect(body).toEqual({ data: { __type: { name: 'Task' }, viewer: { id: there.bob } } });
  });

  test('of a hidden type answers null, as for one that does not exist', async () => {
    const { body } = await api.ask('{ hidden: __type(name: "Task") { name } missing: __type(name: "Nope") { name } }');
    expect(body).toEqual({ data: { hidden: null, missing: null } });
  });

  test('is refused where it is switched off', async () => {
    const silent = await startApi(there.source, 'off');
    const { status } = await silent.ask('{ __schema { queryType { name } } }', { token: mint(there.bob) });
    await silent.close();
    expect(status).toBe(400);
  });
});
