import {
  anything,
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  dictionary,
  oneof,
  option,
  record,
  tuple,
} from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { buildSchema, type ExecutionResult, GraphQLError, parse } from 'graphql';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomRefusal } from '../../test/support/random-refusal.ts';
import { PUBLIC_CODES, type PublicCode, requestError } from '../errors.ts';
import { createApollo } from './apollo-server.ts';
import { COST_LIMITS } from './cost-limits.ts';
import { createDocumentCache } from './document-cache.ts';
import { createDocumentPreparation } from './document-preparation.ts';
import { createDocumentValidator } from './document-validation.ts';
import { createFastify } from './fastify-server.ts';
import { routeGraphql } from './graphql-route.ts';
import { createErrorFormat } from './public-errors.ts';
import { answerRefusals } from './refusal-errors.ts';
import { documentOfRequest } from './request-document.ts';
import { createRunOperation } from './run-operation.ts';
import { createShortPath } from './short-path.ts';
import { createTrustedDocuments } from './trusted-documents.ts';
import { createWorkScheduler } from './work-scheduler.ts';

const schema = buildSchema('type Query { a(x: Int): Int b: [Int] } type Mutation { m: Int }');
const errorsOf = createDocumentValidator({ schema, introspection: false, limits: COST_LIMITS });

/** What the executor of both servers answers; what was counted, what it received, and the errors in the log. */
let result: ExecutionResult;
let counted: PublicCode[] = [];
let received: unknown[] = [];
let logged: { readonly err: { readonly message: string } }[] = [];
/** Why the request is refused before its document is read; null if it is not. */
let refusal: PublicCode | null = null;
/** The stage that throws. */
let failing: 'authentication' | 'executor' | null = null;
let short: FastifyInstance;
let always: FastifyInstance;

async function startServer(isShort: boolean): Promise<FastifyInstance> {
  const runOperation = createRunOperation({
    schema,
    limits: COST_LIMITS,
    errorsOf,
    async execute({ operation, variables, viewer, requestId: _id, ...rest }) {
      received.push({ name: operation.name?.value, variables, viewer, explains: rest.explains });
      if (failing === 'executor') throw new TypeError('a bug');
      return result;
    },
    onUnexpected: (error) => void logged.push({ err: error as Error }),
  });
  const onError = (code: PublicCode) => void counted.push(code);
  const trusted = createTrustedDocuments({});
  const documents = createDocumentPreparation({
    errorsOf,
    cache: createDocumentCache({ isValid: (document) => errorsOf(document).length === 0 }),
    trusted,
    maxTokens: COST_LIMITS.tokens,
    scheduler: createWorkScheduler(),
  });
  const apollo = await createApollo({
    schema,
    maxTokens: COST_LIMITS.tokens,
    documentStore: documents.store,
    runOperation,
    formatError: createErrorFormat(onError),
  });
  const logger = pino({ level: 'error' }, { write: (line) => void logged.push(JSON.parse(line)) });
  const app = await createFastify({ logger, origins: [], trustedProxies: [] });
  routeGraphql(app, {
    apollo,
    answerShortly: isShort ? createShortPath({ runOperation, onError }) : undefined,
    authenticateRequest: async () => {
      if (failing === 'authentication') throw new TypeError('a bug');
      return refusal === null ? { viewer: null } : { refusal: { code: refusal, headers: { 'x-refused': refusal } } };
    },
    documentOf: (body) => documentOfRequest(body, 'any', trusted),
    documents,
    keepsPosition: false,
  });
  app.addHook('onClose', () => apollo.stop());
  return app;
}

beforeAll(async () => {
  [short, always] = [await startServer(true), await startServer(false)];
});
afterAll(() => Promise.all([short.close(), always.close()]));

/** Sends a request and returns what distinguishes one way from the other: everything but ids and times. */
async function answerOf(app: FastifyInstance, payload: string, accept: string | undefined) {
  [counted, received, logged] = [[], [], []];
  const { statusCode, headers, body } = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', ...(accept !== undefined && { accept }) },
    payload,
  });
  const { 'x-request-id': _id, date: _date, ...compared } = headers;
  return { statusCode, headers: compared, body, counted, received, logged: logged.map(({ err }) => err.message) };
}

async function expectSameAnswers(payload: string, accept?: string): Promise<void> {
  const answer = await answerOf(short, payload, accept);
  expect(answer).toEqual(await answerOf(always, payload, accept));
}

const DOCUMENTS = [
  '{ a }',
  'query A { a } query B { b }',
  'query A($x: Int) { a(x: $x) } mutation M { m }',
  'mutation { m }',
  'fragment F on Query { a }',
  '{ nothing }',
  '{ __schema { queryType { name } } }',
  '{',
  '',
  null,
  7,
  { kind: 'Document' },
];
const ODD = oneof(
  constantFrom(undefined, null, '', 'A', 'B', 'M', '__proto__', 0, true, [], [1], {}, { x: 1 }),
  anything({ maxDepth: 2, withNullPrototype: false }).filter(
    (value) => JSON.stringify(value)?.includes('__proto__') !== true,
  ),
);
const PERSISTED = { persistedQuery: { version: 1, sha256Hash: 'x' } };
const body = oneof(
  {
    weight: 8,
    arbitrary: record(
      {
        query: constantFrom(...DOCUMENTS),
        operationName: ODD,
        variables: ODD,
        extensions: oneof(
          ODD,
          constantFrom(PERSISTED, { persistedQuery: null }, { clientLibrary: { name: 'client' } }),
        ),
        documentId: constantFrom(undefined, null, 'sha256:0', 7),
      },
      { requiredKeys: ['query'] },
    ),
  },
  ODD,
  array(record({ query: constantFrom(...DOCUMENTS) }), { maxLength: 2 }),
);
const ACCEPTED = [
  'application/json',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  '*/*',
];

