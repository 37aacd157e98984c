import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openTracing, type Tracing, type TracingSettings } from '../../runtime/tracing/tracing.ts';
import { createSeededFixture, type SeededFixture } from '../support/seeded-fixture.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { signToken } from '../support/test-token.ts';
import { type ReceivedSpan, startTraceReceiver, type TraceReceiver } from '../support/trace-receiver.ts';

const hex = (bytes: number) => randomBytes(bytes).toString('hex');
const parent = (flags: string, traceId = hex(16)) => ({ traceId, header: `00-${traceId}-${hex(8)}-${flags}` });

let seeded: SeededFixture;
let receiver: TraceReceiver;
let token: string;
beforeAll(async () => {
  seeded = await createSeededFixture();
  receiver = await startTraceReceiver();
  token = signToken(seeded.bob);
});
afterAll(async () => {
  receiver.close();
  await seeded.end();
});
beforeEach(() => {
  receiver.spans.length = 0;
  receiver.bodies.length = 0;
});

interface TracedApi extends TestApi {
  readonly tracing: Tracing;
  /** Returns the spans of the requests so far. */
  exported(): Promise<readonly ReceivedSpan[]>;
}

/** Starts an API that exports its traces to the receiver, until the test ends. */
async function startTracedApi(
  settings: TracingSettings = {},
  trustedProxies: readonly string[] = [],
): Promise<TracedApi> {
  const failures: unknown[] = [];
  const all = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, ...settings };
  const tracing = await openTracing(all, 'fieldgate-api', (error) => failures.push(error));
  if (tracing === undefined) throw new Error('Tracing is off.');
  const api = await startTestApi(seeded.source, 'on', { tracing, settings: { TRUSTED_PROXIES: [...trustedProxies] } });
  onTestFinished(async () => {
    await api.close();
    await tracing.close();
    expect(failures).toEqual([]);
  });
  const exported = async () => {
    await tracing.flush();
    return receiver.spans;
  };
  return { ...api, log: api.log, tracing, exported };
}

/** Returns the names of the spans as a tree. */
function treeOf(spans: readonly ReceivedSpan[], parentSpanId?: string): object {
  const children = spans.filter((span) => (span.parentSpanId || undefined) === parentSpanId);
  return Object.fromEntries(children.map(({ name, spanId }) => [name, treeOf(spans, spanId)]));
}
const named = (spans: readonly ReceivedSpan[], name: string) => spans.find((span) => span.name === name);

