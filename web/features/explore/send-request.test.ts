import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloClient, InMemoryCache } from '@apollo/client';
import { HttpLink } from '@apollo/client/link/http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApolloLink } from '../../graphql/apollo-link.ts';
import { sendRequest } from './send-request.ts';

/** A stub of the API: what it received, and what it answers to a token. */
const received: { headers: IncomingHttpHeaders; body: Record<string, unknown> }[] = [];
let respond: (authorization: string | undefined) => { status: number; body: object | string; type?: string };
let server: Server;
let uri: string;

const GRAPHQL = 'application/graphql-response+json';
const error = (code: string) => ({ errors: [{ message: code, extensions: { code } }] });

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    received.push({ headers: request.headers, body: JSON.parse(text) });
    const { status, body, type = GRAPHQL } = respond(request.headers.authorization);
    response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => server.close());
beforeEach(() => {
  received.length = 0;
});

/** The options of a page whose first token is `t1`, and whose later ones are `t2`. */
function options(explain = true) {
  let token = 't1';
  const tokens = {
    get: async () => token,
    renew: async () => {
      token = 't2';
      return token;
    },
  };
  const client = new ApolloClient({ link: createApolloLink(uri, tokens), cache: new InMemoryCache() });
  return { client, link: client.link, explain };
}

describe('sendRequest', () => {
  test.each([
    [200, { data: { a: 1 } }, GRAPHQL],
    [403, error('FORBIDDEN'), GRAPHQL],
    [403, error('FORBIDDEN'), 'application/json'],
    [400, error('GRAPHQL_VALIDATION_FAILED'), GRAPHQL],
  ])('sendRequest returns status %i with the body as %s', async (status, body, type) => {
    respond = () => ({ status, body, type });
    expect(await sendRequest({ query: '{ a }' }, options())).toEqual({ status, body, explanation: null });
  });

  test('sendRequest asks for an explanation only where the API explains', async () => {
    respond = () => ({ status: 200, body: { data: {} } });
    await sendRequest({ query: '{ a }' }, options());
    await sendRequest({ query: '{ a }' }, options(false));
    expect(received.map(({ headers }) => headers['x-explain'])).toEqual(['1', undefined]);
  });

  // covers: EXPLORE-07
  test('sendRequest renews a rejected token through the link of the app, and returns the second status', async () => {
    respond = (authorization) =>
      authorization === 'Bearer t2'
        ? { status: 200, body: { data: {} } }
        : { status: 401, body: error('UNAUTHENTICATED') };
    expect((await sendRequest({ query: '{ a }' }, options())).status).toBe(200);
    expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  test('sendRequest sends the chosen operation of several, with the variables', async () => {
    respond = () => ({ status: 200, body: { data: {} } });
    const query = 'query A { a } query B($x: Int) { b(x: $x) { ...F } } fragment F on T { c }';
    await sendRequest({ query, operationName: 'B', variables: { x: 1 } }, options());
    expect(received[0]?.body).toMatchObject({ operationName: 'B', variables: { x: 1 } });
    expect(received[0]?.body['query']).toMatch(/query B[\s\S]*fragment F/);
    expect(received[0]?.body['query']).not.toContain('query A');
  });

  test('sendRequest rejects text that is not GraphQL, without sending it', async () => {
    await expect(sendRequest({ query: '{' }, options())).rejects.toThrow('Syntax Error');
    expect(received).toEqual([]);
  });

  test('sendRequest says that the API does not answer, with the message of fetch', async () => {
    const client = new ApolloClient({ link: new HttpLink({ uri: 'http://127.0.0.1:1/' }), cache: new InMemoryCache() });
    const sent = sendRequest({ query: '{ a }' }, { client, link: client.link, explain: false });
    await expect(sent).rejects.toThrow(/^The API does not answer \(.+\)\./);
  });

  test('sendRequest says that a response without JSON is not from the API', async () => {
    respond = () => ({ status: 502, body: '<html>', type: 'text/html' });
    await expect(sendRequest({ query: '{ a }' }, options())).rejects.toThrow('status 502 and no JSON');
  });
});
