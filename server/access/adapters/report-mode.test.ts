import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { ada, createTestSchema } from '../test-harness.ts';
import { type ProtectOptions, protect } from '../index.ts';
import { scenarioSchema } from './conformance/scenario-schema.ts';
import { noAlarms, type SuiteContext, suiteOptions } from './conformance/start-server.ts';

const contextOf = (token: string | null): SuiteContext => ({ token, foreign: false });

// covers: ENGINE-14
test('report mode says once, at start, that nothing is refused', () => {
  const alarms = noAlarms();
  protect(scenarioSchema().schema, suiteOptions(alarms, 'report'));
  expect(alarms.warnings).toEqual([expect.stringContaining('Access rules are NOT enforced')]);
});

// covers: ENGINE-14
test.each(['onRefusal', 'onWarning'])('report mode refuses to start without %s', (name) => {
  const options = { ...suiteOptions(noAlarms(), 'report'), [name]: undefined };
  expect(() => protect(scenarioSchema().schema, options as unknown as ProtectOptions<SuiteContext>)).toThrow(name);
});

// covers: ENGINE-14
test('report mode executes a request that enforcement refuses, and reports its rule, viewer and status', async () => {
  const { schema, ran } = scenarioSchema();
  const alarms = noAlarms();
  const protection = protect(schema, suiteOptions(alarms, 'report'));
  const document = parse('{ log }');
  const answer = await protection.answer({ document, contextValue: contextOf(JSON.stringify(ada)) });
  expect(answer).toMatchObject({ status: 200, result: { data: { log: ['SECRET'] } } });
  expect(ran).toEqual(['log']);
  expect(alarms.reports).toMatchObject([
    { status: 403, viewerId: 'ada', refusals: [{ reason: 'FORBIDDEN', coordinate: 'Query.log' }] },
  ]);
});

// covers: ENGINE-14
test('report mode executes a request also if onRefusal throws, and tells an operator', async () => {
  const { schema } = scenarioSchema();
  const alarms = noAlarms();
  const error = new Error('the log is full');
  const onRefusal = () => {
    throw error;
  };
  const protection = protect(schema, {
    ...suiteOptions(alarms),
    mode: 'report',
    onWarning: () => undefined,
    onRefusal,
  });
  const contextValue = contextOf(JSON.stringify(ada));
  const answer = await protection.answer({ document: parse('{ log }'), contextValue });
  expect(answer).toMatchObject({ status: 200, result: { data: { log: ['SECRET'] } } });
  expect(alarms.failures).toEqual([error]);
});

// covers: ENGINE-14, RULES-03
test('report mode executes a field that enforcement makes null, and reports it with status 200', async () => {
  const schema = createTestSchema('type Query { a: Int @auth(roles: [ADMIN], onRefusal: NULL) b: Int @auth }');
  const alarms = noAlarms();
  const protection = protect(schema, suiteOptions(alarms, 'report'));
  const contextValue = contextOf(JSON.stringify(ada));
  const rootValue = { a: 1, b: 2 };
  const answer = await protection.answer({ document: parse('{ a b }'), contextValue, rootValue });
  expect(answer).toMatchObject({ status: 200, result: { data: { a: 1, b: 2 } } });
  expect(alarms.reports).toMatchObject([
    {
      status: 200,
      viewerId: 'ada',
      refusals: [{ reason: 'FORBIDDEN', coordinate: 'Query.a' }],
      errors: [{ message: 'Not authorized.' }],
    },
  ]);
  await protection.answer({ document: parse('{ b }'), contextValue, rootValue });
  expect(alarms.reports).toHaveLength(1);
});

// covers: ENGINE-14
test('report mode keeps the guard on: an object of another owner discards the response and raises the alarm', async () => {
  const alarms = noAlarms();
  const protection = protect(scenarioSchema().schema, suiteOptions(alarms, 'report'));
  const document = parse('{ task(id: "2") { title } }');
  const answer = await protection.answer({ document, contextValue: contextOf(JSON.stringify(ada)) });
  expect(answer.status).toBe(500);
  expect(answer.result).not.toHaveProperty('data');
  expect(alarms.breaches).toHaveLength(1);
});

// covers: ENGINE-14
test.each([
  ['rejected', 401, 0],
  ['throws', 500, 1],
])(
  'report mode reports a request with the token "%s", which enforcement answers with %i',
  async (token, status, failures) => {
    const alarms = noAlarms();
    const protection = protect(scenarioSchema().schema, suiteOptions(alarms, 'report'));
    const answer = await protection.answer({ document: parse('{ open }'), contextValue: contextOf(token) });
    expect(answer).toMatchObject({ status: 200, result: { data: { open: 'Come in.' } } });
    expect(alarms.reports).toMatchObject([{ status, viewerId: null, refusals: [] }]);
    expect(alarms.failures).toHaveLength(failures);
  },
);

// covers: ENGINE-14
test('no file of the product uses protect, so that none of its settings can turn on report mode', () => {
  const root = join(import.meta.dirname, '..', '..', '..');
  const files = ['runtime', 'server', 'web'].flatMap((folder) =>
    globSync('**/*.{ts,tsx}', { cwd: join(root, folder), exclude: ['access/**', 'node_modules/**', '.next*/**'] }).map(
      (file) => join(root, folder, file),
    ),
  );
  expect(files.length).toBeGreaterThan(200);
  const uses = files.filter((file) =>
    /import[^;]*\bprotect\b[^;]* from '[^']*access\/|access\/protect|mode: 'report'/.test(readFileSync(file, 'utf8')),
  );
  expect(uses).toEqual([]);
});
