import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloClient, type DocumentNode, InMemoryCache } from '@apollo/client';
import { parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { errorCode, errorMessage } from './error-code.ts';
import { createApolloLink } from './apollo-link.ts';
import { SessionEndedError } from './session-ended-error.ts';

const STATUS: DocumentNode = parse('query Status { status { ok } }');

/** The stub of the API: its response to a token, and the Authorization headers that it received. */
const api = {
  authorizations: [] as (string | undefined)[],
  respond: (_token: string | undefined) => ({ status: 200, body: '' }),
  type: '',
  /** The positions that it received, and the one that it sends. */
  positions: [] as unknown[],
  position: undefined as string | undefined,
};
let server: Server;
let uri: string;

const data = { status: 200, body: JSON.stringify({ data: { status: { ok: true } } }) };
const unauthorized = (code: string) => ({
  status: 401,
  body: JSON.stringify({ errors: [{ message: `no: ${code}`, extensions: { code } }] }),
});

/** Returns a token source with the tokens t1, t2, … up to `last`, and its number of renewals. */
function tokens(last = Number.POSITIVE_INFINITY) {
  const state = { current: 1, renewals: 0 };
  return Object.assign(state, {
    get: async () => (state.current > last ? null : `t${state.current}`),
    renew: async (staleToken?: string) => {
      if (staleToken === `t${state.current}`) {
        state.current += 1;
        state.renewals += 1;
      }
      return state.current > last ? null : `t${state.current}`;
    },
  });
}

const clientWith = (source: ReturnType<typeof tokens>, stepUp?: () => Promise<boolean>) =>
  new ApolloClient({
    link: createApolloLink(uri, source, stepUp && { stepUp }),
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
  });
const query = (client: ApolloClient) => client.query({ query: STATUS, context: { queryDeduplication: false } });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('the operation should have failed'),
    (error: unknown) => error,
  );

