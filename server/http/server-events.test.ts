import { pino } from 'pino';
import { expect, test } from 'vitest';
import { AccessBreach, type Refusal } from '../access/index.ts';
import { createServerEvents } from './server-events.ts';
import { serveMetrics } from '../../runtime/metrics-server.ts';
import { createMetrics } from './metrics.ts';

function setUp() {
  const log: Record<string, unknown>[] = [];
  const metrics = createMetrics();
  const events = createServerEvents(
    pino({ base: null }, { write: (line: string) => void log.push(JSON.parse(line)) }),
    metrics,
  );
  return { log, metrics, events };
}
const refusal = (coordinate: string): Refusal => ({
  reason: 'FORBIDDEN',
  coordinate,
  rule: {
    kind: 'owner',
    coordinate: 'Query.user(id:)',
    location: { file: 'schema/user.graphql', line: 20 },
    field: null,
    orRoles: [],
  },
  nodes: [],
});

test('tokenRejected logs and counts the reason', async () => {
  const { log, metrics, events } = setUp();
  events.tokenRejected('expired', 'r1');
  expect(log).toMatchObject([{ level: 30, event: 'security', kind: 'bad-token', fault: 'expired', requestId: 'r1' }]);
  expect(await metrics.registry.metrics()).toContain('fieldgate_refusals_total{reason="invalid_token"} 1');
});

test('refused logs the viewer, and the rule and its location for each coordinate', async () => {
  const { log, metrics, events } = setUp();
  events.refused([refusal('Query.user(id:)'), refusal('Query.tasks(userId:)')], 'bob', 'r2');
  const at = { file: 'schema/user.graphql', line: 20 };
  expect(log).toMatchObject([
    {
      event: 'security',
      kind: 'refused',
      viewerId: 'bob',
      requestId: 'r2',
      because: ['Query.user(id:)', 'Query.tasks(userId:)'].map((coordinate) => ({
        coordinate,
        reason: 'FORBIDDEN',
        rule: '@owner at Query.user(id:) (schema/user.graphql:20)',
        at,
      })),
    },
  ]);
  expect(await metrics.registry.metrics()).toContain('fieldgate_refusals_total{reason="FORBIDDEN"} 1');
});

// covers: RULES-03
test('refused logs and counts a request with fields that are null, and says so', async () => {
  const { log, metrics, events } = setUp();
  events.refused([refusal('Query.user(id:)')], 'bob', 'r2', 'null');
  expect(log).toMatchObject([{ event: 'security', kind: 'refused', viewerId: 'bob', msg: 'fields refused' }]);
  expect(await metrics.registry.metrics()).toContain('fieldgate_refusals_total{reason="FORBIDDEN"} 1');
});

test('breached logs both user ids at level fatal, and counts the coordinate', async () => {
  const { log, metrics, events } = setUp();
  events.breached(new AccessBreach('Query.task', 'alice', 'bob'), 'r3');
  const both = { coordinate: 'Query.task', ownerId: 'alice', viewerId: 'bob' };
  expect(log).toMatchObject([{ level: 60, event: 'security', kind: 'breach', ...both, requestId: 'r3' }]);
  expect(await metrics.registry.metrics()).toContain('fieldgate_breaches_total{coordinate="Query.task"} 1');
});

test('unexpected logs the error with its stack', () => {
  const { log, events } = setUp();
  events.unexpected(new Error('a bug'), 'r4');
  expect(log).toMatchObject([
    { level: 50, err: { message: 'a bug', stack: expect.stringContaining('events.test') }, requestId: 'r4' },
  ]);
});

test('two apps in one process have separate counters', async () => {
  const [one, other] = [setUp(), setUp()];
  one.events.tokenRejected('form', 'r');
  expect(await other.metrics.registry.metrics()).not.toContain('invalid_token');
});

// covers: HTTP-19
test('serveMetrics listens on the loopback interface only', async () => {
  const server = await serveMetrics(createMetrics().registry, 0);
  try {
    const { address, port } = server.address() as { address: string; port: number };
    expect(address).toBe('127.0.0.1');
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toContain('# TYPE fieldgate_breaches_total counter');
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('serveMetrics rejects if its port is in use', async () => {
  const server = await serveMetrics(createMetrics().registry, 0);
  try {
    const { port } = server.address() as { port: number };
    await expect(serveMetrics(createMetrics().registry, port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  } finally {
    server.close();
  }
});
