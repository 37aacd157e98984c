import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloClient, type DocumentNode, InMemoryCache } from '@apollo/client';
import { parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { errorCode, errorMessage } from './error-code.ts';
import { createApolloLink, SessionEndedError } from './apollo-link.ts';

const STATUS: DocumentNode = parse('query Status { status { ok } }');

/** What the API under test answers to a token, and what it was asked with. */
const api = {
  seen: [] as (string | undefined)[],
  answer: (_token: string | undefined) => ({ status: 200, body: '' }),
  type: '',
};
let server: Server;
let uri: string;

const data = { status: 200, body: JSON.stringify({ data: { status: { ok: true } } }) };
const refused = (code: string) => ({
  status: 401,
  body: JSON.stringify({ errors: [{ message: `no: ${code}`, extensions: { code } }] }),
});

/** Tokens t1, t2, … as a TokenSource gives them, and how often one was renewed. */
function tokens(last = Number.POSITIVE_INFINITY) {
  const state = { current: 1, renewals: 0 };
  return Object.assign(state, {
    get: async () => (state.current > last ? null : `t${state.current}`),
    renew: async (spent?: string) => {
      if (spent === `t${state.current}`) {
        state.current += 1;
        state.renewals += 1;
      }
      return state.current > last ? null : `t${state.current}`;
    },
  });
}

const clientWith = (source: ReturnType<typeof tokens>) =>
  new ApolloClient({
    link: createApolloLink(uri, source),
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
  });
const ask = (client: ApolloClient) => client.query({ query: STATUS, context: { queryDeduplication: false } });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('the operation should have failed'),
    (error: unknown) => error,
  );

beforeAll(async () => {
  server = createServer((request, response) => {
    api.seen.push(request.headers.authorization);
    const { status, body } = api.answer(request.headers.authorization?.slice('Bearer '.length));
    request.resume().on('end', () => response.writeHead(status, { 'Content-Type': api.type }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => server.close());
beforeEach(() => {
  api.seen = [];
});

describe.each(['application/json', 'application/graphql-response+json'])('answers as %s', (type) => {
  beforeEach(() => {
    api.type = type;
  });

  // covers: FR-014
  test('the token goes along as Bearer', async () => {
    api.answer = () => data;
    await expect(ask(clientWith(tokens()))).resolves.toMatchObject({ data: { status: { ok: true } } });
    expect(api.seen).toEqual(['Bearer t1']);
  });

  test('ten operations in a 401 cause one renewal, and each is sent once more', async () => {
    api.answer = (token) => (token === 't2' ? data : refused('UNAUTHENTICATED'));
    const source = tokens();
    const client = clientWith(source);
    await Promise.all(Array.from({ length: 10 }, () => ask(client)));
    expect(source.renewals).toBe(1);
    expect(api.seen.filter((header) => header === 'Bearer t1')).toHaveLength(10);
    expect(api.seen.filter((header) => header === 'Bearer t2')).toHaveLength(10);
  });

  test('a second 401 is given to the caller', async () => {
    api.answer = () => refused('UNAUTHENTICATED');
    const error = await failure(ask(clientWith(tokens())));
    expect(errorCode(error)).toBe('UNAUTHENTICATED');
    expect(errorMessage(error)).toBe('no: UNAUTHENTICATED');
    expect(api.seen).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test('STEP_UP_REQUIRED is not sent again', async () => {
    api.answer = () => refused('STEP_UP_REQUIRED');
    const source = tokens();
    expect(errorCode(await failure(ask(clientWith(source))))).toBe('STEP_UP_REQUIRED');
    expect(api.seen).toEqual(['Bearer t1']);
    expect(source.renewals).toBe(0);
  });

  test('the refusal stands when the session has ended meanwhile', async () => {
    api.answer = () => refused('UNAUTHENTICATED');
    expect(errorCode(await failure(ask(clientWith(tokens(1)))))).toBe('UNAUTHENTICATED');
    expect(api.seen).toEqual(['Bearer t1']);
  });
});

test('nothing is sent without a token', async () => {
  api.answer = () => data;
  expect(await failure(ask(clientWith(tokens(0))))).toBeInstanceOf(SessionEndedError);
  expect(api.seen).toEqual([]);
});

test("a proxy's error page has no code, and is not sent again", async () => {
  api.type = 'text/html';
  api.answer = () => ({ status: 502, body: '<h1>Bad Gateway</h1>' });
  expect(errorCode(await failure(ask(clientWith(tokens()))))).toBeUndefined();
  expect(api.seen).toHaveLength(1);
});

test('an API that takes the request and never answers is waited for so long and no longer, and not asked again', async () => {
  const silent = createServer((request) => void api.seen.push(request.headers.authorization));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const link = createApolloLink(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`, tokens(), 50);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  expect(await failure(ask(client))).toMatchObject({ name: 'TimeoutError' });
  expect(api.seen).toEqual(['Bearer t1']);
});
