import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpHead } from '../../refusal-http.ts';
import type { RunningServer } from './start-server.ts';

/** Listens on a free port of the loopback interface. */
export async function listen(listener: http.RequestListener, onStop?: () => unknown): Promise<RunningServer> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await onStop?.();
    },
  };
}

/** Listens with a handler of one request; a request whose handler fails is answered with 500. */
export function listenTo(
  handle: (request: http.IncomingMessage) => Promise<HttpHead & { readonly result: object }>,
): Promise<RunningServer> {
  return listen((request, response) => {
    handle(request).then(
      ({ status, headers, result }) => response.writeHead(status, headers).end(JSON.stringify(result)),
      () => response.writeHead(500).end('{}'),
    );
  });
}

/** The parameters of a GraphQL request, by GET or POST, for servers that only have a GraphQL engine. */
export async function readParameters(request: http.IncomingMessage) {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'GET') {
    const variables = searchParams.get('variables');
    return {
      query: searchParams.get('query') ?? '',
      operationName: searchParams.get('operationName'),
      variables: (variables === null ? {} : JSON.parse(variables)) as Record<string, unknown>,
    };
  }
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const body = JSON.parse(text) as Record<string, unknown>;
  return {
    query: String(body['query']),
    operationName: (body['operationName'] ?? null) as string | null,
    variables: (body['variables'] ?? {}) as Record<string, unknown>,
  };
}