describe('the short path', () => {
  // covers: HTTPSPEC-04
  test('answers every body, valid or not, as Apollo’s pipeline does, and hands the executor the same', async () => {
    result = { data: { a: 1 } };
    await assert(
      asyncProperty(body, option(constantFrom(...ACCEPTED), { nil: undefined }), async (value, accept) => {
        const payload = JSON.stringify(value) ?? '';
        await expectSameAnswers(payload, accept);
      }),
      { numRuns: 800 },
    );
  });

  const [operation] = parse('{ a b }').definitions;
  const headers = dictionary(constantFrom('retry-after', 'WWW-Authenticate', 'x-a'), constantFrom('1', 'Bearer'));
  const error = oneof(
    record({ code: constantFrom(...(Object.keys(PUBLIC_CODES) as PublicCode[])), headers }).map(
      ({ code, headers: sent }) => requestError(code, { headers: sent, extensions: { field: 'a' } }),
    ),
    record({
      message: constantFrom('', 'Syntax Error: x', 'Variable "$x" has invalid value'),
      extensions: oneof(
        constant({}),
        record(
          {
            code: constantFrom(
              'NOT_FOUND',
              'GRAPHQL_PARSE_FAILED',
              'OPERATION_RESOLUTION_FAILURE',
              'ODD',
              undefined,
              null,
            ),
            http: constantFrom(undefined, { status: 418 }, { headers: new Map([['x-b', '2']]) }),
            rule: constant('maximum'),
          },
          { requiredKeys: [] },
        ),
      ),
      path: option(constantFrom(['a'], ['b', 0]), { nil: undefined }),
      hasNodes: constantFrom(true, false),
      cause: option(constantFrom(new GraphQLError('inner', { extensions: { code: 'ODD' } }), new Error('inner')), {
        nil: undefined,
      }),
    }).map(
      ({ message, extensions, path, hasNodes, cause }) =>
        new GraphQLError(message, {
          extensions,
          ...(path && { path }),
          ...(hasNodes && operation && { nodes: [operation] }),
          ...(cause && { originalError: cause }),
        }),
    ),
  );
  const executionResult = record(
    {
      data: constantFrom(null, { a: 1 }, { b: [1, null] }),
      errors: array(error, { minLength: 1, maxLength: 3 }),
      extensions: constantFrom({}, { explain: { statements: 1 } }),
    },
    { requiredKeys: [] },
  );

  // covers: HTTPSPEC-04
  test('answers every result of the executor as Apollo’s pipeline does: status, headers, body and counted codes', async () => {
    await assert(
      asyncProperty(executionResult, constantFrom(...ACCEPTED), async (generated, accept) => {
        result = generated;
        await expectSameAnswers(JSON.stringify({ query: '{ a }' }), accept);
      }),
      { numRuns: 800 },
    );
  });

  const refused = array(randomRefusal([operation === undefined ? [] : [operation]]), { minLength: 1, maxLength: 3 });

  // covers: HTTPSPEC-04
  test('answers refusals that come again, also with data or extensions, as Apollo’s pipeline does', async () => {
    const rest = record({ data: constant({ a: 1 }), extensions: constant({ explain: {} }) }, { requiredKeys: [] });
    await assert(
      asyncProperty(
        array(tuple(refused, rest), { maxLength: 5 }),
        constantFrom(...ACCEPTED),
        async (results, accept) => {
          for (const [refusals, others] of results) {
            result = { errors: answerRefusals(refusals).errors, ...others };
            await expectSameAnswers(JSON.stringify({ query: '{ a }' }), accept);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  // covers: HTTPSPEC-04
  test.each(['authentication', 'executor'] as const)(
    'answers a failure of the %s as Apollo’s pipeline does, and both log it once',
    async (stage) => {
      failing = stage;
      const payload = JSON.stringify({ query: '{ a }' });
      for (const accept of ACCEPTED) await expectSameAnswers(payload, accept);
      const answer = await answerOf(short, payload, undefined);
      failing = null;
      expect([answer.statusCode, answer.logged]).toEqual([500, ['a bug']]);
      expect(answer.body).not.toContain('a bug');
    },
  );

  test.each(['UNAUTHENTICATED', 'BAD_REQUEST', 'UNAVAILABLE', 'TOO_MANY_REQUESTS'] as const)(
    'answers a request that is refused with %s before its document is read as Apollo’s pipeline does',
    async (code) => {
      refusal = code;
      await expectSameAnswers(JSON.stringify({ query: '{ a }' }));
      expect((await answerOf(short, '{"query":"{ nothing"}', undefined)).headers['x-refused']).toBe(code);
      refusal = null;
    },
  );
});
