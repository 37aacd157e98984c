import {
  buildSchema,
  type DocumentNode,
  GraphQLEnumType,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AccessBreach, accessDirectiveSdl, checkSchema, InvalidViewerError } from '../access/index.ts';
import type { OperationRunner } from '../context.ts';
import type { OwnedData } from '../data/owned-data.ts';
import { notFound, requestError } from '../errors.ts';
import { NO_DEADLINE } from '../data/pg/deadline.ts';
import { createExecutor } from './executor.ts';

/** A schema with what ours has not yet: every condition that a caller can fail. */
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

/** What a field does when it runs, by name. */
const behaviour = new Map<string, () => unknown>();
for (const root of [schema.getQueryType(), schema.getMutationType()])
  for (const field of Object.values(root?.getFields() ?? {})) field.resolve = () => behaviour.get(field.name)?.() ?? 1;

class Away extends Error {}
const ended: string[] = [];
const data = {} as OwnedData;
const operations: OperationRunner = {
  runQuery: (_viewer, work) => work(data),
  async runMutation(_viewer, work) {
    try {
      const result = await work(data);
      ended.push('commit');
      return result;
    } catch (error) {
      ended.push('rollback');
      throw error;
    }
  },
  isUnavailable: (error) => error instanceof Away,
};
const events = { refused: vi.fn(), unexpected: vi.fn() };
const policy = checkSchema(schema);
/** The executor over operations of which some may be others. */
const executorOn = (changes: Partial<OperationRunner> = {}) =>
  createExecutor({ policy, operations: { ...operations, ...changes }, events, now: () => NOW });
const run = executorOn();