describe('the trace of a request', () => {
  // covers: SEE-05
  test('a query has a span for each stage, and one for each statement inside the execution', async () => {
    const api = await startTracedApi();
    const response = await api.execute('{ tasks(first: 1) { nodes { title steps { title } } } }', { token });
    expect(response.status).toBe(200);
    const spans = await api.exported();
    expect(treeOf(spans)).toEqual({
      'POST /graphql': {
        authenticate: {},
        document: {},
        authorize: {},
        execute: { 'sql task.page': {}, 'sql step.ofTasks': {} },
        respond: {},
      },
    });
    expect(named(spans, 'POST /graphql')?.attributes).toMatchObject({
      'http.route': '/graphql',
      'http.response.status_code': 200,
      'fieldgate.request_id': response.headers.get('x-request-id'),
    });
    expect(named(spans, 'authenticate')?.attributes).toEqual({ 'fieldgate.authentication': 'viewer' });
    expect(named(spans, 'authorize')?.attributes).toEqual({ 'fieldgate.decision': 'allowed' });
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['fieldgate-api']));
    const answered = api.log.find(({ msg }) => msg === 'answered');
    expect(answered).toMatchObject({ traceId: spans[0]?.traceId });
  });

  // covers: SEE-05
  test('a mutation has the spans of its statements and of COMMIT', async () => {
    const api = await startTracedApi();
    await api.execute('mutation { createTask(input: { title: "new" }) { id } }', { token });
    const execute = named(await api.exported(), 'execute');
    const names = receiver.spans.filter(({ parentSpanId }) => parentSpanId === execute?.spanId).map(({ name }) => name);
    expect(names.at(-1)).toBe('sql commit');
    expect(names.length).toBeGreaterThan(1);
    expect(execute?.attributes).toEqual({ 'graphql.operation.type': 'mutation' });
  });

  // covers: SEE-05
  test('a refused operation has the decision, the rule and the coordinate, and was not executed', async () => {
    const api = await startTracedApi();
    await api.execute('{ viewer { id } }');
    const spans = await api.exported();
    expect(named(spans, 'authorize')?.attributes).toEqual({
      'fieldgate.decision': 'denied',
      'fieldgate.reason': 'UNAUTHENTICATED',
      'fieldgate.rule': expect.stringMatching(/^@auth at Query\.viewer \(schema/),
      'fieldgate.coordinate': 'Query.viewer',
    });
    expect(named(spans, 'authenticate')?.attributes).toEqual({ 'fieldgate.authentication': 'anonymous' });
    expect(named(spans, 'execute')).toBeUndefined();
  });

  // covers: SEE-06
  test('no span has a token, a literal, a variable, a title, an address, a name, a header or an id of a client', async () => {
    const api = await startTracedApi();
    const secret = () => `s${hex(12)}`;
    const [title, literal, variable, name, alias, header, path, email, forged] = Array.from({ length: 9 }, secret);
    await seeded.superuser.insertTask(seeded.bob, { title: title ?? '' });
    const bearer = signToken(seeded.bob, { email: `${email}@example.com` });
    const headers = { 'user-agent': header ?? '', cookie: header ?? '', 'x-forwarded-for': header ?? '' };
    const documents = [
      `query ${name} { ${alias}: tasks(first: 5, search: "${literal}") { nodes { title } } }`,
      `mutation ${name} { createTask(input: { title: "${literal}" }) { id title } }`,
      `{ tasks(userId: "${literal}") { totalCount } }`,
      `{ viewer { id email } tasks(first: 50) { nodes { title } } }`,
      `{ ${alias} }`,
      `{ "${literal}`,
    ];
    for (const document of documents) await api.execute(document, { token: bearer, headers });
    const variables = { id: variable, title: variable };
    await api.execute('query ($id: ID!) { task(id: $id) { title } }', { token: bearer, variables, headers });
    await api.execute('{ viewer { id } }', { token: forged ?? '', headers });
    await api.send(`/${path}?${path}`, { headers });
    expect((await api.exported()).length).toBeGreaterThan(20);
    const text = receiver.bodies.join('\n');
    const values = { title, literal, variable, name, alias, header, path, email, forged, bearer, bob: seeded.bob };
    expect(Object.entries(values).filter(([, value]) => text.includes(value ?? ''))).toEqual([]);
  });

  // covers: SEE-05
  test('health checks, and requests above the limit of their address, have no trace', async () => {
    const api = await startTracedApi();
    await api.send('/healthz');
    await api.send('/readyz');
    expect(await api.exported()).toEqual([]);
  });

  // covers: SEE-05
  test('without an endpoint there is no tracing', async () => {
    expect(await openTracing({}, 'fieldgate-api', () => {})).toBeUndefined();
  });

  // covers: SEE-05
  test('a receiver that is away delays no answer, and the operator is told', async () => {
    const failures: unknown[] = [];
    const away = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    const tracing = await openTracing(away, 'fieldgate-api', (error) => failures.push(error));
    const api = await startTestApi(seeded.source, 'on', { tracing });
    onTestFinished(() => api.close());
    expect((await api.execute('{ viewer { id } }', { token })).status).toBe(200);
    await tracing?.close();
    expect(failures.length).toBeGreaterThan(0);
  });
});

