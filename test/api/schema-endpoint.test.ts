import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  GraphQLSchema,
  type IntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { errorCodes, startTestApi, WEB_URL } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';
import { CORPORA } from '../tokens/corpus/corpus.ts';

const STUDIO = 'https://studio.apollographql.com';
const fixture = setUpApiFixture({}, { EXPLORER_ORIGINS: [STUDIO] });

/** The audiences, from the one that sees least to the one that sees most. */
const AUDIENCES = ['ANONYMOUS', 'USER', 'ADMIN'] as const;
type Audience = (typeof AUDIENCES)[number];
const PATH = '/schema.graphql';

const authorization = (audience: Audience): Record<string, string> =>
  audience === 'ANONYMOUS' ? {} : { authorization: `Bearer ${signToken(fixture.seeded.bob, { role: audience })}` };
const get = (audience: Audience, query = '', headers: Record<string, string> = {}) =>
  fixture.api.send(`${PATH}${query}`, { headers: { ...authorization(audience), ...headers } });

/** Prints a schema in alphabetical order without the access directives and their enum, which introspection omits. */
const comparable = (schema: GraphQLSchema) => {
  const config = schema.toConfig();
  const types = config.types.filter(({ name }) => name !== 'OnRefusal');
  return printSchema(lexicographicSortSchema(new GraphQLSchema({ ...config, types, directives: [] })));
};

async function introspected(audience: Audience): Promise<string> {
  const { body } = await fixture.api.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization(audience) },
    body: JSON.stringify({ query: getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }) }),
  });
  return comparable(buildClientSchema(body?.data as unknown as IntrospectionQuery));
}

const PAIRS = AUDIENCES.flatMap((caller) => AUDIENCES.map((as) => ({ caller, as })));
const isNarrower = (caller: Audience, as: Audience) => AUDIENCES.indexOf(as) <= AUDIENCES.indexOf(caller);

