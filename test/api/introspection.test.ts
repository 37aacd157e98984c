import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printSchema,
  validateSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { startTestApi } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

const fixture = setUpApiFixture();

/** Returns the SDL that a client builds from the introspection result. */
async function introspectedSchema(token?: string): Promise<string> {
  const { status, body } = await fixture.api.execute(getIntrospectionQuery(), token === undefined ? {} : { token });
  expect(status).toBe(200);
  const schema = buildClientSchema(body?.data as unknown as IntrospectionQuery);
  expect(validateSchema(schema)).toEqual([]);
  return printSchema(schema);
}

describe('introspection', () => {
  // covers: HTTP-16
  test('shows only the public schema without a token', async () => {
    const sdl = await introspectedSchema();
    expect(sdl).toContain('status: ServiceStatus!');
    expect(sdl).not.toMatch(/Task|User|Mutation|PageInfo/);
  });

  test('shows a signed-in user every field that they may use, with its access rule', async () => {
    const sdl = await introspectedSchema(signToken(fixture.seeded.bob));
    expect(sdl).toContain('createTask(');
    expect(sdl).toMatch(/Access: signed in; only the owner\./);
    expect(sdl).toMatch(/Access: signed in; the caller's own id\./);
  });

  test('omits the definitions of the policy directives', async () => {
    expect(await introspectedSchema(signToken(fixture.seeded.bob))).not.toMatch(/directive @(auth|owner|public)/);
  });

  test('answers introspection and data in one operation', async () => {
    const { body } = await fixture.api.execute('{ __type(name: "Task") { name } viewer { id } }', {
      token: signToken(fixture.seeded.bob),
    });
    expect(body).toEqual({ data: { __type: { name: 'Task' }, viewer: { id: fixture.seeded.bob } } });
  });

  // covers: HTTP-16
  test('answers null for a hidden type, as for an unknown one', async () => {
    const { body } = await fixture.api.execute(
      '{ hidden: __type(name: "Task") { name } missing: __type(name: "Nope") { name } }',
    );
    expect(body).toEqual({ data: { hidden: null, missing: null } });
  });

  test('rejects introspection where INTROSPECTION is off', async () => {
    const withoutIntrospection = await startTestApi(fixture.seeded.source, 'off');
    const { status } = await withoutIntrospection.execute('{ __schema { queryType { name } } }', {
      token: signToken(fixture.seeded.bob),
    });
    await withoutIntrospection.close();
    expect(status).toBe(400);
  });
});