describe('traceparent', () => {
  const send = (api: TestApi, traceparent: string) => api.execute('{ status { ok } }', { headers: { traceparent } });

  // covers: SEE-07
  test('the span of a trusted proxy is the parent, and its decision is followed', async () => {
    const api = await startTracedApi({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, ['127.0.0.1']);
    const [recorded, other] = [parent('01'), parent('00')];
    await send(api, other.header);
    await send(api, recorded.header);
    const spans = await api.exported();
    expect(named(spans, 'POST /graphql')).toMatchObject({
      traceId: recorded.traceId,
      parentSpanId: recorded.header.split('-')[2],
    });
    expect(spans.some(({ traceId }) => traceId === other.traceId)).toBe(false);
  });

  // covers: SEE-07
  test('the span of an unknown client is the parent of a trace that is recorded, whatever its flag', async () => {
    const api = await startTracedApi();
    const unflagged = parent('00');
    await send(api, unflagged.header);
    expect(named(await api.exported(), 'POST /graphql')).toMatchObject({ traceId: unflagged.traceId });
  });

  // covers: SEE-07
  test.each(['always_off', 'parentbased_always_off', 'traceidratio', 'parentbased_traceidratio'] as const)(
    'an unknown client cannot have its trace recorded with the sampler %s: by the flag, or by the id',
    async (sampler) => {
      const api = await startTracedApi({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: 1e-9 });
      // The sampler records ids whose words add up to a small number.
      const chosen = `${'0'.repeat(31)}1`;
      for (const flags of ['00', '01']) {
        await send(api, parent(flags).header);
        await send(api, parent(flags, chosen).header);
      }
      expect(await api.exported()).toEqual([]);
    },
  );

  const id = 'a'.repeat(32);
  const span = 'b'.repeat(16);
  const MALFORMED: Readonly<Record<string, readonly string[]>> = {
    'a wrong length': [
      `00-${id}0-${span}-01`,
      `00-${id.slice(1)}-${span}-01`,
      `00-${id}-${span}b-01`,
      `00-${id}-${span}-1`,
    ],
    'ids of zeros': [`00-${'0'.repeat(32)}-${span}-01`, `00-${id}-${'0'.repeat(16)}-01`],
    'upper case, or no hexadecimal digits': [`00-${id.toUpperCase()}-${span}-01`, `00-${'g'.repeat(32)}-${span}-01`],
    'an invalid version': [`ff-${id}-${span}-01`, `0-${id}-${span}-01`, `${id}-${span}-01`],
    'more parts than version 00 has': [`00-${id}-${span}-01-x`, `00-${id}-${span}-01-`],
    'other separators': [`00_${id}_${span}_01`, `00 ${id} ${span} 01`, `00-${id}-${span}`],
    'two headers in one': [`00-${id}-${span}-01, 00-${id}-${span}-01`],
    'a long text': ['0'.repeat(4_000), `00-${id}-${span}-01${'1'.repeat(4_000)}`],
    'other texts': ['', 'null', '%00', '{}', '00-', '-'.repeat(55)],
  };

  // covers: SEE-07
  test.each(Object.entries(MALFORMED))('a traceparent with %s is ignored', async (_, headers) => {
    const api = await startTracedApi({}, ['127.0.0.1']);
    for (const header of headers) expect((await send(api, header)).status).toBe(200);
    const roots = (await api.exported()).filter(({ name }) => name === 'POST /graphql');
    expect(roots).toHaveLength(headers.length);
    for (const root of roots) {
      expect(root.parentSpanId ?? '').toBe('');
      expect(root.traceId).not.toBe(id);
    }
    expect(receiver.bodies.join('\n')).not.toContain(id);
  });
});

// covers: SEE-08
test('PostgreSQL knows the span of a recorded request in its transaction, and of no other', async () => {
  await seeded.superuser.rows(`
    create table public.seen (traceparent text);
    create function public.note_trace() returns trigger language plpgsql security definer as $$ begin
      insert into public.seen values (nullif(current_setting('app.traceparent', true), ''));
      return new;
    end $$;
    create trigger note_trace before insert on app.task for each row execute function public.note_trace()`);
  const api = await startTracedApi({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, ['127.0.0.1']);
  const recorded = parent('01');
  for (const traceparent of [recorded.header, parent('00').header])
    await api.execute('mutation { createTask(input: { title: "seen" }) { id } }', { token, headers: { traceparent } });
  const execute = named(await api.exported(), 'execute');
  expect(await seeded.superuser.rows('select traceparent from public.seen')).toEqual([
    { traceparent: `00-${recorded.traceId}-${execute?.spanId}-01` },
    { traceparent: null },
  ]);
});

describe('X-Request-Id', () => {
  const sent = (api: TestApi, id: string) => api.send('/graphql', { headers: { 'x-request-id': id } });

  // covers: SEE-09
  test('the id of the web app, a trusted proxy, is that of the request in the log and in the response', async () => {
    const api = await startTestApi(seeded.source, 'on', { settings: { TRUSTED_PROXIES: ['127.0.0.1'] } });
    onTestFinished(() => api.close());
    const id = randomUUID();
    expect((await sent(api, id)).headers.get('x-request-id')).toBe(id);
    expect(api.log.at(-1)).toMatchObject({ requestId: id, msg: 'answered' });
  });

  // covers: SEE-09
  test('an id in another form is replaced, also one of a trusted proxy', async () => {
    const api = await startTestApi(seeded.source, 'on', { settings: { TRUSTED_PROXIES: ['127.0.0.1'] } });
    onTestFinished(() => api.close());
    const id = randomUUID();
    const forms = ['x', id.toUpperCase(), `${id}x`, `${id} `.repeat(2), `${id}, ${id}`, id.slice(1), `{"msg":"${id}"}`];
    for (const form of forms) expect((await sent(api, form)).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const logged = JSON.stringify(api.log);
    expect(logged).not.toContain(id.slice(1));
  });
});