describe('GET /schema.graphql', () => {
  // covers: CLIENT-01
  test.each(AUDIENCES)('returns to %s what introspection shows, with the access directives', async (audience) => {
    const { status, headers, text } = await get(audience);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(comparable(buildSchema(text))).toBe(await introspected(audience));
    expect(text).toContain('status: ServiceStatus! @public(reason:');
    expect(text.includes('type Task @owner(field: "userId") {')).toBe(audience !== 'ANONYMOUS');
    expect(text.includes('userId: ID @owner')).toBe(audience !== 'ANONYMOUS');
    expect(text.includes('): AuthEventConnection! @auth(roles: [ADMIN])')).toBe(audience === 'ADMIN');
  });

  // covers: CLIENT-02
  test.each(PAIRS.filter(({ caller, as }) => isNarrower(caller, as)))(
    'returns the schema of $as to $caller with ?as=',
    async ({ caller, as }) => {
      const { status, text } = await get(caller, `?as=${as}`);
      expect(status).toBe(200);
      expect(comparable(buildSchema(text))).toBe(await introspected(as));
    },
  );

  // covers: CLIENT-02, CLIENT-09
  test.each(PAIRS.filter(({ caller, as }) => !isNarrower(caller, as)))(
    'refuses $caller the schema of $as with 403',
    async ({ caller, as }) => {
      const response = await get(caller, `?as=${as}`);
      expect([response.status, errorCodes(response)]).toEqual([403, ['FORBIDDEN']]);
      expect(response.headers.get('etag')).toBeNull();
    },
  );

  // covers: CLIENT-02
  test.each([
    '?as=',
    '?as=admin',
    '?as=OWNER',
    '?as=constructor',
    '?as=USER&as=USER',
    '?as[]=USER&as=x',
    '?as=USER%00',
  ])('rejects %s with 400 and the audiences, for every caller', async (query) => {
    for (const audience of AUDIENCES) {
      const response = await get(audience, query);
      expect([response.status, errorCodes(response)]).toEqual([400, ['BAD_REQUEST']]);
      expect(response.body?.errors?.[0]?.message).toBe('Send `as` once, with one of: ANONYMOUS, USER, ADMIN.');
    }
  });

  // covers: CLIENT-03, CLIENT-09
  test('answers every bad token as /graphql does, also with ?as=ANONYMOUS', async () => {
    const tokens = CORPORA[0]?.tokens.slice(0, 40).map(({ token }) => token) ?? [];
    for (const bad of ['', 'x', 'Basic eDp4', ...tokens.map((token) => `Bearer ${token}`)]) {
      const headers = { 'content-type': 'application/json', authorization: bad };
      const expected = await fixture.api.send('/graphql', {
        method: 'POST',
        headers,
        body: '{"query":"{ __typename }"}',
      });
      for (const query of ['', '?as=ANONYMOUS']) {
        const {
          status,
          body,
          headers: received,
        } = await fixture.api.send(`${PATH}${query}`, { headers: { authorization: bad } });
        expect([status, body, received.get('www-authenticate')], bad).toEqual([
          expected.status,
          expected.body,
          expected.headers.get('www-authenticate'),
        ]);
        expect(received.get('cache-control')).toBe('private, no-store');
      }
      expect(expected.status).toBeGreaterThanOrEqual(400);
    }
  });

  // covers: CLIENT-03
  test('is 404, as an unknown path is, where INTROSPECTION is off', async () => {
    const api = await startTestApi(fixture.seeded.source, 'off');
    const responses = [await api.send(PATH), await api.send(PATH, { method: 'POST' }), await api.send('/nothing')];
    await api.close();
    for (const { status, text } of responses) expect([status, text]).toEqual([404, responses[2]?.text]);
  });

  // covers: CLIENT-04, CLIENT-09
  test('has an ETag for each audience, and answers 304 while it is current', async () => {
    const tags = await Promise.all(
      AUDIENCES.map(async (audience) => {
        const { headers } = await get(audience);
        expect(headers.get('cache-control')).toBe('private, no-cache');
        expect(headers.get('vary')).toBe('Authorization, Origin');
        return headers.get('etag') ?? '';
      }),
    );
    expect(new Set(tags).size).toBe(AUDIENCES.length);
    const [anonymous = '', user = ''] = tags;
    for (const header of [user, `W/${user}`, `"x", ${user}`, '*']) {
      const { status, text, headers } = await get('USER', '', { 'if-none-match': header });
      expect([status, text, headers.get('etag'), headers.get('cache-control')]).toEqual([
        304,
        '',
        user,
        'private, no-cache',
      ]);
    }
    for (const header of [anonymous, '"x"', user.replaceAll('"', '')])
      expect((await get('USER', '', { 'if-none-match': header })).status).toBe(200);
    expect((await get('USER', '?as=ANONYMOUS', { 'if-none-match': anonymous })).status).toBe(304);
  });

  // covers: CLIENT-04
  test('answers HEAD as GET without the text, and other methods with 405', async () => {
    const [got, head] = [
      await get('USER'),
      await fixture.api.send(PATH, { method: 'HEAD', headers: authorization('USER') }),
    ];
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['content-type', 'content-length', 'etag', 'cache-control', 'vary'])
      expect([name, head.headers.get(name)]).toEqual([name, got.headers.get(name)]);
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const response = await fixture.api.send(PATH, { method });
      expect([response.status, errorCodes(response), response.headers.get('allow')]).toEqual([
        405,
        ['METHOD_NOT_ALLOWED'],
        'GET, HEAD',
      ]);
    }
  });

  // covers: CLIENT-04
  test('is readable for pages of the web app, not of explorers, which have introspection', async () => {
    const allowed = async (origin: string) =>
      (await get('USER', '', { origin })).headers.get('access-control-allow-origin');
    expect([await allowed(WEB_URL), await allowed(STUDIO), await allowed('https://evil.test')]).toEqual([
      WEB_URL,
      null,
      null,
    ]);
  });

  // covers: CLIENT-01
  test('sends no statement', async () => {
    const before = fixture.statements.length;
    await get('ADMIN');
    expect(fixture.statements.length).toBe(before);
  });
});
