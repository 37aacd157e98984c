import { execute as executeGraphql, getOperationAST, isObjectType, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { AccessViewer } from './access-viewer.ts';
import { authorize } from './authorize.ts';
import { checkSchema } from './check-schema.ts';
import { createExecute } from './execute.ts';
import { guardSchema } from './guard.ts';
import { isNulledFieldError } from './nulled-fields.ts';
import { createPlanner } from './operation-planner.ts';
import { INVALID_TOKEN, protect, UnauthorizedExecutionError } from './index.ts';
import { ada, createTestSchema, NOW } from './test-harness.ts';

const SDL = `
  type Query {
    open: Int @public(reason: "For the test.")
    report(of: ID @owner): Report @auth(roles: [ADMIN], onRefusal: NULL)
    stats: Stats @auth(onRefusal: NULL)
    nodes: [Node] @public(reason: "For the test.")
    self: Query @public(reason: "For the test.")
    count(filter: Filter): Int @auth(roles: [ADMIN], onRefusal: NULL)
  }
  input Filter { of: ID @owner size: Int! }
  type Mutation { change: Query @public(reason: "For the test.") }
  type Report @auth { text: Int audit: Int @auth(roles: [AUDITOR]) by(id: ID @owner): Int }
  type Stats @auth(emailVerified: true) { fresh: Int @auth(maxAge: 60, onRefusal: NULL) size: Int }
  interface Node { id: Int next: Node }
  type Plain implements Node @public(reason: "For the test.") { id: Int next: Node }
  type Kept implements Node { id: Int @auth(onRefusal: NULL) next: Node @auth(roles: [ADMIN], onRefusal: NULL) }
`;
const admin: AccessViewer = { ...ada, roles: ['ADMIN'] };

/** Returns the schema with resolvers that record that they ran, and the names of those that did. */
function recordingSchema() {
  const ran: string[] = [];
  const schema = createTestSchema(SDL);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()))
      field.resolve = () => {
        ran.push(`${type.name}.${field.name}`);
        if (field.name === 'nodes') return [{ __typename: 'Plain' }, { __typename: 'Kept' }, { __typename: 'Kept' }];
        return field.name === 'next' ? { __typename: 'Plain' } : String(field.type) === 'Int' ? 1 : {};
      };
  }
  return { schema, ran };
}

/** Decides on a request and executes it, as a server without `protect` does. */
function setUp() {
  const { schema, ran } = recordingSchema();
  const policy = checkSchema(schema);
  guardSchema<AccessViewer | null>(policy, { viewerOf: (viewer) => viewer, onBreach: () => {} });
  const planFor = createPlanner(policy);
  const execute = createExecute(policy);
  async function answer(text: string, viewer: AccessViewer | null, variables: Readonly<Record<string, unknown>> = {}) {
    ran.length = 0;
    const document = parse(text);
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const decision = authorize(policy, planFor(document, operation, variables), operation, variables, viewer, NOW);
    if (decision.kind !== 'allowed')
      return {
        kind: decision.kind,
        of: decision.kind === 'refused' ? decision.refusals.map((each) => each.coordinate) : [],
      };
    const args = { document, variableValues: variables, contextValue: viewer };
    const { data, errors = [] } = await execute(args, viewer, decision.nulled);
    return {
      data: JSON.parse(JSON.stringify(data)) as unknown,
      errors: errors.map(({ path, extensions }) => `${path?.join('.')} ${String(extensions['code'])}`),
      ran: [...ran],
      isAllNulled: errors.every(isNulledFieldError),
    };
  }
  return { schema, ran, policy, execute, answer };
}

