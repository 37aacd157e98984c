import {
  buildSchema,
  type DocumentNode,
  GraphQLEnumType,
  GraphQLError,
  type GraphQLObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AccessBreach, accessDirectiveSdl, checkSchema, guardSchema, InvalidViewerError } from '../access/index.ts';
import type { Context, OperationRunner } from '../context.ts';
import type { OwnedData } from '../data/owned-data.ts';
import { notFound, requestError } from '../errors.ts';
import { NO_DEADLINE } from '../data/pg/deadline.ts';
import { createExecutor } from './executor.ts';

/** A schema with every condition of access rules, some of which the product schema does not use. */
const schema = buildSchema(`
  ${accessDirectiveSdl}
  enum Role { USER ADMIN }
  type Query {
    open: Int @public(reason: "for the test")
    mine: Int @auth
    strict: Int! @auth
    admin: Int @auth(roles: [ADMIN])
    recent: Int @auth(maxAge: 300)
    verified: Int @auth(emailVerified: true)
  }
  type Mutation { change: Int @auth other: Int @auth }
`);
const NOW = 1_800_000_000;
const VIEWER = {
  userId: 'me',
  email: 'me@example.com',
  emailVerified: true,
  roles: ['USER'],
  sessionId: 's',
  authTime: NOW,
};

/** The resolvers that a test sets, by field name; any other field returns 1. */
const resolverOf = new Map<string, () => unknown>();
for (const root of [schema.getQueryType(), schema.getMutationType()])
  for (const field of Object.values(root?.getFields() ?? {})) field.resolve = () => resolverOf.get(field.name)?.() ?? 1;

class DatabaseAway extends Error {}
const transactionEnds: string[] = [];
const data = {} as OwnedData;
const operations: OperationRunner = {
  runQuery: (_viewer, work) => work(data),
  async runMutation(_viewer, work) {
    try {
      const result = await work(data);
      transactionEnds.push('commit');
      return result;
    } catch (error) {
      transactionEnds.push('rollback');
      throw error;
    }
  },
  isUnavailable: (error) => error instanceof DatabaseAway,
};
const events = { refused: vi.fn(), unexpected: vi.fn() };
const policy = checkSchema(schema);
/** Creates an executor with some functions of the operation runner replaced. */
const executorWith = (changes: Partial<OperationRunner> = {}) =>
  createExecutor({ policy, operations: { ...operations, ...changes }, events, now: () => NOW });
const run = executorWith();

