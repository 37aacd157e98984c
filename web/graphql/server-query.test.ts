import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { documentId } from './document-id.ts';
import { TasksDocument } from './generated/graphql.ts';
import { positionHeader } from './read-position.ts';

// The package only keeps modules out of the browser's bundle.
vi.mock('server-only', () => ({}));
const { serverQuery } = await import('./server-query.ts');

let server: Server;
let endpoint: string;
let respond: (response: ServerResponse) => void;
let received: { headers: IncomingHttpHeaders; body: string };

const send =
  (status: number, body: unknown, type = 'application/graphql-response+json') =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
const CLIENT = { 'x-forwarded-for': '198.51.100.7', 'user-agent': 'Firefox' };
const query = () => serverQuery(TasksDocument, { first: 2 }, { endpoint, token: 'a-token', client: CLIENT });

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received = { headers: request.headers, body };
    respond(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => server.close());

describe('serverQuery', () => {
  // covers: TRUSTED-01
  test('serverQuery sends the token and the id of the document, and returns the data', async () => {
    respond = send(200, { data: { tasks: { edges: [] } } });
    await expect(query()).resolves.toEqual({ tasks: { edges: [] } });
    expect(received.headers.authorization).toBe('Bearer a-token');
    expect(JSON.parse(received.body)).toEqual({ documentId: documentId(TasksDocument), variables: { first: 2 } });
  });

  // covers: PROC-05
  test('serverQuery names the client of the page, not the web app', async () => {
    respond = send(200, { data: { tasks: { edges: [] } } });
    await query();
    expect(received.headers).toMatchObject(CLIENT);
  });

  // covers: REPL-07
  test('serverQuery sends the position of the user’s last change', async () => {
    respond = send(200, { data: { tasks: { edges: [] } } });
    const position = positionHeader('fieldgate-position=ff.1.mac');
    await serverQuery(TasksDocument, { first: 2 }, { endpoint, token: 'a-token', client: CLIENT, position });
    expect(received.headers['fieldgate-position']).toBe('ff.1.mac');
  });

  // covers: TRUSTED-02
  test('serverQuery sends the text, which selects __typename everywhere, to an API that does not know the id', async () => {
    respond = (response) => {
      respond = send(200, { data: { tasks: { edges: [] } } });
      const errors = [{ message: 'no', extensions: { code: 'PERSISTED_DOCUMENT_NOT_FOUND' } }];
      send(400, { errors })(response);
    };
    await expect(query()).resolves.toEqual({ tasks: { edges: [] } });
    const { query: document, variables } = JSON.parse(received.body);
    expect(variables).toEqual({ first: 2 });
    // Without it cached data looks right, and optimistic updates fail silently.
    expect(document.match(/__typename/g)).toHaveLength(document.match(/\{/g).length);
  });

  test.each([
    ['an error', send(401, { errors: [{ message: 'no' }] })],
    ['data beside errors', send(200, { data: { tasks: null }, errors: [{ message: 'no' }] })],
    ['no data', send(200, { data: null })],
    ["a proxy's page", send(502, '<h1>Bad Gateway</h1>', 'text/html')],
    ['a connection that breaks', (response: ServerResponse) => void response.destroy()],
  ])('serverQuery returns null for %s', async (_, reaction) => {
    respond = reaction;
    await expect(query()).resolves.toBeNull();
  });
});