// covers: RULES-03
describe('a refused field with onRefusal: NULL', () => {
  const { answer } = setUp();

  test('is null with its error at each of its positions, and neither it nor what is below it runs', async () => {
    expect(
      await answer(
        '{ open a: report { text } ...F self { report { text audit } } } fragment F on Query { b: report { text } }',
        ada,
      ),
    ).toEqual({
      data: { open: 1, a: null, b: null, self: { report: null } },
      errors: ['a FORBIDDEN', 'b FORBIDDEN', 'self.report FORBIDDEN'],
      ran: ['Query.open', 'Query.self'],
      isAllNulled: true,
    });
  });

  test('has the error of the refusal, with its locations and coordinate', async () => {
    const { policy, execute } = setUp();
    const document = parse('{ open report { text } ...F } fragment F on Query { report { audit } }');
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const decision = authorize(policy, createPlanner(policy)(document, operation, {}), operation, {}, null, NOW);
    const { errors } = await execute({ document }, null, decision.kind === 'allowed' ? decision.nulled : undefined);
    expect(errors?.map((error) => error.toJSON())).toEqual([
      {
        message: 'Sign in to use this.',
        locations: [
          { line: 1, column: 8 },
          { line: 1, column: 53 },
        ],
        path: ['report'],
        extensions: { code: 'UNAUTHENTICATED', coordinate: 'Query.report' },
      },
    ]);
  });

  test('runs for a viewer whom it admits', async () => {
    expect(await answer('{ report { text } stats { fresh } }', admin)).toEqual({
      data: { report: { text: 1 }, stats: { fresh: 1 } },
      errors: [],
      ran: ['Query.report', 'Report.text', 'Query.stats', 'Stats.fresh'],
      isAllNulled: true,
    });
  });

  test('is null on those types of an interface that refuse it', async () => {
    expect(await answer('{ nodes { id next { id } } }', null)).toEqual({
      data: {
        nodes: [
          { id: 1, next: { id: 1 } },
          { id: null, next: null },
          { id: null, next: null },
        ],
      },
      errors: [
        'nodes.1.id UNAUTHENTICATED',
        'nodes.1.next UNAUTHENTICATED',
        'nodes.2.id UNAUTHENTICATED',
        'nodes.2.next UNAUTHENTICATED',
      ],
      ran: ['Query.nodes', 'Plain.id', 'Plain.next', 'Plain.id'],
      isAllNulled: true,
    });
  });

  test('below another one has no error of its own', async () => {
    const stale = { ...ada, authTime: NOW - 61 };
    expect(await answer('{ stats { fresh size } }', stale)).toMatchObject({
      data: { stats: { fresh: null, size: 1 } },
      errors: ['stats.fresh STEP_UP_REQUIRED'],
    });
    expect(await answer('{ stats { fresh size } }', null)).toMatchObject({
      data: { stats: null },
      errors: ['stats UNAUTHENTICATED'],
    });
  });

  test('is not selected if a condition leaves it out', async () => {
    const text = 'query ($no: Boolean!) { open report @skip(if: $no) { audit } }';
    expect(await answer(text, ada, { no: true })).toMatchObject({ data: { open: 1 }, errors: [] });
    expect(await answer(text, ada, { no: false })).toMatchObject({ errors: ['report FORBIDDEN'] });
    expect(await answer(text, admin, { no: false })).toEqual({ kind: 'refused', of: ['Report.audit'] });
  });

  test('is null beside introspection', async () => {
    expect(await answer('{ report { text } __schema { queryType { name } } }', ada)).toMatchObject({
      data: { report: null, __schema: { queryType: { name: 'Query' } } },
      errors: ['report FORBIDDEN'],
    });
    expect(await answer('{ report { text } __schema { queryType { name } } }', admin)).toMatchObject({
      data: { report: { text: 1 } },
      errors: [],
    });
  });
});

