import { createServer, type IncomingHttpHeaders, request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTracing, type Tracing } from '../../runtime/tracing/tracing.ts';
import { startTraceReceiver } from '../../test/support/trace-receiver.ts';
import { logRequests, loggedPath } from './request-log.ts';

const SECRET = 'S3cretT0kenOf24Characters';

let server: Server;
let url: string;
let seenId: unknown;
const info = vi.fn<(fields: object, message: string) => void>();

beforeAll(async () => {
  const listener = logRequests(
    (request, response) => {
      seenId = request.headers['x-request-id'];
      request.url = '/rewritten';
      if (request.method === 'DELETE') return void response.destroy();
      response.writeHead(404, { 'set-cookie': `session=${SECRET}` }).end('no');
    },
    { log: { info }, isTrusted: (address) => address === '127.0.0.1' },
  );
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => info.mockClear());

/** Resolves with the fields of the one line that is logged. */
const loggedLine = async () => {
  await vi.waitFor(() => expect(info).toHaveBeenCalledOnce());
  return info.mock.lastCall;
};

// covers: ACCOUNT-41
test('a response has an X-Request-Id, and the log has one line with it', async () => {
  const headers = { 'x-request-id': 'forged', 'x-forwarded-for': '203.0.113.9', cookie: `session=${SECRET}` };
  const response = await fetch(`${url}/api/auth/sign-in/email?token=${SECRET}`, {
    method: 'POST',
    headers,
    body: SECRET,
  });
  const requestId = response.headers.get('x-request-id');
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(seenId).toBe(requestId);
  expect(await loggedLine()).toEqual([
    {
      requestId,
      method: 'POST',
      path: '/api/auth/sign-in/email',
      status: 404,
      milliseconds: expect.any(Number),
      address: '203.0.113.9',
    },
    'answered',
  ]);
  expect(JSON.stringify(info.mock.calls)).not.toContain(SECRET);
});

test('two requests have different ids', async () => {
  const ids = [await fetch(url), await fetch(url)].map(({ headers }) => headers.get('x-request-id'));
  expect(new Set(ids).size).toBe(2);
});

test('a request without a response is logged as aborted, without a status', async () => {
  await new Promise<void>((resolve) => {
    send(url, { method: 'DELETE' })
      .on('error', () => resolve())
      .end();
  });
  expect(await loggedLine()).toEqual([expect.objectContaining({ status: null, aborted: true }), 'answered']);
});

describe('loggedPath', () => {
  // covers: ACCOUNT-41
  test.each([
    ['/', '/'],
    ['/tasks', '/tasks'],
    ['/api/auth/sign-in/email', '/api/auth/sign-in/email'],
    ['/api/auth/two-factor/verify-totp', '/api/auth/two-factor/verify-totp'],
    ['/icon.svg', '/icon.svg'],
    ['/_next/static/chunks/0d3bfa.js', '/_next/static/'],
    ['/tasks?next=/x#y', '/tasks'],
    [`/api/auth/reset-password/${SECRET}`, '/api/auth/reset-password/*'],
    [`/api/auth/reset-password/${SECRET}?callbackURL=/`, '/api/auth/reset-password/*'],
    ['/api/auth/verify-email?token=eyJhbGciOi.x.y', '/api/auth/verify-email'],
    ['/eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl', '/*'],
    ['/ada@example.com', '/*'],
    ['/01900000-0000-7000-8000-00000000000a', '/*'],
    ['/%2e%2e/x', '/*/x'],
    ['http://evil.example/x', '*'],
    ['', '*'],
  ])('the path of %j is logged as %j', (target, logged) => {
    expect(loggedPath(target)).toBe(logged);
  });

  test('a path of a thousand segments is logged with the first eight', () => {
    expect(loggedPath('/a'.repeat(1_000))).toBe('/a/a/a/a/a/a/a/a');
  });
});

describe('traceparent', () => {
  /** Sends a request through `logRequests`; returns the headers that pages see, the logged line and the received spans. */
  async function answer(headers: Record<string, string>, tracing?: Tracing, isTrusted = false) {
    let seen: IncomingHttpHeaders = {};
    const logged: object[] = [];
    const traced = createServer(
      logRequests(
        (request, response) => {
          seen = { ...request.headers };
          response.end();
        },
        { log: { info: (fields) => void logged.push(fields) }, isTrusted: () => isTrusted, tracing },
      ),
    );
    await new Promise<void>((resolve) => traced.listen(0, '127.0.0.1', resolve));
    await fetch(`http://127.0.0.1:${(traced.address() as AddressInfo).port}/tasks?token=${SECRET}`, { headers });
    await vi.waitFor(() => expect(logged).toHaveLength(1));
    traced.close();
    return { seen, line: logged[0] };
  }
  const sent = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: `vendor=${SECRET}` };

  // covers: SEE-07
  test('that a client sends reaches no page and no API while no traces are recorded', async () => {
    const { seen, line } = await answer(sent);
    expect([seen['traceparent'], seen['tracestate']]).toEqual([undefined, undefined]);
    expect(line).not.toHaveProperty('traceId');
  });

  // covers: SEE-05, SEE-07
  test('names the span of the page to the API, inside the trace of the client, and the log has its id', async () => {
    const receiver = await startTraceReceiver();
    const tracing = await openTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint }, 'fieldgate-web', () => {});
    const { seen, line } = await answer(sent, tracing);
    await tracing?.close();
    receiver.close();
    expect(receiver.spans).toHaveLength(1);
    const [span] = receiver.spans;
    expect(span).toMatchObject({ name: 'GET /tasks', traceId: 'a'.repeat(32), service: 'fieldgate-web' });
    expect(seen['traceparent']).toBe(`00-${span?.traceId}-${span?.spanId}-01`);
    expect(seen['tracestate']).toBeUndefined();
    expect(line).toMatchObject({ traceId: span?.traceId });
    expect(receiver.bodies.join('')).not.toContain(SECRET);
  });

  // covers: SEE-07
  test('of an unknown client does not have a page recorded that the sampler would not record', async () => {
    const receiver = await startTraceReceiver();
    const settings = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    } as const;
    const tracing = await openTracing(settings, 'fieldgate-web', () => {});
    const { seen, line } = await answer(sent, tracing);
    await answer(sent, tracing, true);
    await tracing?.close();
    receiver.close();
    expect(seen['traceparent']).toMatch(/^00-a{32}-[0-9a-f]{16}-00$/);
    expect(line).not.toHaveProperty('traceId');
    // That of the trusted proxy.
    expect(receiver.spans).toHaveLength(1);
  });
});
