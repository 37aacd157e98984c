import fastify, { type FastifyPluginAsync } from 'fastify';
import { describe, expect, test } from 'vitest';
import { ada } from '../test-harness.ts';
import { createDocumentChanger, secretDocument } from './conformance/change-document.ts';
import { describeScenarios } from './conformance/describe-scenarios.ts';
import { expectNoSecret } from './conformance/expect-no-secret.ts';
import { scenarioSchema } from './conformance/scenario-schema.ts';
import { type MercuriusApi, type MercuriusSetup, startMercurius } from './conformance/start-mercurius.ts';
import { noAlarms, send, suiteOptions } from './conformance/start-server.ts';
import { mercuriusAccess } from './mercurius.ts';

// covers: ENGINE-14
describe('the engine in Mercurius', () => {
  describeScenarios('Mercurius', startMercurius(), { hasBatches: true, coercesFirst: true });
});

// covers: ENGINE-14
describe('the engine in Mercurius with jit', () => {
  describeScenarios('Mercurius with jit', startMercurius({ options: { jit: 1 } }), {
    hasBatches: true,
    coercesFirst: true,
  });
});

const changeDocument = createDocumentChanger();
const token = JSON.stringify(ada);

// covers: ENGINE-14
test.each<readonly [string, MercuriusSetup]>([
  ['that replaces the document before', { before: async () => ({ document: secretDocument }) }],
  ['that replaces the document after', { after: async () => ({ document: secretDocument }) }],
  ['that changes cached documents before', { before: async (_schema, document) => changeDocument(document) }],
])('in Mercurius no secret leaves and no resolver runs with a hook %s the adapter’s', async (_place, setup) => {
  const { schema, ran } = scenarioSchema();
  const server = await startMercurius(setup)(schema, suiteOptions(noAlarms()));
  await expectNoSecret(server, token, ran);
});

// covers: ENGINE-14
test('in Mercurius no secret leaves and an operator is told if a hook replaces schema and document', async () => {
  const { schema, ran } = scenarioSchema();
  const alarms = noAlarms();
  const after: MercuriusSetup['after'] = async () => ({ schema, document: secretDocument });
  const server = await startMercurius({ after })(schema, suiteOptions(alarms));
  try {
    const { status, body } = await send(server, { query: '{ open }' }, { token });
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('SECRET');
    expect(ran).toEqual([]);
    expect(alarms.failures.map(String).join()).toContain('without an access decision');
  } finally {
    await server.stop();
  }
});

// covers: ENGINE-14
test('mercuriusAccess protects resolvers that Mercurius installs, and lets none be replaced after the start', async () => {
  const { schema } = scenarioSchema();
  const foreign = { id: '2', userId: 'ben', title: 'SECRET' };
  let api: MercuriusApi | undefined;
  const setup: MercuriusSetup = {
    options: { resolvers: { Query: { task: () => foreign } } },
    onReady: (ready) => {
      api = ready;
    },
  };
  const alarms = noAlarms();
  const server = await startMercurius(setup)(schema, suiteOptions(alarms));
  try {
    const { body } = await send(server, { query: '{ task(id: "2") { title } }' }, { token });
    expect(JSON.stringify(body)).not.toContain('SECRET');
    expect(alarms.breaches).toHaveLength(1);
    expect(() => api?.defineResolvers({ Query: { task: () => foreign } })).toThrow('before the server is ready');
    expect(() => api?.replaceSchema(schema)).toThrow('before the server is ready');
  } finally {
    await server.stop();
  }
});

// covers: ENGINE-14
test('mercuriusAccess decides on operations that the program executes without a reply', async () => {
  const { schema, ran } = scenarioSchema();
  let api: MercuriusApi | undefined;
  const setup: MercuriusSetup = {
    onReady: (ready) => {
      api = ready;
    },
  };
  const server = await startMercurius(setup)(schema, suiteOptions(noAlarms()));
  try {
    const query = 'query A { open } query B { log }';
    expect(await api?.(query, { token, foreign: false }, {}, 'A')).toEqual({ data: { open: 'Come in.' } });
    expect(await api?.(query, { token, foreign: false }, {}, 'B')).not.toHaveProperty('data');
    expect(ran).toEqual([]);
  } finally {
    await server.stop();
  }
});

// covers: ENGINE-14
test('mercuriusAccess refuses to start without Mercurius', async () => {
  const app = fastify();
  const plugin = mercuriusAccess as unknown as FastifyPluginAsync<object>;
  await expect(app.register(plugin, suiteOptions(noAlarms())).ready()).rejects.toThrow('Register mercurius before');
});
