import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloClient } from '@apollo/client';
import { type DocumentNode, parse, print } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApolloCache } from './apollo-cache.ts';
import { createApolloLink } from './apollo-link.ts';
import { documentId } from './document-id.ts';
import { errorCode } from './error-code.ts';
import * as generated from './generated/graphql.ts';

const ID = documentId(generated.TasksDocument);
const VARIABLES = { first: 5 };

let server: Server;
let uri: string;
/** The bodies that the stub of the API received, without the name of the library in `extensions`, and the codes with which it refuses the next ones. */
let received: Record<string, unknown>[] = [];
let refusals: string[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { extensions: _, ...body } = JSON.parse(text) as Record<string, unknown>;
    received.push(body);
    const code = refusals.shift();
    response.setHeader('content-type', 'application/graphql-response+json');
    response
      .writeHead(code === undefined ? 200 : 400)
      .end(JSON.stringify(code === undefined ? { data: null } : { errors: [{ message: 'no', extensions: { code } }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => void server.close());
beforeEach(() => {
  received = [];
  refusals = [];
});

/** Sends an operation as the web client does; returns the code of its error, if any. */
async function send(query: DocumentNode): Promise<string | undefined> {
  const tokens = { get: async () => 't', renew: async () => 't' };
  const client = new ApolloClient({
    link: createApolloLink(uri, tokens),
    cache: createApolloCache(),
    dataMasking: true,
  });
  return client.query({ query, variables: VARIABLES, fetchPolicy: 'no-cache' }).then(() => undefined, errorCode);
}

describe('the persisted document link', () => {
  test('every generated operation has an id', () => {
    const operations = Object.entries(generated).filter(([name]) => name.endsWith('Document'));
    expect(operations.length).toBeGreaterThan(5);
    for (const [name, document] of operations)
      expect(documentId(document as DocumentNode), name).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  // covers: TRUSTED-01
  test('sends the id of a generated document in place of its text', async () => {
    await send(generated.TasksDocument);
    expect(received).toEqual([{ documentId: ID, operationName: 'Tasks', variables: VARIABLES }]);
  });

  test('sends the text of any other document', async () => {
    await send(parse('query Other { status { ok } }'));
    expect(received).toEqual([
      { operationName: 'Other', variables: {}, query: expect.stringContaining('status') as string },
    ]);
  });

  // covers: TRUSTED-02
  test('sends the text once to an API that does not know the id', async () => {
    refusals = ['PERSISTED_DOCUMENT_NOT_FOUND'];
    await send(generated.TasksDocument);
    expect(received).toEqual([
      { documentId: ID, operationName: 'Tasks', variables: VARIABLES },
      { query: print(generated.TasksDocument), operationName: 'Tasks', variables: VARIABLES },
    ]);
  });

  test.each(['PERSISTED_DOCUMENT_REQUIRED', 'PERSISTED_DOCUMENT_NOT_FOUND'])(
    'fails with %s if the API refuses the text too',
    async (code) => {
      refusals = ['PERSISTED_DOCUMENT_NOT_FOUND', code];
      expect(await send(generated.TasksDocument)).toBe(code);
      expect(received).toHaveLength(2);
    },
  );

  test('does not send the text after another refusal', async () => {
    refusals = ['FORBIDDEN'];
    expect(await send(generated.TasksDocument)).toBe('FORBIDDEN');
    expect(received).toHaveLength(1);
  });
});
