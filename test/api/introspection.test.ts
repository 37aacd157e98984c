import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printSchema,
  validateSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { startApi } from './api.ts';
import { apiOnScene } from './on-scene.ts';
import { mint } from './token.ts';

const on = apiOnScene();

/** The schema as a client builds it from what the API says. */
async function shownTo(token?: string): Promise<string> {
  const { status, body } = await on.api.ask(getIntrospectionQuery(), token === undefined ? {} : { token });
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
    const shown = await shownTo(mint(on.there.bob));
    expect(shown).toContain('createTask(');
    expect(shown).toMatch(/Access: signed in; only the owner\./);
    expect(shown).toMatch(/Access: signed in; the caller's own id\./);
  });

  test('does not carry the words of the policy themselves', async () => {
    expect(await shownTo(mint(on.there.bob))).not.toMatch(/directive @(auth|owner|public)/);
  });

  test('beside data, answers with both', async () => {
    const { body } = await on.api.ask('{ __type(name: "Task") { name } viewer { id } }', { token: mint(on.there.bob) });
    expect(body).toEqual({ data: { __type: { name: 'Task' }, viewer: { id: on.there.bob } } });
  });

  test('of a hidden type answers null, as for one that does not exist', async () => {
    const { body } = await on.api.ask(
      '{ hidden: __type(name: "Task") { name } missing: __type(name: "Nope") { name } }',
    );
    expect(body).toEqual({ data: { hidden: null, missing: null } });
  });

  test('is refused where it is switched off', async () => {
    const silent = await startApi(on.there.source, 'off');
    const { status } = await silent.ask('{ __schema { queryType { name } } }', { token: mint(on.there.bob) });
    await silent.close();
    expect(status).toBe(400);
  });
});
