import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inRoot } from '../../server/operations/paths.ts';
import { PUBLIC_CODES, type PublicCode } from '../../server/errors.ts';
import { type ApiResponse, type RequestOptions, comparableText } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken, NOW } from '../support/test-token.ts';

/** The parts of a response that clients act on. */
interface Expected {
  readonly status: number;
  readonly code: string | null;
  /** The WWW-Authenticate header. Default: none. */
  readonly challenge?: string;
  /** The error's extensions beside `code`. */
  readonly extensions?: object;
  /** Omitted: the body has no `data`. */
  readonly data?: unknown;
}
interface Case extends Expected {
  readonly when: string;
  readonly query: string;
  readonly as?: 'bob';
  readonly options?: RequestOptions;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Another operation with the same response, byte for byte. */
  readonly equivalent?: string;
}

const fixture = setUpApiFixture();

const STEP_UP =
  'Bearer error="insufficient_user_authentication", error_description="A more recent sign-in is required", max_age="300"';
/** An id that no row has. */
const MISSING_ID = '01900000-0000-7000-8000-000000000000';

/** In a document, ALICE, ALICES and BOBS stand for Alice's id, her task and Bob's task, which exist only at run time. */
const CASES: readonly Case[] = [
  {
    when: 'the operation needs a token and has none',
    query: '{ viewer { id } }',
    status: 401,
    code: 'UNAUTHENTICATED',
    challenge: 'Bearer',
  },
  {
    when: 'the token is invalid, on a public operation too',
    query: '{ status { ok } }',
    options: { token: 'x.y.z' },
    status: 401,
    code: 'UNAUTHENTICATED',
    challenge: 'Bearer error="invalid_token"',
  },
  {
    when: 'the Authorization header is malformed',
    query: '{ status { ok } }',
    options: { headers: { authorization: 'Bearer' } },
    status: 400,
    code: 'BAD_REQUEST',
    challenge: 'Bearer error="invalid_request"',
  },
  {
    when: 'an @owner argument has another user’s id',
    query: '{ tasks(userId: "ALICE") { totalCount } }',
    as: 'bob',
    status: 403,
    code: 'FORBIDDEN',
    extensions: { coordinate: 'Query.tasks(userId:)' },
  },
  {
    when: 'the role is missing',
    query: '{ securityLog { pageInfo { hasNextPage } } }',
    as: 'bob',
    status: 403,
    code: 'FORBIDDEN',
    extensions: { coordinate: 'Query.securityLog' },
  },
  {
    when: 'the sign-in is too old for maxAge',
    query: 'mutation { clearTasks }',
    as: 'bob',
    claims: { auth_time: NOW - 301 },
    status: 401,
    code: 'STEP_UP_REQUIRED',
    challenge: STEP_UP,
    extensions: { coordinate: 'Mutation.clearTasks', maxAge: 300 },
  },
  {
    when: 'the row belongs to another user or does not exist',
    query: '{ task(id: "ALICES") { id } }',
    as: 'bob',
    status: 200,
    code: null,
    data: { task: null },
    equivalent: `{ task(id: "${MISSING_ID}") { id } }`,
  },
  {
    when: 'a mutation’s row belongs to another user or does not exist',
    query: 'mutation { deleteTask(id: "ALICES") }',
    as: 'bob',
    status: 200,
    code: 'NOT_FOUND',
    data: null,
    equivalent: `mutation { deleteTask(id: "${MISSING_ID}") }`,
  },
  {
    when: 'a value is invalid in the document',
    query: '{ tasks(first: "x") { totalCount } }',
    as: 'bob',
    status: 400,
    code: 'BAD_USER_INPUT',
    extensions: { field: 'first', rule: 'type' },
  },
  {
    when: 'the document does not match the schema',
    query: '{ tasks { nothing } }',
    as: 'bob',
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    when: 'a value is invalid in a variable',
    query: 'query ($first: Int) { tasks(first: $first) { totalCount } }',
    as: 'bob',
    options: { variables: { first: 'x' } },
    status: 400,
    code: 'BAD_USER_INPUT',
    extensions: { field: 'first', rule: 'type' },
  },
  {
    when: 'a value is invalid for the data layer',
    query: 'mutation { createTask(input: { title: " " }) { id } }',
    as: 'bob',
    status: 200,
    code: 'BAD_USER_INPUT',
    extensions: { field: 'input.title', rule: 'length', min: 1, max: 200 },
    data: null,
  },
  {
    when: 'expectedVersion is not the current version',
    query: 'mutation { updateTask(id: "BOBS", input: { title: "new" }, expectedVersion: 99) { id } }',
    as: 'bob',
    status: 200,
    code: 'CONFLICT',
    extensions: { currentVersion: 1 },
    data: null,
  },
  {
    when: 'the operation is too complex',
    query: `{ ${'viewer { id } '.repeat(300)} }`,
    as: 'bob',
    status: 400,
    code: 'TOO_COMPLEX',
  },
  {
    when: 'the body is too large',
    query: `{ status { ok } } #${'x'.repeat(100_000)}`,
    status: 413,
    code: 'PAYLOAD_TOO_LARGE',
  },
  {
    when: 'the document is not GraphQL',
    query: '{ status {',
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
];

/** Codes that need another setup: the file that tests each. */
const ELSEWHERE: Readonly<Partial<Record<PublicCode, string>>> = {
  EMAIL_NOT_VERIFIED: 'server/http/executor.test.ts',
  PERSISTED_DOCUMENT_NOT_FOUND: 'test/api/trusted-documents.test.ts',
  PERSISTED_DOCUMENT_REQUIRED: 'test/api/trusted-documents.test.ts',
  TOO_MANY_REQUESTS: 'test/api/stalled-reader.test.ts',
  HEADERS_TOO_LARGE: 'test/api/malformed-http.test.ts',
  INTERNAL_SERVER_ERROR: 'test/api/disclosure.test.ts',
  METHOD_NOT_ALLOWED: 'test/api/transport.test.ts',
  NOT_ACCEPTABLE: 'test/api/transport.test.ts',
  OPERATION_RESOLUTION_FAILURE: 'test/api/transport.test.ts',
  PERSISTED_QUERY_NOT_SUPPORTED: 'test/api/transport.test.ts',
  REQUEST_TIMEOUT: 'server/http/fastify-server.test.ts',
  UNAVAILABLE: 'test/api/unavailable.test.ts',
  UNSUPPORTED_MEDIA_TYPE: 'test/api/transport.test.ts',
};

// covers: ENGINE-03, HTTP-15
test('covers every public code in this table or in the file that ELSEWHERE names', () => {
  const here = new Set(CASES.map(({ code }) => code));
  for (const code of Object.keys(PUBLIC_CODES) as PublicCode[]) {
    const elsewhere = ELSEWHERE[code];
    if (elsewhere === undefined) expect(here).toContain(code);
    else expect(fs.readFileSync(inRoot(elsewhere), 'utf8')).toContain(`'${code}'`);
  }
});

describe('the response table', () => {
  // covers: ENGINE-03, FR-020
  test.each(CASES)(
    'answers $status $code: $when',
    async ({ query, as, options = {}, claims = {}, equivalent, ...expected }) => {
      const execute = (text: string) => {
        const document = text
          .replace('ALICES', fixture.seeded.alicesTask)
          .replace('ALICE', fixture.seeded.alice)
          .replace('BOBS', fixture.seeded.bobsTask);
        return fixture.api.execute(document, {
          ...options,
          ...(as && { token: signToken(fixture.seeded.bob, claims) }),
        });
      };
      const response = await execute(query);
      expectResponse(response, expected);
      if (equivalent !== undefined) expect(comparableText(await execute(equivalent))).toEqual(comparableText(response));
    },
  );
});

function expectResponse(
  { status, headers, body }: ApiResponse,
  { code, challenge, extensions, ...expected }: Expected,
): void {
  expect([status, body?.errors?.[0]?.extensions.code ?? null]).toEqual([expected.status, code]);
  expect(headers.get('www-authenticate')).toBe(challenge ?? null);
  if (extensions) expect(body?.errors?.[0]?.extensions).toEqual({ code, ...extensions });
  if ('data' in expected) expect(body?.data).toEqual(expected.data);
  else expect(body).not.toHaveProperty('data');
  expect(headers.get('cache-control')).toBe('private, no-store');
  expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/);
}
