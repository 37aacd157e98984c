import { execute, GraphQLError, parse } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { createDocumentChanger, secretDocument } from './adapters/conformance/change-document.ts';
import { describeScenarios } from './adapters/conformance/describe-scenarios.ts';
import { scenarioSchema } from './adapters/conformance/scenario-schema.ts';
import { startPlain } from './adapters/conformance/start-plain.ts';
import { noAlarms, type SuiteContext, suiteOptions } from './adapters/conformance/start-server.ts';
import { ada, createTestSchema, NOW } from './test-harness.ts';
import { type ProtectOptions, protect, UnauthorizedExecutionError } from './index.ts';

// covers: ENGINE-14
describe('the engine in protection.answer alone', () => {
  describeScenarios('protection.answer alone', startPlain);
});

const contextValue: SuiteContext = { token: JSON.stringify(ada), foreign: false };

// covers: ENGINE-14
test('a protected schema runs no resolver for an execution without a decision, and tells an operator', async () => {
  const { schema, ran } = scenarioSchema();
  const alarms = noAlarms();
  protect(schema, suiteOptions(alarms));
  const { data, errors } = await execute({ schema, document: parse('{ open log }'), contextValue });
  expect(data).toEqual({ open: null, log: null });
  const refused = [expect.any(UnauthorizedExecutionError), expect.any(UnauthorizedExecutionError)];
  expect(errors?.map(({ originalError }) => originalError)).toEqual(refused);
  expect(alarms.failures).toEqual(refused);
  expect(ran).toEqual([]);
});

// covers: ENGINE-14
test('a resolver cannot execute the protected schema without a decision', async () => {
  const schema = createTestSchema('type Query { relay: String @auth, log: String @auth(roles: [ADMIN]) }');
  const fields = schema.getQueryType()?.getFields() ?? {};
  const inner: unknown[] = [];
  Object.assign(fields['log'] ?? {}, { resolve: () => 'SECRET' });
  Object.assign(fields['relay'] ?? {}, {
    resolve: async () => JSON.stringify(await execute({ schema, document: secretDocument })),
  });
  const protection = protect(schema, { ...suiteOptions(noAlarms()), onFailure: (error) => inner.push(error) });
  const result = await protection.execute({ document: parse('{ relay }'), contextValue });
  expect(JSON.stringify(result)).not.toContain('SECRET');
  expect(inner).toEqual([expect.any(UnauthorizedExecutionError)]);
});

// covers: ENGINE-14
test('a document cannot be changed after the decision, at any depth', async () => {
  const { schema } = scenarioSchema();
  const protection = protect(schema, suiteOptions(noAlarms()));
  const document = parse('{ open }');
  const change = createDocumentChanger();
  change(document);
  expect(await protection.execute({ document, contextValue })).toEqual({ data: { open: 'Come in.' } });
  expect(() => change(document)).toThrow(TypeError);
  const [operation] = document.definitions;
  expect(() => Object.assign(operation ?? {}, secretDocument.definitions[0])).toThrow(TypeError);
});

// covers: ENGINE-14
test('protection.execute refuses another schema than the protected one', async () => {
  const alarms = noAlarms();
  const protection = protect(scenarioSchema().schema, suiteOptions(alarms));
  const { schema } = scenarioSchema();
  const result = await protection.execute({ schema, document: parse('{ open }'), contextValue });
  expect(result).not.toHaveProperty('data');
  expect(alarms.failures.map(String)).toEqual([expect.stringContaining('another schema than the protected one')]);
});

// covers: ENGINE-14
test('protection.decide decides without executing, at the time of the clock or a given one', () => {
  const { schema, ran } = scenarioSchema();
  const protection = protect(schema, suiteOptions(noAlarms()));
  const document = parse('{ fresh tasks { id } }');
  expect(protection.decide({ document }, ada)).toEqual({ kind: 'allowed' });
  expect(protection.decide({ document }, ada, NOW + 301)).toMatchObject({ kind: 'refused', answer: { status: 401 } });
  expect(protection.decide({ document }, null)).toMatchObject({ kind: 'refused', answer: { status: 401 } });
  expect(protection.decide({ document, operationName: 'Other' }, ada)).toMatchObject({ kind: 'invalid' });
  expect(ran).toEqual([]);
});