// covers: RULES-03
describe('onRefusal: NULL does not weaken another rule', () => {
  const { answer } = setUp();
  const unverified = { ...ada, emailVerified: false };

  test.each([
    ['of the type of a field that runs', '{ stats { size } report { text } }', unverified, ['Stats.size']],
    ['of the type of the field', '{ stats { fresh } report { text } }', unverified, ['Stats.fresh']],
    [
      'below the field, for a viewer whom the field admits,',
      '{ report { audit } r: self { report { audit } } }',
      admin,
      ['Report.audit'],
    ],
    ['of an owner argument of the field', '{ report(of: "ben") { text } }', ada, ['Query.report(of:)']],
    ['of an owner argument below the field', '{ report { by(id: "ben") } }', ada, ['Report.by(id:)']],
    ['of an owner input of the field', '{ count(filter: { of: "ben", size: 1 }) }', ada, ['Filter.of']],
    ['of an owner argument, without a token', '{ report { by(id: "ben") } }', null, ['Report.by(id:)']],
  ] as const)('%s refuses the whole request', async (_, text, viewer, of) => {
    expect(await answer(text, viewer)).toEqual({ kind: 'refused', of });
  });

  test('a value that cannot be coerced is invalid, also of a field that is null', async () => {
    const text = 'query ($size: Int!) { count(filter: { size: $size }) }';
    expect(await answer(text, ada, { size: 'x' })).toMatchObject({ kind: 'invalid' });
  });

  test('a mutation that selects the field is refused, and no resolver runs', async () => {
    expect(await answer('mutation { change { open report { text } } }', ada)).toEqual({
      kind: 'refused',
      of: ['Query.report'],
    });
    expect(await answer('mutation { change { open report { text } } }', admin)).toMatchObject({
      data: { change: { open: 1, report: { text: 1 } } },
      errors: [],
    });
  });
});

// covers: RULES-03
describe('an execution without the decision', () => {
  test('runs no field with onRefusal: NULL, whoever the viewer is', async () => {
    const { schema, ran, execute } = setUp();
    const document = parse('{ open report { text } }');
    for (const { data, errors } of [
      await executeGraphql({ schema, document, contextValue: admin }),
      await execute({ document, contextValue: admin }, admin),
    ]) {
      expect(data).toEqual({ open: 1, report: null });
      expect(errors?.map(({ originalError }) => originalError)).toEqual([expect.any(UnauthorizedExecutionError)]);
    }
    expect(ran).toEqual(['Query.open', 'Query.open']);
  });

  test('runs no such field with the decision on another viewer, also in a cached document', async () => {
    const { policy, execute, ran } = setUp();
    const document = parse('{ open report { text } }');
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const planFor = createPlanner(policy);
    const run = async (viewer: AccessViewer | null) => {
      const decision = authorize(policy, planFor(document, operation, {}), operation, {}, viewer, NOW);
      if (decision.kind !== 'allowed') throw new Error('The test has a refused request.');
      return execute({ document, contextValue: viewer }, viewer, decision.nulled);
    };
    const answers = await Promise.all([admin, ada, null, admin, null, ada].map(run));
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions['code'] ?? 'none');
    expect(codes).toEqual(['none', 'FORBIDDEN', 'UNAUTHENTICATED', 'none', 'UNAUTHENTICATED', 'FORBIDDEN']);
    expect(ran.filter((field) => field === 'Report.text')).toHaveLength(2);
  });
});

// covers: RULES-03
test('protection.answer answers with status 200 and null; a rejected token refuses everything', async () => {
  const { schema, ran } = recordingSchema();
  const protection = protect<AccessViewer | null | 'rejected'>(schema, {
    viewerOf: (viewer) => (viewer === 'rejected' ? INVALID_TOKEN : viewer),
    onBreach: () => {},
    onFailure: () => {},
    clock: () => NOW * 1_000,
  });
  const document = parse('{ open report { text } }');
  for (const contextValue of [ada, ada, null]) {
    const { status, headers, result } = await protection.answer({ document, contextValue });
    expect([status, headers, result.data]).toEqual([200, {}, { open: 1, report: null }]);
    expect(result.errors?.map(({ path }) => path)).toEqual([['report']]);
  }
  expect((await protection.answer({ document, contextValue: admin })).result).toEqual({
    data: { open: 1, report: { text: 1 } },
  });
  ran.length = 0;
  expect(await protection.answer({ document, contextValue: 'rejected' })).toMatchObject({ status: 401 });
  expect(ran).toEqual([]);
  expect(protection.decide({ document }, ada)).toMatchObject({
    kind: 'allowed',
    nulled: { refusals: [{ coordinate: 'Query.report' }] },
  });
});