function ask(
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
const codesOf = ({ errors }: Awaited<ReturnType<typeof ask>>) => errors?.map(({ extensions }) => extensions['code']);
const headersOf = ({ errors }: Awaited<ReturnType<typeof ask>>) =>
  Object.fromEntries((errors?.[0]?.extensions['http'] as { headers: Map<string, string> } | undefined)?.headers ?? []);

beforeEach(() => {
  behaviour.clear();
  ended.length = 0;
  vi.clearAllMocks();
});

describe('a request that may not run', () => {
  test('is refused in the same words each time, whoever asked for the same operation in between', async () => {
    const text = 'query ($no: Boolean!) { admin recent @skip(if: $no) second: recent verified }';
    const admin = { ...VIEWER, roles: ['ADMIN'], authTime: 0 };
    const callers: readonly (readonly [typeof VIEWER | null, boolean])[] = [
      [null, false],
      [VIEWER, false],
      [admin, false],
      [admin, true],
      [{ ...admin, authTime: NOW, emailVerified: false }, true],
      [null, true],
    ];
    const answersTo = (documentOf: () => DocumentNode) =>
      Promise.all(
        callers.map(async ([viewer, no]) => {
          const { errors } = await ask(documentOf(), viewer, { no });
          return errors?.map(({ message, locations, extensions }) => ({ message, locations, ...extensions }));
        }),
      );
    const fresh = await answersTo(() => parse(text));
    const kept = parse(text);
    expect(await answersTo(() => kept)).toEqual(fresh);
    expect(await answersTo(() => kept)).toEqual(fresh);
    expect(new Set(fresh.map((each) => JSON.stringify(each))).size).toBe(callers.length);
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
  ])('%s is told so by status and challenge, and runs nothing', async (_, text, viewer, code, status, challenge) => {
    const ran = vi.fn();
    for (const name of ['mine', 'admin', 'verified', 'recent']) behaviour.set(name, ran);
    const result = await ask(text, viewer);
    expect(codesOf(result)).toEqual([code]);
    expect(result.errors?.[0]?.extensions['http']).toMatchObject({ status });
    expect(headersOf(result)['www-authenticate']).toBe(challenge);
    expect(result).not.toHaveProperty('data');
    expect(ran).not.toHaveBeenCalled();
    expect(events.refused).toHaveBeenCalledOnce();
  });

  test('is refused as one, with an error for each coordinate', async () => {
    const result = await ask('{ open mine strict }', null);
    expect(result.errors?.map(({ extensions }) => extensions['coordinate'])).toEqual(['Query.mine', 'Query.strict']);
    expect(result).not.toHaveProperty('data');
  });

  test('is one more than one second too old, and not before', async () => {
    expect(codesOf(await ask('{ recent }', { ...VIEWER, authTime: NOW - 300 }))).toBeUndefined();
  });
});

describe('a viewer that is malformed', () => {
  // covers: ACCESS-05
  test.each<[string, unknown]>([
    ['an empty object', {}],
    ['false', false],
    ['a string for roles', { ...VIEWER, roles: 'ADMIN' }],
    ['a sign-in in the future', { ...VIEWER, authTime: NOW + 6 }],
  ])('by %s makes the request an internal error, also where the operation is public', async (_, viewer) => {
    const ran = vi.fn();
    for (const name of ['open', 'admin']) behaviour.set(name, ran);
    for (const text of ['{ open }', '{ admin }']) {
      const result = await ask(text, viewer as typeof VIEWER);
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

  test('and is noticed by the guard takes all data with it', async () => {
    behaviour.set('mine', () => {
      throw new InvalidViewerError('roles', 'is a string');
    });
    const result = await ask('{ open mine }');
    expect(codesOf(result)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(result).not.toHaveProperty('data');
    expect(events.unexpected).toHaveBeenCalledExactlyOnceWith(expect.any(InvalidViewerError), 'r');
  });
});

test('asking for the schema beside data changes nothing of what resolvers receive', async () => {
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
    expect((await ask(text, VIEWER, {}, execute)).data).toMatchObject({ paint: 'RED' });
  expect(vi.mocked(paint.resolve as () => unknown).mock.calls.map((call: unknown[]) => call[1])).toEqual(
    Array.from({ length: 3 }, () => ({ k: '#f00' })),
  );
});

describe('an answer leaves whole or not at all', () => {
  const breach = new AccessBreach('Query.mine', 'you', 'me');
  test.each([
    ['a breach', () => Promise.reject(breach), 'INTERNAL_SERVER_ERROR'],
    ['a database that is away', () => Promise.reject(new Away()), 'UNAVAILABLE'],
    ['a breach beside a database that is away', () => Promise.reject(breach), 'INTERNAL_SERVER_ERROR'],
  ])('%s takes all data with it', async (what, fail, code) => {
    behaviour.set('mine', fail);
    if (what.includes('beside')) behaviour.set('open', () => Promise.reject(new Away()));
    const result = await ask('{ open mine }');
    expect(codesOf(result)).toEqual([code]);
    expect(result).not.toHaveProperty('data');
  });

  test('a refusal inside an answer that is good but for it stays beside the data', async () => {
    behaviour.set('mine', () => {
      throw notFound();
    });
    const result = await ask('{ open mine }');
    expect(codesOf(result)).toEqual(['NOT_FOUND']);
    expect(result.data).toEqual({ open: 1, mine: null });
    expect(events.unexpected).not.toHaveBeenCalled();
  });

  test('a token whose user is gone takes all data with it, wherever it is noticed', async () => {
    behaviour.set('mine', () => {
      throw requestError('UNAUTHENTICATED', { message: 'here' });
    });
    const result = await ask('{ open mine }');
    expect(result.errors?.map(({ message, path }) => [message, path])).toEqual([['Sign in to use this.', undefined]]);
    expect(result).not.toHaveProperty('data');
  });

  test('an unexpected error is logged with its request', async () => {
    behaviour.set('mine', () => {
      throw new Error('a bug');
    });
    const { errors } = await ask('{ mine }');
    expect(events.unexpected).toHaveBeenCalledExactlyOnceWith(errors?.[0], 'r');
  });

  test('one thrown by the way to the database, outside of any field, is an internal error', async () => {
    const failing = executorOn({ runQuery: () => Promise.reject(new Error('a bug')) });
    const result = await ask('{ mine }', VIEWER, {}, failing);
    expect(codesOf(result)).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(events.unexpected).toHaveBeenCalledOnce();
  });
});

describe('a mutation', () => {
  test('without errors is committed', async () => {
    expect(await ask('mutation { change other }')).toEqual({ data: { change: 1, other: 1 } });
    expect(ended).toEqual(['commit']);
  });

  test.each([
    ['a refusal', () => notFound(), 'NOT_FOUND'],
    ['a bug', () => new Error(), undefined],
    ['a breach', () => new AccessBreach('a', 'b', 'c'), 'INTERNAL_SERVER_ERROR'],
    ['a database that is away', () => new Away(), 'UNAVAILABLE'],
  ])('with %s in one field is rolled back, with no data of any', async (_, error, code) => {
    behaviour.set('other', () => {
      throw error();
    });
    const result = await ask('mutation { change other }');
    expect(ended).toEqual(['rollback']);
    expect(codesOf(result)).toEqual([code]);
    expect(result.data ?? null).toBeNull();
  });

  test('that could not be committed is no success', async () => {
    const failing = executorOn({ runMutation: (_viewer, work) => work(data).then(() => Promise.reject(new Away())) });
    const result = await ask('mutation { change }', VIEWER, {}, failing);
    expect([codesOf(result), result.data]).toEqual([['UNAVAILABLE'], undefined]);
  });
});

test('a fault of the server’s in a value that goes out is not called the caller’s', async () => {
  behaviour.set('mine', () => 'no number');
  const result = await ask('{ mine }');
  expect(result.errors?.[0]?.originalError).toBeInstanceOf(GraphQLError);
  expect(codesOf(result)).toEqual([undefined]);
  expect(events.unexpected).toHaveBeenCalledOnce();
});
