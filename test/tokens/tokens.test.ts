import { describe, expect, test } from 'vitest';
import { bytes, codes } from '../api/api.ts';
import { apiOnScene } from '../api/on-scene.ts';
import { mint } from '../api/token.ts';
import { posted, speak } from '../api/wire.ts';
import { CORPORA } from './corpus/corpus.ts';
import { isInForm, isSendable } from './sendable.ts';

const on = apiOnScene();

const STATUS = '{ status { ok } }';
const VIEWER = '{ viewer { id } }';

describe('no token', () => {
  test('is enough for what is public', async () => {
    const answer = await on.api.ask(STATUS);
    expect([answer.status, answer.body]).toEqual([200, { data: { status: { ok: true } } }]);
  });

  test('is 401 UNAUTHENTICATED with a plain challenge where the operation needs one', async () => {
    const answer = await on.api.ask(VIEWER);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.body).not.toHaveProperty('data');
    expect(new Set(codes(answer))).toEqual(new Set(['UNAUTHENTICATED']));
  });

  test('takes the public half of a mixed operation with it', async () => {
    const answer = await on.api.ask('{ status { ok } viewer { id } }');
    expect(answer.status).toBe(401);
    expect(answer.body).not.toHaveProperty('data');
  });

  test('is 401 before any word on the values', async () => {
    const query = 'query ($first: Int!) { tasks(first: $first) { totalCount } }';
    const answer = await on.api.ask(query, { variables: { first: 'x' } });
    expect([answer.status, ...new Set(codes(answer))]).toEqual([401, 'UNAUTHENTICATED']);
  });
});

describe('a token anywhere but in the Authorization header is no token:', () => {
  const token = () => mint(on.there.bob);
  test.each([
    ['the query string', () => on.api.send(`/graphql?access_token=${token()}`, json({ query: VIEWER }))],
    ['the body', () => on.api.send('/graphql', json({ query: VIEWER, access_token: token() }))],
    ['the extensions', () => on.api.send('/graphql', json({ query: VIEWER, extensions: { token: token() } }))],
    ['a cookie', () => on.api.ask(VIEWER, { headers: { cookie: `access_token=${token()}; token=${token()}` } })],
    [
      'another header',
      () => on.api.ask(VIEWER, { headers: { 'x-access-token': token(), 'proxy-authorization': `Bearer ${token()}` } }),
    ],
  ])('%s', async (_, asking) => {
    expect((await asking()).status).toBe(401);
  });

  test('and beside one person’s cookie another’s token decides', async () => {
    const headers = { cookie: `access_token=${mint(on.there.alice)}` };
    const answer = await on.api.ask(VIEWER, { token: mint(on.there.bob), headers });
    expect(answer.body?.data).toEqual({ viewer: { id: on.there.bob } });
  });
});

describe('a bad token', () => {
  const expired = () => mint(on.there.bob, { exp: 1_799_999_999 });
  test.each([
    ['what is public', STATUS],
    ['a document that does not parse', '{ status {'],
    ['a document that is not valid', '{ nothing }'],
    ['an empty document', ''],
    ['introspection', '{ __schema { queryType { name } } }'],
    ['a mutation', 'mutation { createTask(input: { title: "x" }) { id } }'],
  ])('is told the same before %s is looked at', async (_, query) => {
    expect(bytes(await on.api.ask(query, { token: expired() }))).toBe(
      bytes(await on.api.ask(VIEWER, { token: expired() })),
    );
  });

  test('of a user who is gone is told the same, where the rows are missed', async () => {
    const gone = mint('01900000-0000-7000-8000-00000000000a');
    const usual = bytes(await on.api.ask(VIEWER, { token: expired() }));
    const operations = [
      VIEWER,
      '{ status { ok } viewer { id } }',
      'mutation { createTask(input: { title: "x" }) { id } }',
    ];
    for (const query of operations) expect(bytes(await on.api.ask(query, { token: gone })), query).toBe(usual);
  });

  test('is in the log with its fault, its request and as a security event; no token ever is', async () => {
    const answer = await on.api.ask(VIEWER, { token: expired() });
    const requestId = answer.headers.get('x-request-id');
    const entry = { event: 'security', kind: 'bad-token', fault: 'expired', requestId };
    expect(on.api.log).toContainEqual(expect.objectContaining(entry));
    const signatures = [expired(), mint(on.there.bob)].map((token) => token.split('.').at(-1) ?? '');
    for (const signature of signatures) expect(JSON.stringify(on.api.log)).not.toContain(signature);
    expect(await on.api.counters()).toMatch(/fieldgate_refusals_total\{reason="invalid_token"\} [1-9]/);
  });
});

describe('a header that says no one token', () => {
  test('is 400 BAD_REQUEST, error="invalid_request", the same bytes for every form', async () => {
    const headers = ['Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer a,b', 'Bearer "a"', `Token ${mint(on.there.bob)}`];
    const malformed = CORPORA.flatMap(({ tokens }) => tokens)
      .filter(({ token }) => isSendable(token) && !isInForm(token))
      .map(({ token }) => `Bearer ${token}`);
    expect(malformed.length).toBeGreaterThan(5);
    const answers = new Set<string>();
    for (const authorization of [...headers, ...malformed])
      answers.add(bytes(await on.api.ask(STATUS, { headers: { authorization } })));
    const [only = '', ...others] = answers;
    expect(others).toEqual([]);
    expect(only).toMatch(/^400\n/);
    expect(only).toContain('\nwww-authenticate: Bearer error="invalid_request"\n');
    expect(only).toContain('"code":"BAD_REQUEST"');
  });

  test.each([
    ['the same twice', (good: string) => [`authorization: Bearer ${good}`, `authorization: Bearer ${good}`]],
    ['a good one first', (good: string) => [`authorization: Bearer ${good}`, 'authorization: Bearer x']],
    ['a good one last', (good: string) => ['Authorization: Basic YTpi', `AUTHORIZATION: Bearer ${good}`]],
    ['an empty one beside', (good: string) => ['authorization:', `authorization: Bearer ${good}`]],
  ])('but two is 400 too: %s', async (_, lines) => {
    const { status, head, body } = await speak(on.api.url, posted(lines(mint(on.there.bob))));
    expect(status).toBe(400);
    expect(head).toContain('\r\nwww-authenticate: bearer error="invalid_request"\r\n');
    expect(JSON.parse(body)).toEqual({
      errors: [{ message: 'Send one Authorization header.', extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  test.each(['aUTHORIZATION: bEaReR ', 'AUTHORIZATION:BEARER ', 'authorization: \tbearer   '])(
    'and one, written %j, is none of these',
    async (start) => {
      const { status, body } = await speak(
        on.api.url,
        posted([start + mint(on.there.bob)], JSON.stringify({ query: VIEWER })),
      );
      expect([status, JSON.parse(body)]).toEqual([200, { data: { viewer: { id: on.there.bob } } }]);
    },
  );
});

function json(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
