import { describe, expect, test } from 'vitest';
import { comparableText, errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';
import { postRequestText, sendRawRequest } from '../support/raw-http.ts';
import { CORPORA } from './corpus/corpus.ts';
import { isBearerSyntax, isSendable } from './corpus/bad-token.ts';

const fixture = setUpApiFixture();

const STATUS = '{ status { ok } }';
const VIEWER = '{ viewer { id } }';

describe('a request without a token', () => {
  test('serves public fields without a token', async () => {
    const response = await fixture.api.execute(STATUS);
    expect([response.status, response.body]).toEqual([200, { data: { status: { ok: true } } }]);
  });

  // covers: FR-020
  test('answers 401 UNAUTHENTICATED with a plain challenge where the operation needs a token', async () => {
    const response = await fixture.api.execute(VIEWER);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(response.body).not.toHaveProperty('data');
    expect(new Set(errorCodes(response))).toEqual(new Set(['UNAUTHENTICATED']));
  });

  test('rejects an operation with public and protected fields as a whole', async () => {
    const response = await fixture.api.execute('{ status { ok } viewer { id } }');
    expect(response.status).toBe(401);
    expect(response.body).not.toHaveProperty('data');
  });

  test('answers 401 before it coerces variables', async () => {
    const query = 'query ($first: Int!) { tasks(first: $first) { totalCount } }';
    const response = await fixture.api.execute(query, { variables: { first: 'x' } });
    expect([response.status, ...new Set(errorCodes(response))]).toEqual([401, 'UNAUTHENTICATED']);
  });
});

// covers: FR-015, TOKEN-10
describe('a token outside the Authorization header', () => {
  const token = () => signToken(fixture.seeded.bob);
  test.each([
    ['the query string', () => fixture.api.send(`/graphql?access_token=${token()}`, json({ query: VIEWER }))],
    ['the body', () => fixture.api.send('/graphql', json({ query: VIEWER, access_token: token() }))],
    ['the extensions', () => fixture.api.send('/graphql', json({ query: VIEWER, extensions: { token: token() } }))],
    [
      'a cookie',
      () => fixture.api.execute(VIEWER, { headers: { cookie: `access_token=${token()}; token=${token()}` } }),
    ],
    [
      'another header',
      () =>
        fixture.api.execute(VIEWER, {
          headers: { 'x-access-token': token(), 'proxy-authorization': `Bearer ${token()}` },
        }),
    ],
  ])('ignores a token in %s', async (_, sendRequest) => {
    expect((await sendRequest()).status).toBe(401);
  });

  // covers: TOKEN-10
  test('identifies the viewer by the Authorization header, not by a cookie', async () => {
    const headers = { cookie: `access_token=${signToken(fixture.seeded.alice)}` };
    const response = await fixture.api.execute(VIEWER, { token: signToken(fixture.seeded.bob), headers });
    expect(response.body?.data).toEqual({ viewer: { id: fixture.seeded.bob } });
  });
});

describe('a bad token', () => {
  const expired = () => signToken(fixture.seeded.bob, { exp: 1_799_999_999 });
  // covers: TOKEN-11
  test.each([
    ['a public operation', STATUS],
    ['parsing the document', '{ status {'],
    ['validating the document', '{ nothing }'],
    ['an empty document', ''],
    ['introspection', '{ __schema { queryType { name } } }'],
    ['a mutation', 'mutation { createTask(input: { title: "x" }) { id } }'],
  ])('answers a bad token with the same bytes before %s', async (_, query) => {
    expect(comparableText(await fixture.api.execute(query, { token: expired() }))).toBe(
      comparableText(await fixture.api.execute(VIEWER, { token: expired() })),
    );
  });

  // covers: TOKEN-09
  test('answers the token of a deleted user with the bytes of a bad token, where rows are missing', async () => {
    const deletedUsersToken = signToken('01900000-0000-7000-8000-00000000000a');
    const expected = comparableText(await fixture.api.execute(VIEWER, { token: expired() }));
    const operations = [
      VIEWER,
      '{ status { ok } viewer { id } }',
      'mutation { createTask(input: { title: "x" }) { id } }',
    ];
    for (const query of operations)
      expect(comparableText(await fixture.api.execute(query, { token: deletedUsersToken })), query).toBe(expected);
  });

  // covers: EDGE-09, FR-025.2, OPS-18
  test('logs a bad token as a security event with reason and request id, never the token', async () => {
    const response = await fixture.api.execute(VIEWER, { token: expired() });
    const requestId = response.headers.get('x-request-id');
    const entry = { event: 'security', kind: 'bad-token', fault: 'expired', requestId };
    expect(fixture.api.log).toContainEqual(expect.objectContaining(entry));
    const signatures = [expired(), signToken(fixture.seeded.bob)].map((token) => token.split('.').at(-1) ?? '');
    for (const signature of signatures) expect(JSON.stringify(fixture.api.log)).not.toContain(signature);
    expect(await fixture.api.metrics()).toMatch(/fieldgate_refusals_total\{reason="invalid_token"\} [1-9]/);
  });
});

describe('a malformed Authorization header', () => {
  // covers: SC-004, TOKEN-10
  test('answers every malformed header with the same 400 BAD_REQUEST, error="invalid_request"', async () => {
    const headers = [
      'Basic YTpi',
      'Bearer',
      'Bearer a b',
      'Bearer a,b',
      'Bearer "a"',
      `Token ${signToken(fixture.seeded.bob)}`,
    ];
    const malformed = CORPORA.flatMap(({ tokens }) => tokens)
      .filter(({ token }) => isSendable(token) && !isBearerSyntax(token))
      .map(({ token }) => `Bearer ${token}`);
    expect(malformed.length).toBeGreaterThan(5);
    const responses = new Set<string>();
    for (const authorization of [...headers, ...malformed])
      responses.add(comparableText(await fixture.api.execute(STATUS, { headers: { authorization } })));
    const [only = '', ...others] = responses;
    expect(others).toEqual([]);
    expect(only).toMatch(/^400\n/);
    expect(only).toContain('\nwww-authenticate: Bearer error="invalid_request"\n');
    expect(only).toContain('"code":"BAD_REQUEST"');
  });

  // covers: TOKEN-10
  test.each([
    ['the same twice', (valid: string) => [`authorization: Bearer ${valid}`, `authorization: Bearer ${valid}`]],
    ['a valid one first', (valid: string) => [`authorization: Bearer ${valid}`, 'authorization: Bearer x']],
    ['a valid one last', (valid: string) => ['Authorization: Basic YTpi', `AUTHORIZATION: Bearer ${valid}`]],
    ['an empty one beside a valid one', (valid: string) => ['authorization:', `authorization: Bearer ${valid}`]],
  ])('rejects two Authorization headers with 400: %s', async (_, lines) => {
    const { status, head, body } = await sendRawRequest(
      fixture.api.url,
      postRequestText(lines(signToken(fixture.seeded.bob))),
    );
    expect(status).toBe(400);
    expect(head).toContain('\r\nwww-authenticate: bearer error="invalid_request"\r\n');
    expect(JSON.parse(body)).toEqual({
      errors: [{ message: 'Send one Authorization header.', extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  test.each(['aUTHORIZATION: bEaReR ', 'AUTHORIZATION:BEARER ', 'authorization: \tbearer   '])(
    'accepts one Authorization header, written %j',
    async (start) => {
      const { status, body } = await sendRawRequest(
        fixture.api.url,
        postRequestText([start + signToken(fixture.seeded.bob)], JSON.stringify({ query: VIEWER })),
      );
      expect([status, JSON.parse(body)]).toEqual([200, { data: { viewer: { id: fixture.seeded.bob } } }]);
    },
  );
});

function json(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
