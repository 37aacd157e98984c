import { versionInfo } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ada, ben, NOW } from '../../test-harness.ts';
import type { AccessViewer } from '../../access-viewer.ts';
import { InvalidViewerError } from '../../access-viewer.ts';
import { scenarioSchema } from './scenario-schema.ts';
import {
  noAlarms,
  type RunningServer,
  send,
  type Sending,
  type StartServer,
  suiteOptions,
  type SuiteRequest,
} from './start-server.ts';

/** What a server does otherwise than the others. */
export interface ServerTraits {
  /** Whether it answers a list of requests. */
  readonly hasBatches?: boolean;
  /** Whether it may coerce variables before the adapter's hook, so that 400 comes before 401. */
  readonly coercesFirst?: boolean;
}

const FAILED = { message: 'Internal server error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } };

/** Describes the answers that each server must give, whatever its adapter; see describe-corpus.ts for generated requests. */
export function describeScenarios(
  name: string,
  start: StartServer,
  { hasBatches, coercesFirst }: ServerTraits = {},
): void {
  const { schema, ran } = scenarioSchema();
  const alarms = noAlarms();
  let server: RunningServer;
  beforeAll(async () => {
    server = await start(schema, suiteOptions(alarms));
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    ran.length = 0;
    for (const list of Object.values(alarms) as unknown[][]) list.length = 0;
  });

  const tokenOf = (viewer: AccessViewer | null) => (viewer === null ? null : JSON.stringify(viewer));
  const ask = (
    request: string | SuiteRequest | readonly SuiteRequest[],
    viewer: AccessViewer | null = ada,
    more: Sending = {},
  ) => send(server, typeof request === 'string' ? { query: request } : request, { token: tokenOf(viewer), ...more });

  test(`${name} returns the data of an allowed request, by GET and POST`, async () => {
    expect(await ask('{ open }', null)).toMatchObject({ status: 200, body: { data: { open: 'Come in.' } } });
    const text = '{ tasks { title } task(id: "1") { title } }';
    const data = { tasks: [{ title: 'Water the plants' }], task: { title: 'Water the plants' } };
    expect((await ask(text)).body).toEqual({ data });
    expect((await ask(text, ada, { method: 'GET' })).body).toEqual({ data });
  });

  test(`${name} refuses a request without a token with 401 before any resolver runs, one error for each coordinate`, async () => {
    for (const method of ['GET', 'POST'] as const) {
      const { status, body, challenge } = await ask('{ open task(id: "1") { title } }', null, { method });
      expect([status, challenge]).toEqual([401, 'Bearer']);
      expect(body).toEqual({
        errors: [
          {
            message: 'Sign in to use this.',
            locations: [{ line: 1, column: 8 }],
            extensions: { code: 'UNAUTHENTICATED', coordinate: 'Query.task' },
          },
          {
            message: 'Sign in to use this.',
            locations: [{ line: 1, column: 24 }],
            extensions: { code: 'UNAUTHENTICATED', coordinate: 'Task.title' },
          },
        ],
      });
    }
    expect(ran).toEqual([]);
  });

  test(`${name} refuses a request without the role with 403 and without data`, async () => {
    const { status, body, challenge } = await ask('{ open log }');
    expect([status, challenge]).toEqual([403, null]);
    expect(body).not.toHaveProperty('data');
    expect(body.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'FORBIDDEN', coordinate: 'Query.log' }]);
  });

  test(`${name} refuses a stale sign-in with STEP_UP_REQUIRED and the challenge of RFC 9470`, async () => {
    const { status, body, challenge } = await ask('{ fresh }', { ...ada, authTime: NOW - 301 });
    expect(status).toBe(401);
    expect(challenge).toContain('insufficient_user_authentication');
    expect(body.errors?.[0]?.extensions).toEqual({
      code: 'STEP_UP_REQUIRED',
      coordinate: 'Query.fresh',
      maxAge: 300,
    });
  });

  // covers: RULES-03
  test(`${name} answers with 200 and null where only a field with onRefusal: NULL is refused`, async () => {
    const text = '{ open all: audit { title } }';
    for (const method of ['GET', 'POST'] as const) {
      const { status, body, challenge } = await ask(text, null, { method });
      expect([status, challenge]).toEqual([200, null]);
      expect(body).toEqual({
        data: { open: 'Come in.', all: null },
        errors: [
          {
            message: 'Sign in to use this.',
            locations: [{ line: 1, column: 8 }],
            path: ['all'],
            extensions: { code: 'UNAUTHENTICATED', coordinate: 'Query.audit' },
          },
        ],
      });
    }
    expect(ran).toEqual([]);
    expect((await ask(text, { ...ada, roles: ['ADMIN'] })).body).toEqual({ data: { open: 'Come in.', all: [] } });
    expect((await ask(`{ log ${text.slice(1)}`, ada)).status).toBe(403);
    expect(alarms.failures).toEqual([]);
  });

  test.each([
    ['an argument', '{ tasks(userId: "ben") { title } }', 'Query.tasks(userId:)'],
    ['a default', 'query ($of: ID = "ben") { tasks(userId: $of) { title } }', 'Query.tasks(userId:)'],
    ['a nested input', '{ tasks(filter: { deeper: { of: "ben" } }) { title } }', 'Filter.of'],
  ])(`${name} refuses another user’s id in %s with 403`, async (_where, text, coordinate) => {
    const { status, body } = await ask(text);
    expect(status).toBe(403);
    expect(body).not.toHaveProperty('data');
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN', coordinate });
    expect(ran).toEqual([]);
  });

  test(`${name} decides on the variables of each request, not of the one before`, async () => {
    const query = 'query ($of: ID) { tasks(userId: $of) { userId } }';
    const data = (id: string) => ({ data: { tasks: [{ userId: id }] } });
    expect((await ask({ query, variables: { of: 'ada' } })).body).toEqual(data('ada'));
    expect((await ask({ query, variables: { of: 'ben' } }, ben)).body).toEqual(data('ben'));
    expect((await ask({ query, variables: { of: 'ada' } }, ben)).status).toBe(403);
    expect((await ask({ query, variables: { of: 'ada' } }, null)).status).toBe(401);
  });

  test(`${name} decides on the operation that is named, with several in one document`, async () => {
    const query = 'query A { open } query B { log } query C { tasks { id } }';
    expect((await ask({ query, operationName: 'A' }, null)).body).toEqual({ data: { open: 'Come in.' } });
    expect((await ask({ query, operationName: 'B' }, ada)).status).toBe(403);
    expect((await ask({ query, operationName: 'C' }, null)).status).toBe(401);
    expect(ran).toEqual([]);
  });

  test.each([
    ['no name', {}],
    ['an unknown name', { operationName: 'D' }],
    ['an empty name', { operationName: '' }],
  ])(`${name} rejects %s for one of several operations with 400, and calls no operator`, async (_name, named) => {
    for (const viewer of [ada, null]) {
      const { status, body } = await ask({ query: 'query A { open } query B { log }', ...named }, viewer);
      expect(status).toBe(400);
      expect(body.data ?? null).toBeNull();
      expect(body.errors).toHaveLength(1);
    }
    expect(ran).toEqual([]);
    expect(alarms.failures).toEqual([]);
  });

  test(`${name} decides on a field by the variable of @skip and @include, also with the document cached`, async () => {
    const query = 'query ($hide: Boolean!) { open log @skip(if: $hide) }';
    for (const hide of [true, false, true, false]) {
      const { status, body } = await ask({ query, variables: { hide } });
      expect(status).toBe(hide ? 200 : 403);
      if (hide) expect(body).toEqual({ data: { open: 'Come in.' } });
      else expect(body).not.toHaveProperty('data');
    }
    expect(ran).toEqual([]);
  });

  test(`${name} returns coercion errors without data`, async () => {
    const query = 'query ($of: ID) { tasks(userId: $of) { userId } }';
    const variables = { of: { no: 'id' } };
    const refused = await ask({ query, variables }, null);
    expect(coercesFirst === true ? [400, 401] : [401]).toContain(refused.status);
    const invalid = await ask({ query, variables }, ada);
    expect(invalid.status).toBe(400);
    expect([refused.body.data ?? null, invalid.body.data ?? null]).toEqual([null, null]);
    expect(ran).toEqual([]);
  });

  test.each([
    ['a query', '{ open task(id: "2") { title } own: task(id: "1") { title } }', 'Query.task'],
    ['a mutation', 'mutation { finish(id: "2") { title } }', 'Mutation.finish'],
  ])(`${name} reports another user’s object in %s as a breach and returns no data`, async (_kind, text, coordinate) => {
    const { status, body } = await ask(text);
    expect(alarms.breaches).toMatchObject([{ coordinate, ownerId: 'ben', viewerId: 'ada' }]);
    expect(body).toEqual({ errors: [FAILED] });
    expect(status).toBe(500);
  });

  test(`${name} returns no object of another owner from an async iterable`, async () => {
    const { body } = await ask('{ stream { title } }');
    expect(JSON.stringify(body)).not.toContain('SECRET');
    // graphql 16 reads no async iterable as a list.
    if (versionInfo.major === 16) {
      expect(body).toMatchObject({ data: { stream: null }, errors: [{ path: ['stream'] }] });
      return;
    }
    expect(body).toEqual({ errors: [FAILED] });
    expect(alarms.breaches).toMatchObject([{ coordinate: 'Query.stream', ownerId: 'ben', viewerId: 'ada' }]);
  });

  test(`${name} refuses a rejected token with 401, also for a public field`, async () => {
    const { status, body, challenge } = await ask('{ open }', null, { token: 'rejected' });
    expect([status, challenge]).toEqual([401, 'Bearer error="invalid_token"']);
    expect(body).toEqual({ errors: [{ message: 'Sign in to use this.', extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(alarms.failures).toEqual([]);
  });

  test.each([
    ['throws', Error],
    ['undefined', InvalidViewerError],
    ['{"userId":"ada","roles":"ADMINISTRATOR","authTime":1,"emailVerified":true}', InvalidViewerError],
  ])(`${name} answers no request whose viewerOf fails, and reports the failure: %s`, async (token, kind) => {
    const { status, body } = await ask('{ open }', null, { token });
    expect(status).toBe(500);
    expect(body).toEqual({ errors: [FAILED] });
    expect(alarms.failures).toEqual([expect.any(kind)]);
  });

  test(`${name} shows each viewer the schema that the viewer may use`, async () => {
    const query = '{ open schema: __schema { queryType { fields { name } } } }';
    const fieldsFor = async (viewer: AccessViewer | null) => {
      const { body } = await ask(query, viewer);
      const data = body.data as { schema: { queryType: { fields: { name: string }[] } } };
      return data.schema.queryType.fields.map((field) => field.name);
    };
    expect(await fieldsFor(null)).toEqual(['open']);
    expect(await fieldsFor(ada)).not.toContain('log');
    expect(await fieldsFor({ ...ada, roles: ['ADMIN'] })).toContain('log');
  });

  test.runIf(hasBatches)(`${name} decides on each request of a batch`, async () => {
    const { body } = await ask(
      [
        { query: '{ log }' },
        { query: '{ open }' },
        { query: '{ task(id: "2") { id } }' },
        { query: '{ tasks { id } }' },
      ],
      ada,
    );
    expect(body).toEqual([
      { errors: [expect.objectContaining({ extensions: { code: 'FORBIDDEN', coordinate: 'Query.log' } })] },
      { data: { open: 'Come in.' } },
      { errors: [FAILED] },
      { data: { tasks: [{ id: '1' }] } },
    ]);
  });

  test.runIf(hasBatches !== true)(`${name} answers no batch`, async () => {
    const { body } = await ask([{ query: '{ open }' }], ada).catch(() => ({ body: {} }));
    expect(JSON.stringify(body)).not.toContain('Come in.');
  });
}
