import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { explorersOf } from '../../runtime/settings.ts';
import { WEB_URL } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';
import { signToken } from '../support/test-token.ts';

const fixture = setUpApiFixture(
  {},
  { EXPLORER_ORIGINS: explorersOf(undefined, { API_URL: 'http://localhost:4000', API_HOST: '127.0.0.1' }) },
);

const STUDIO = 'https://studio.apollographql.com';
const EMBEDDED = 'https://sandbox.embed.apollographql.com';
const APOLLO = [STUDIO, EMBEDDED];

/** The headers that Sandbox sends; browsers list their names in a preflight in lower case, sorted. */
const SANDBOX_HEADERS = {
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
      'access-control-request-headers': [...Object.keys(SANDBOX_HEADERS), 'authorization', 'content-type']
        .toSorted()
        .join(','),
      ...headers,
    },
  });
const execute = (origin: string, query: string, token?: string) =>
  fixture.api.execute(query, {
    headers: { ...SANDBOX_HEADERS, origin, accept: '*/*' },
    ...(token !== undefined && { token }),
  });
const namesIn = (headers: Headers, name: string) => (headers.get(name) ?? '').split(', ');

describe.each(APOLLO)('Sandbox at %s', (origin) => {
  // covers: EDGE-31
  test('allows Sandbox to send its headers and a token, in POST requests', async () => {
    const { status, headers } = await preflight(origin);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(namesIn(headers, 'access-control-allow-methods')).toEqual(['POST']);
    const names = [...Object.keys(SANDBOX_HEADERS), 'authorization', 'content-type'];
    expect(namesIn(headers, 'access-control-allow-headers')).toEqual(expect.arrayContaining(names));
    expect(headers.get('vary')).toContain('Origin');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  // covers: HTTP-11
  test('allows Sandbox no unknown header', async () => {
    const { headers } = await preflight(origin, { 'access-control-request-headers': 'x-mine' });
    expect(namesIn(headers, 'access-control-allow-headers')).not.toContain('x-mine');
  });

  test('allows Sandbox private network access when the browser requests it', async () => {
    const response = await preflight(origin, { 'access-control-request-private-network': 'true' });
    expect(response.headers.get('access-control-allow-private-network')).toBe('true');
    expect((await preflight(origin)).headers.get('access-control-allow-private-network')).toBeNull();
  });

  // covers: EDGE-31
  test('answers Sandbox’s repeated introspection with the schema of each audience', async () => {
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
  test('answers Sandbox’s query with a token and exposes response headers', async () => {
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

  test('lets Sandbox read why a request is rejected', async () => {
    const { status, headers } = await execute(origin, '{ viewer { id } }');
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
  });

  // covers: HTTP-11
  test.each(['/healthz', '/readyz', '/', '/graphql/', '/graphqlx', '/nothing?/graphql'])(
    'allows Sandbox no access to %s',
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

/** Returns origins that resemble an allowed one. */
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

describe('an origin that is not listed', () => {
  const others = ['null', '*', 'https://apollographql.com', 'https://explorer.embed.apollographql.com', 'file://'];
  // covers: HTTP-11
  test.each([...new Set([...others, ...APOLLO.flatMap(lookalikes)])])(
    'allows an unlisted origin no access: %s',
    async (origin) => {
      const responses = [
        await preflight(origin, { 'access-control-request-private-network': 'true' }),
        await execute(origin, '{ status { ok } }'),
      ];
      for (const { headers } of responses) {
        expect(headers.get('access-control-allow-origin')).toBeNull();
        expect(headers.get('access-control-allow-private-network')).toBeNull();
        expect(headers.get('access-control-allow-credentials')).toBeNull();
      }
    },
  );
});

test('still allows the web app’s origin beside explorers', async () => {
  const { headers } = await preflight(WEB_URL);
  expect(headers.get('access-control-allow-origin')).toBe(WEB_URL);
  expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type, traceparent');
});