// covers: ENGINE-14
test('an answer has no data even if the failure cannot be reported', async () => {
  const { schema } = scenarioSchema();
  const options = suiteOptions(noAlarms());
  const protection = protect(schema, {
    ...options,
    onFailure: () => {
      throw new Error('the log is full');
    },
  });
  const context = { token: 'throws', foreign: false };
  const answer = await protection.answer({ document: parse('{ open }'), contextValue: context });
  expect(answer.status).toBe(500);
  expect(JSON.stringify(answer.result)).not.toMatch(/SECRET|data/);
});

// covers: ENGINE-14
test('protect refuses to protect a schema twice', () => {
  const { schema } = scenarioSchema();
  protect(schema, suiteOptions(noAlarms()));
  expect(() => protect(schema, suiteOptions(noAlarms()))).toThrow('protected already');
});

// covers: ENGINE-14
test.each(['viewerOf', 'onBreach', 'onFailure'])('protect refuses to start without %s', (name) => {
  const options = { ...suiteOptions(noAlarms()), [name]: undefined } as unknown as ProtectOptions<SuiteContext>;
  expect(() => protect(scenarioSchema().schema, options)).toThrow(
    `The option \`${name}\` of protect must be a function`,
  );
});

// covers: ENGINE-14
test.each(['Report', 'off', '', null, true])('protect refuses to start in the mode %s', (mode) => {
  const options = { ...suiteOptions(noAlarms()), mode } as unknown as ProtectOptions<SuiteContext>;
  expect(() => protect(scenarioSchema().schema, options)).toThrow('must be "enforce" or "report"');
});

// covers: ENGINE-14
test.each(['enforce', 'report'] as const)(
  'in the mode %s, a document that no validation has seen and that cannot be planned is an error of its client',
  async (mode) => {
    const { schema } = scenarioSchema();
    const alarms = noAlarms();
    const onRefusal = vi.fn();
    const protection = protect(schema, { ...suiteOptions(alarms), mode, onRefusal, onWarning: () => undefined });
    const { status, result } = await protection.answer({ document: parse('{ a: open a: log }'), contextValue });
    expect(alarms.failures).toEqual([]);
    if (mode === 'enforce') {
      expect(status).toBe(400);
      expect(result).toEqual({ errors: [expect.objectContaining({ message: expect.stringContaining('conflict') })] });
    } else {
      expect(result).toEqual({ data: { a: 'Come in.' } });
      expect(onRefusal).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ status: 400, refusals: [], errors: [expect.any(GraphQLError)] }),
        contextValue,
      );
    }
  },
);

// covers: ENGINE-14
test.each([1_000, 3_000, 10_000, 100_000])(
  'a variable of %i levels is answered, or is an error of its client: it alarms nobody',
  async (levels) => {
    let filter: object = { of: 'ben' };
    for (let level = 0; level < levels; level++) filter = { deeper: filter };
    const alarms = noAlarms();
    const protection = protect(scenarioSchema().schema, suiteOptions(alarms));
    const document = parse('query ($filter: Filter) { tasks(filter: $filter) { id } }');
    const { status, result } = await protection.answer({ document, variableValues: { filter }, contextValue });
    expect([400, 403]).toContain(status);
    expect(result.errors).toEqual([expect.any(GraphQLError)]);
    expect(alarms).toEqual(noAlarms());
  },
);

// covers: ENGINE-14
test('200,000 own values in a list are served, and refused if one of them is of another owner', async () => {
  const schema = createTestSchema('input Filter { of: ID @owner } type Query { count(filters: [Filter!]): Int @auth }');
  const alarms = noAlarms();
  const protection = protect(schema, suiteOptions(alarms));
  const document = parse('query ($filters: [Filter!]) { count(filters: $filters) }');
  const own = Array.from({ length: 200_000 }, () => ({ of: 'ada' }));
  for (const [last, expected] of [
    ['ada', 200],
    ['ben', 403],
  ]) {
    const variableValues = { filters: [...own, { of: last }] };
    const { status } = await protection.answer({ document, variableValues, contextValue });
    expect([last, status]).toEqual([last, expected]);
  }
  expect(alarms).toEqual(noAlarms());
});