beforeAll(async () => {
  server = createServer((request, response) => {
    api.authorizations.push(request.headers.authorization);
    api.positions.push(request.headers['fieldgate-position']);
    if (api.position !== undefined) response.setHeader('Fieldgate-Position', api.position);
    const { status, body } = api.respond(request.headers.authorization?.slice('Bearer '.length));
    request.resume().on('end', () => response.writeHead(status, { 'Content-Type': api.type }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => server.close());
beforeEach(() => {
  api.authorizations = [];
  api.positions = [];
});

describe.each(['application/json', 'application/graphql-response+json'])('responses as %s', (type) => {
  beforeEach(() => {
    api.type = type;
  });

  // covers: FR-014
  test(`${type}: sends the token as Bearer`, async () => {
    api.respond = () => data;
    await expect(query(clientWith(tokens()))).resolves.toMatchObject({ data: { status: { ok: true } } });
    expect(api.authorizations).toEqual(['Bearer t1']);
  });

  test(`${type}: ten operations with a 401 cause one renewal, and each is retried once`, async () => {
    api.respond = (token) => (token === 't2' ? data : unauthorized('UNAUTHENTICATED'));
    const source = tokens();
    const client = clientWith(source);
    await Promise.all(Array.from({ length: 10 }, () => query(client)));
    expect(source.renewals).toBe(1);
    expect(api.authorizations.filter((header) => header === 'Bearer t1')).toHaveLength(10);
    expect(api.authorizations.filter((header) => header === 'Bearer t2')).toHaveLength(10);
  });

  test(`${type}: a second 401 is returned to the caller`, async () => {
    api.respond = () => unauthorized('UNAUTHENTICATED');
    const error = await failure(query(clientWith(tokens())));
    expect(errorCode(error)).toBe('UNAUTHENTICATED');
    expect(errorMessage(error)).toBe('no: UNAUTHENTICATED');
    expect(api.authorizations).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test(`${type}: an operation with STEP_UP_REQUIRED is sent again with a new token after the user has authenticated`, async () => {
    api.respond = (token) => (token === 't2' ? data : unauthorized('STEP_UP_REQUIRED'));
    let asked = 0;
    const stepUp = async () => {
      asked += 1;
      return true;
    };
    expect((await query(clientWith(tokens(), stepUp))).data).toEqual({ status: { ok: true } });
    expect([asked, api.authorizations]).toEqual([1, ['Bearer t1', 'Bearer t2']]);
  });

  test(`${type}: an operation with STEP_UP_REQUIRED fails if the user does not authenticate, and asks once`, async () => {
    api.respond = () => unauthorized('STEP_UP_REQUIRED');
    expect(errorCode(await failure(query(clientWith(tokens(), async () => false))))).toBe('STEP_UP_REQUIRED');
    expect(api.authorizations).toEqual(['Bearer t1']);
    expect(errorCode(await failure(query(clientWith(tokens(), async () => true))))).toBe('STEP_UP_REQUIRED');
    expect(api.authorizations).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  test(`${type}: an operation with STEP_UP_REQUIRED is not retried without step-up`, async () => {
    api.respond = () => unauthorized('STEP_UP_REQUIRED');
    const source = tokens();
    expect(errorCode(await failure(query(clientWith(source))))).toBe('STEP_UP_REQUIRED');
    expect(api.authorizations).toEqual(['Bearer t1']);
    expect(source.renewals).toBe(0);
  });

  test(`${type}: returns the 401 if the session has ended meanwhile`, async () => {
    api.respond = () => unauthorized('UNAUTHENTICATED');
    expect(errorCode(await failure(query(clientWith(tokens(1)))))).toBe('UNAUTHENTICATED');
    expect(api.authorizations).toEqual(['Bearer t1']);
  });
});

// covers: REPL-07
test('sends the position that the page’s cookie has, and keeps the one of a response', async () => {
  const page = { cookie: 'fieldgate-position=0a.1.mac' };
  vi.stubGlobal('document', page);
  onTestFinished(() => void vi.unstubAllGlobals());
  api.position = '0b.2.mac';
  onTestFinished(() => void (api.position = undefined));
  api.respond = () => data;
  await query(clientWith(tokens()));
  expect(api.positions).toEqual(['0a.1.mac']);
  expect(page.cookie).toMatch(/^fieldgate-position=0b\.2\.mac;/);
});

test('sends no request without a token', async () => {
  api.respond = () => data;
  expect(await failure(query(clientWith(tokens(0))))).toBeInstanceOf(SessionEndedError);
  expect(api.authorizations).toEqual([]);
});

test("a proxy's error page has no code, and the operation is not retried", async () => {
  api.type = 'text/html';
  api.respond = () => ({ status: 502, body: '<h1>Bad Gateway</h1>' });
  expect(errorCode(await failure(query(clientWith(tokens()))))).toBeUndefined();
  expect(api.authorizations).toHaveLength(1);
});

test('an operation without a response fails after the timeout and is not retried', async () => {
  const silent = createServer((request) => void api.authorizations.push(request.headers.authorization));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const link = createApolloLink(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`, tokens(), {
    timeout: 50,
  });
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  expect(await failure(query(client))).toMatchObject({ name: 'TimeoutError' });
  expect(api.authorizations).toEqual(['Bearer t1']);
});

// covers: SEE-07
test('each request names the span of the page, and none if the page has none', async () => {
  const received: (string | undefined)[] = [];
  const listen = (request: IncomingMessage) => received.push(request.headers['traceparent'] as string | undefined);
  server.on('request', listen);
  onTestFinished(() => void server.off('request', listen));
  api.respond = () => data;
  api.type = 'application/json';
  const ofPage = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  for (const traceparent of [undefined, ofPage]) {
    const link = createApolloLink(uri, tokens(), { traceparent });
    await query(new ApolloClient({ link, cache: new InMemoryCache() }));
  }
  expect(received).toEqual([undefined, ofPage]);
});