function executeAs(
  text: string | DocumentNode,
  viewer: typeof VIEWER | null = VIEWER,
  variables: Record<string, unknown> = {},
  execute = run,
) {
  const document = typeof text === 'string' ? parse(text) : text;
  const operation = document.definitions.find(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  return execute({ document, operation, variables, viewer, requestId: 'r', deadline: NO_DEADLINE });
}
const codesOf = ({ errors }: Awaited<ReturnType<typeof executeAs>>) =>
  errors?.map(({ extensions }) => extensions['code']);
const headersOf = ({ errors }: Awaited<ReturnType<typeof executeAs>>) =>
  Object.fromEntries((errors?.[0]?.extensions['http'] as { headers: Map<string, string> } | undefined)?.headers ?? []);

beforeEach(() => {
  resolverOf.clear();
  transactionEnds.length = 0;
  vi.clearAllMocks();
});

describe('a refused operation', () => {
  test('has the same errors each time, also after other viewers have sent the same document', async () => {
    const text = 'query ($no: Boolean!) { admin recent @skip(if: $no) second: recent verified }';
    const admin = { ...VIEWER, roles: ['ADMIN'], authTime: 0 };
    const viewers: readonly (readonly [typeof VIEWER | null, boolean])[] = [
      [null, false],
      [VIEWER, false],
      [admin, false],
      [admin, true],
      [{ ...admin, authTime: NOW, emailVerified: false }, true],
      [null, true],
    ];
    const errorsFor = (documentOf: () => DocumentNode) =>
      Promise.all(
        viewers.map(async ([viewer, no]) => {
          const { errors } = await executeAs(documentOf(), viewer, { no });
          return errors?.map(({ message, locations, extensions }) => ({ message, locations, ...extensions }));
        }),
      );
    const fresh = await errorsFor(() => parse(text));
    const cached = parse(text);
    expect(await errorsFor(() => cached)).toEqual(fresh);
    expect(await errorsFor(() => cached)).toEqual(fresh);
    expect(new Set(fresh.map((each) => JSON.stringify(each))).size).toBe(viewers.length);
  });

  // covers: ACCESS-11
  test.each([
    ['without a token', '{ mine }', null, 'UNAUTHENTICATED', 401, 'Bearer'],
    ['without the role', '{ admin }', VIEWER, 'FORBIDDEN', 403, undefined],
    [
      'with an address that is not verified',
      '{ verified }',
      { ...VIEWER, emailVerified: false },
      'EMAIL_NOT_VERIFIED',
      403,
      undefined,
    ],
    [
      'with a sign-in that is too old',
      '{ recent }',
      { ...VIEWER, authTime: NOW - 301 },
      'STEP_UP_REQUIRED',
      401,
      'Bearer error="insufficient_user_authentication", error_description="A more recent sign-in is required", max_age="300"',
    ],
  ])(
    '%s has the status and challenge of its code, and runs no resolver',
    async (_, text, viewer, code, status, challenge) => {
      const ran = vi.fn();
      for (const name of ['mine', 'admin', 'verified', 'recent']) resolverOf.set(name, ran);
      const result = await executeAs(text, viewer);
      expect(codesOf(result)).toEqual([code]);
      expect(result.errors?.[0]?.extensions['http']).toMatchObject({ status });
      expect(headersOf(result)['www-authenticate']).toBe(challenge);
      expect(result).not.toHaveProperty('data');
      expect(ran).not.toHaveBeenCalled();
      expect(events.refused).toHaveBeenCalledOnce();
    },
  );

  test('has an error for each coordinate and no data', async () => {
    const result = await executeAs('{ open mine strict }', null);
    expect(result.errors?.map(({ extensions }) => extensions['coordinate'])).toEqual(['Query.mine', 'Query.strict']);
    expect(result).not.toHaveProperty('data');
  });

  test('is not one whose sign-in is exactly `maxAge` seconds old', async () => {
    expect(codesOf(await executeAs('{ recent }', { ...VIEWER, authTime: NOW - 300 }))).toBeUndefined();
  });
});

describe('a malformed viewer', () => {
  // covers: ACCESS-05
  test.each<[string, unknown]>([
    ['an empty object', {}],
    ['false', false],
    ['a string for roles', { ...VIEWER, roles: 'ADMIN' }],
    ['a sign-in in the future', { ...VIEWER, authTime: NOW + 6 }],
  ])('(%s) causes an internal error, even for a public operation', async (_, viewer) => {
    const ran = vi.fn();
    for (const name of ['open', 'admin']) resolverOf.set(name, ran);
    for (const text of ['{ open }', '{ admin }']) {
      const result = await executeAs(text, viewer as typeof VIEWER);
      expect(codesOf(result)).toEqual(['INTERNAL_SERVER_ERROR']);
      expect(result).not.toHaveProperty('data');
    }
    expect(ran).not.toHaveBeenCalled();
    expect(events.refused).not.toHaveBeenCalled();
    expect(events.unexpected.mock.calls).toEqual([
      [expect.any(InvalidViewerError), 'r'],
      [expect.any(InvalidViewerError), 'r'],
    ]);
  });

  test('that the guard detects causes an internal error without data', async () => {
    resolverOf.set('mine', () => {
      throw new InvalidViewerError('roles', 'is a string');
    });
    const result = await executeAs('{ open mine }');
    expect(codesOf(result)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(result).not.toHaveProperty('data');
    expect(events.unexpected).toHaveBeenCalledExactlyOnceWith(expect.any(InvalidViewerError), 'r');
  });
});

test('introspection beside data does not change the arguments of resolvers', async () => {
  const coded = buildSchema(`
    ${accessDirectiveSdl}
    enum Role { USER ADMIN }
    enum Colour { RED }
    type Query { paint(k: Colour = RED): Colour @auth  self: Query @auth }
  `);
  const internal = new GraphQLEnumType({ name: 'Colour', values: { RED: { value: '#f00' } } });
  const paint = coded.getQueryType()?.getFields()['paint'];
  const [k] = paint?.args ?? [];
  if (!paint || !k) throw new Error('The test has no argument.');
  Object.assign(k, { type: internal, defaultValue: '#f00' });
  Object.assign(paint, { type: internal, resolve: vi.fn(() => '#f00') });
  const self = coded.getQueryType()?.getFields()['self'];
  if (self) self.resolve = () => ({});
  const execute = createExecutor({ policy: checkSchema(coded), operations, events, now: () => NOW });
  for (const text of [
    '{ paint }',
    '{ paint __schema { queryType { name } } }',
    '{ paint self { __schema { queryType { name } } } }',
  ])
    expect((await executeAs(text, VIEWER, {}, execute)).data).toMatchObject({ paint: 'RED' });
  expect(vi.mocked(paint.resolve as () => unknown).mock.calls.map((call: unknown[]) => call[1])).toEqual(
    Array.from({ length: 3 }, () => ({ k: '#f00' })),
  );
});

describe('an error during execution', () => {
  const breach = new AccessBreach('Query.mine', 'you', 'me');
  test.each([
    ['a breach', () => Promise.reject(breach), 'INTERNAL_SERVER_ERROR'],
    ['an unavailable database', () => Promise.reject(new DatabaseAway()), 'UNAVAILABLE'],
    ['a breach beside an unavailable database', () => Promise.reject(breach), 'INTERNAL_SERVER_ERROR'],
  ])('(%s) removes all data from the response', async (what, fail, code) => {
    resolverOf.set('mine', fail);
    if (what.includes('beside')) resolverOf.set('open', () => Promise.reject(new DatabaseAway()));
    const result = await executeAs('{ open mine }');
    expect(codesOf(result)).toEqual([code]);
    expect(result).not.toHaveProperty('data');
  });

  test('of one field (NOT_FOUND) is returned beside the data of the others', async () => {
    resolverOf.set('mine', () => {
      throw notFound();
    });
    const result = await executeAs('{ open mine }');
    expect(codesOf(result)).toEqual(['NOT_FOUND']);
    expect(result.data).toEqual({ open: 1, mine: null });
    expect(events.unexpected).not.toHaveBeenCalled();
  });

  test('because the viewer was deleted removes all data, and is UNAUTHENTICATED', async () => {
    resolverOf.set('mine', () => {
      throw requestError('UNAUTHENTICATED', { message: 'here' });
    });
    const result = await executeAs('{ open mine }');
    expect(result.errors?.map(({ message, path }) => [message, path])).toEqual([['Sign in to use this.', undefined]]);
    expect(result).not.toHaveProperty('data');
  });

  test('that is unexpected is logged with its request id', async () => {
    resolverOf.set('mine', () => {
      throw new Error('a bug');
    });
    const { errors } = await executeAs('{ mine }');
    expect(events.unexpected).toHaveBeenCalledExactlyOnceWith(errors?.[0], 'r');
  });

  test('outside of any field, thrown by the operation runner, is an internal error', async () => {
    const failing = executorWith({ runQuery: () => Promise.reject(new Error('a bug')) });
    const result = await executeAs('{ mine }', VIEWER, {}, failing);
    expect(codesOf(result)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(events.unexpected).toHaveBeenCalledOnce();
  });
});

describe('the transaction of a mutation', () => {
  test('is committed if there are no errors', async () => {
    expect(await executeAs('mutation { change other }')).toEqual({ data: { change: 1, other: 1 } });
    expect(transactionEnds).toEqual(['commit']);
  });

  test.each([
    ['a refusal', () => notFound(), 'NOT_FOUND'],
    ['a bug', () => new Error(), undefined],
    ['a breach', () => new AccessBreach('a', 'b', 'c'), 'INTERNAL_SERVER_ERROR'],
    ['an unavailable database', () => new DatabaseAway(), 'UNAVAILABLE'],
  ])('is rolled back, and the response has no data, after %s in one field', async (_, error, code) => {
    resolverOf.set('other', () => {
      throw error();
    });
    const result = await executeAs('mutation { change other }');
    expect(transactionEnds).toEqual(['rollback']);
    expect(codesOf(result)).toEqual([code]);
    expect(result.data ?? null).toBeNull();
  });

  test('is reported as UNAVAILABLE if COMMIT fails', async () => {
    const failing = executorWith({
      runMutation: (_viewer, work) => work(data).then(() => Promise.reject(new DatabaseAway())),
    });
    const result = await executeAs('mutation { change }', VIEWER, {}, failing);
    expect([codesOf(result), result.data]).toEqual([['UNAVAILABLE'], undefined]);
  });
});

test('a result that cannot be serialized is an internal error, not BAD_USER_INPUT', async () => {
  resolverOf.set('mine', () => 'no number');
  const result = await executeAs('{ mine }');
  expect(result.errors?.[0]?.originalError).toBeInstanceOf(GraphQLError);
  expect(codesOf(result)).toEqual([undefined]);
  expect(events.unexpected).toHaveBeenCalledOnce();
});

// covers: RULES-03
describe('a field with onRefusal: NULL', () => {
  const nullable = buildSchema(`
    ${accessDirectiveSdl}
    enum Role { USER ADMIN }
    type Query { open: Int @public(reason: "for the test") admin: Part @auth(roles: [ADMIN], onRefusal: NULL) }
    type Part @auth { part: Int }
    type Mutation { change: Query @public(reason: "for the test") }
  `);
  const ran: string[] = [];
  const resolve = (_: unknown, __: unknown, ___: unknown, { fieldName }: { readonly fieldName: string }) => {
    ran.push(fieldName);
    return fieldName === 'open' || fieldName === 'part' ? 1 : {};
  };
  for (const name of ['Query', 'Part', 'Mutation'])
    for (const field of Object.values((nullable.getType(name) as GraphQLObjectType).getFields()))
      field.resolve = resolve;
  const nullPolicy = checkSchema(nullable);
  guardSchema(nullPolicy, { viewerOf: ({ viewer }: Context) => viewer, onBreach: () => {} });
  const recordRefusal = vi.fn();
  const execute = (plans: 'all' | 'repeated' | 'off') =>
    createExecutor({ policy: nullPolicy, operations, events, recordRefusal, now: () => NOW, plans });
  beforeEach(() => {
    ran.length = 0;
  });

  test.each(['all', 'repeated', 'off'] as const)(
    'is null for each refused viewer of a cached document and runs for the others, with plans of %s operations',
    async (plans) => {
      const executor = execute(plans);
      const document = parse('{ open admin { part } }');
      const admin = { ...VIEWER, roles: ['ADMIN'] };
      for (const viewer of [null, admin, VIEWER, null, admin, VIEWER, admin]) {
        ran.length = 0;
        const { data: answered, errors } = await executeAs(document, viewer, {}, executor);
        const code = viewer === admin ? undefined : viewer === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
        expect(answered).toEqual({ open: 1, admin: viewer === admin ? { part: 1 } : null });
        expect(ran).toEqual(viewer === admin ? ['open', 'admin', 'part'] : ['open']);
        expect(errors?.map(({ path, extensions }) => [path, extensions])).toEqual(
          code && [[['admin'], { code, coordinate: 'Query.admin' }]],
        );
      }
      expect(events.unexpected).not.toHaveBeenCalled();
    },
  );

  test('that is null is reported once a request, as a refusal, and one of 403 is recorded', async () => {
    const executor = execute('all');
    const document = parse('{ a: admin { part } b: admin { part } open }');
    for (const viewer of [VIEWER, VIEWER, null]) await executeAs(document, viewer, {}, executor);
    const refused = events.refused.mock.calls;
    expect(refused.map(([, viewerId, requestId, answer]: unknown[]) => [viewerId, requestId, answer])).toEqual([
      ['me', 'r', 'null'],
      ['me', 'r', 'null'],
      [null, 'r', 'null'],
    ]);
    expect(refused[0]?.[0]).toMatchObject([{ coordinate: 'Query.admin', reason: 'FORBIDDEN' }]);
    // The same array: its line in the log is written once.
    expect(refused[1]?.[0]).toBe(refused[0]?.[0]);
    expect(recordRefusal.mock.calls).toEqual([
      [{ viewerId: 'me', reason: 'FORBIDDEN Query.admin', client: undefined }],
      [{ viewerId: 'me', reason: 'FORBIDDEN Query.admin', client: undefined }],
    ]);
  });

  test('refuses a mutation that selects it', async () => {
    const result = await executeAs('mutation { change { open admin { part } } }', VIEWER, {}, execute('all'));
    expect(codesOf(result)).toEqual(['FORBIDDEN']);
    expect(result).not.toHaveProperty('data');
    expect(ran).toEqual([]);
  });

  test('runs in a mutation of a viewer whom it admits', async () => {
    const admin = { ...VIEWER, roles: ['ADMIN'] };
    const result = await executeAs('mutation { change { admin { part } } }', admin, {}, execute('all'));
    expect(result).toEqual({ data: { change: { admin: { part: 1 } } } });
  });
});
