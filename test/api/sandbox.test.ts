import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { explorersOf } from '../../runtime/settings.ts';
import { WEB_URL } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

const fixture = setUpApiFixture({}, { EXPLORER_ORIGINS: explorersOf(undefined, 'http://localhost:4000') });

const STUDIO = 'https://studio.apollographql.com';
const EMBEDDED = 'https://sandbox.embed.apollographql.com';
const APOLLO = [STUDIO, EMBEDDED];

/** What Sandbox sends beside the document; a preflight names them, in lower case and sorted as browsers do. */
const SENT = {
  'apollo-query-plan-experimental': '1',
  'apollo-require-preflight': 'true',
  'apollographql-client-name': 'explorer',
  'apollographql-client-version': '1.0.0',
  'x-apollo-operation-name': 'IntrospectionQuery',
};

const preflight = (origin: string, headers: Readonly<Record<string, string>> = {}, path = '/graphql') =>
  fixture.api.send(path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': [...Object.keys(SENT), 'authorization', 'content-type'].toSorted().join(','),
      ...headers,
    },
  });
const execute = (origin: string, query: string, token?: string) =>
  fixture.api.execute(query, { headers: { ...SENT, origin, accept: '*/*' }, ...(token !== undefined && { token }) });
const namesIn = (headers: Headers, name: string) => (headers.get(name) ?? '').split(', ');

describe.each(APOLLO)('Sandbox at %s', (origin) => {
  // covers: EDGE-31
  test('may send what it sends, with a token, and read what helps', async () => {
    const { status, headers } = await preflight(origin);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(namesIn(headers, 'access-control-allow-methods')).toEqual(['POST']);
    const sent = [...Object.keys(SENT), 'authorization', 'content-type'];
    expect(namesIn(headers, 'access-control-allow-headers')).toEqual(expect.arrayContaining(sent));
    expect(headers.get('vary')).toContain('Origin');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  // covers: HTTP-11
  test('may send no header of which nobody has heard', async () => {
    const { headers } = await preflight(origin, { 'access-control-request-headers': 'x-mine' });
    expect(namesIn(headers, 'access-control-allow-headers')).not.toContain('x-mine');
  });

  test('may reach this machine from the network, which a browser asks for by itself', async () => {
    const asked = await preflight(origin, { 'access-control-request-private-network': 'true' });
    expect(asked.headers.get('access-control-allow-private-network')).toBe('true');
    expect((await preflight(origin)).headers.get('access-control-allow-private-network')).toBeNull();
  });

  // covers: EDGE-31
  test('reads the schema, again and again, and each audience its own', async () => {
    const query = getIntrospectionQuery({
      inputValueDeprecation: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
    });
    const token = signToken(fixture.seeded.bob);
    for (let poll = 0; poll < 3; poll++) {
      const responses = [await execute(origin, query), await execute(origin, query, token)];
      const [visitor, user] = responses.map(({ body }) =>
        buildClientSchema(body?.data as unknown as IntrospectionQuery),
      );
      expect(Object.keys(visitor?.getQueryType()?.getFields() ?? {})).toEqual(['status']);
      expect(Object.keys(user?.getQueryType()?.getFields() ?? {})).toContain('tasks');
      for (const { headers } of responses) expect(headers.get('access-control-allow-origin')).toBe(origin);
    }
  });

  // covers: EDGE-31
  test('runs a query with a token', async () => {
    const { status, body, headers } = await execute(origin, '{ viewer { id } }', signToken(fixture.seeded.bob));
    expect([status, body?.data]).toEqual([200, { viewer: { id: fixture.seeded.bob } }]);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(namesIn(headers, 'access-control-expose-headers')).toEqual([
      'x-request-id',
      'www-authenticate',
      'retry-after',
    ]);
    expect(headers.get('vary')).toContain('Origin');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('reads why it is refused', async () => {
    const { status, headers } = await execute(origin, '{ viewer { id } }');
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
  });

  // covers: HTTP-11
  test.each(['/healthz', '/readyz', '/', '/graphql/', '/graphqlx', '/nothing?/graphql'])(
    'is not let in on %s',
    async (path) => {
      const responses = [await preflight(origin, { 'access-control-request-private-network': 'true' }, path)];
      responses.push(await fixture.api.send(path, { headers: { origin } }));
      for (const { headers } of responses) {
        expect(headers.get('access-control-allow-origin')).toBeNull();
        expect(headers.get('access-control-allow-private-network')).toBeNull();
      }
    },
  );
});

/** Origins that look like an allowed one, made from it. */
function lookalikes(origin: string): readonly string[] {
  const { protocol, hostname } = new URL(origin);
  const [label = '', ...rest] = hostname.split('.');
  return [
    ...[`${hostname}.evil.example`, `evil${hostname}`, `evil-${hostname}`, `evil.${hostname}`, `${hostname}.`].map(
      (host) => `${protocol}//${host}`,
    ),
    `${protocol}//${rest.join('.')}`,
    `${protocol}//${label}x${rest.join('.')}`,
    `${protocol === 'https:' ? 'http:' : 'https:'}//${hostname}`,
    ...[80, 443, 8_443].map((port) => `${origin}:${port}`),
    origin.toUpperCase(),
    `${protocol}//${label.toUpperCase()}.${rest.join('.')}`,
    `${origin}/`,
    `${origin}/x`,
    `${origin}, ${origin}`,
    `${origin} ${WEB_URL}`,
    `user@${hostname}`,
    hostname,
    `//${hostname}`,
    `${protocol}//evil.example/${hostname}`,
    `${protocol}//${hostname.replaceAll('.', '-')}`,
    `${protocol}//${hostname.replace('.', 'x')}`,
    `${protocol}//user@${hostname}`,
    `${protocol}//${hostname}@evil.example`,
    `${protocol}//${hostname}%2eevil.example`,
    `${protocol}//${hostname.replace('o', '0')}`,
  ];
}

describe('an origin that is not in the list', () => {
  const others = ['null', '*', 'https://apollographql.com', 'https://explorer.embed.apollographql.com', 'file://'];
  // covers: HTTP-11
  test.each([...new Set([...others, ...APOLLO.flatMap(lookalikes)])])('%s is not let in', async (origin) => {
    const responses = [
      await preflight(origin, { 'access-control-request-private-network': 'true' }),
      await execute(origin, '{ status { ok } }'),
    ];
    for (const { headers } of responses) {
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('access-control-allow-private-network')).toBeNull();
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
  });
});

test('the web app’s own page is let in beside explorers as before', async () => {
  const { headers } = await preflight(WEB_URL);
  expect(headers.get('access-control-allow-origin')).toBe(WEB_URL);
  expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type');
});
