import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, parse, Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { authorize } from './authorize.ts';
import { checkSchema } from './check-schema.ts';
import { compileOperation, conditionVariables } from './compile-operation.ts';
import { accessDirectiveSdl } from './directives.ts';
import { loadSchema } from './load-schema.ts';
import { createPlanner } from './operation-planner.ts';
import { fieldRules } from './policy.ts';
import { readElements } from './schema-elements.ts';

/*
 * What graphql-js's validation would reject, and documents that a program makes without a parser. The engine does not
 * rely on validation: it authorizes what execution would run, and never throws for what execution would skip.
 */
const schema = loadSchema([
  new Source(`
    ${accessDirectiveSdl}
    directive @other(if: Boolean, for: String) on FIELD
    enum Role { USER }
    type Query { t: Int @auth thing: Thing @auth open: Open @auth byUser(userId: ID @owner, n: Int): Int @auth }
    type Thing @auth { a: Int thing: Thing }
    type Open @public(reason: "A test.") { a: Int }
  `),
]);
const policy = checkSchema(schema, { otherDirectives: ['other'] });
const viewer = { userId: 'ada', roles: [], authTime: 1_000, emailVerified: true };

const operationOf = ({ definitions }: DocumentNode) =>
  definitions.find(({ kind }) => kind === 'OperationDefinition') as OperationDefinitionNode;
const planOf = (document: DocumentNode) => compileOperation(policy, document, operationOf(document), new Map());
const coordinatesOf = (document: DocumentNode) => planOf(document).checks.map(({ coordinate }) => coordinate);
const decide = (document: DocumentNode, operation = operationOf(document)) =>
  authorize(policy, planOf(document), operation, {}, viewer, 1_000);

/** The document as a program writes it that leaves out empty lists and undefined properties. */
function withoutEmptyLists(text: string): DocumentNode {
  return JSON.parse(
    JSON.stringify(parse(text, { noLocation: true }), (_, value: unknown) =>
      Array.isArray(value) && value.length === 0 ? undefined : value,
    ),
  ) as DocumentNode;
}

describe('compileOperation', () => {
  test.each<[string, string, readonly string[]]>([
    ['includes a field with a directive that is neither @skip nor @include', '{ t @other(if: false) }', ['Query.t']],
    ['includes a field whose @skip has no argument', '{ t @skip }', ['Query.t']],
    ['includes a field whose @skip has a string as its condition', '{ t @skip(if: "yes") }', ['Query.t']],
    ['excludes a field by `if`, also when another argument comes first', '{ t @skip(for: false, if: true) }', []],
    [
      'includes a field by `if`, also when another argument comes first',
      '{ t @skip(for: true, if: false) }',
      ['Query.t'],
    ],
    ['skips a fragment that is not defined', '{ ...missing t }', ['Query.t']],
    ['skips an inline fragment on a type that does not exist', '{ ... on Missing { t } }', []],
    ['skips an inline fragment on a scalar', '{ ... on Int { t } }', []],
    ['skips an operation whose root type does not exist', 'mutation { t }', []],
    ['authorizes an object field without a selection', '{ thing }', ['Query.thing']],
    [
      'includes a field with two @skip, of which execution reads the first',
      '{ t @skip(if: false) @skip(if: true) }',
      ['Query.t'],
    ],
    ['includes a field with two @include', '{ t @include(if: true) @include(if: false) }', ['Query.t']],
    [
      'includes a field with two conditions in one @skip, of which execution reads the last',
      '{ t @skip(if: true, if: false) }',
      ['Query.t'],
    ],
    ['excludes a field by @skip beside an @include that is true', '{ t @include(if: true) @skip(if: true) }', []],
    [
      'plans one alias of different fields in different objects',
      '{ x: t thing { x: a } open { x: a } }',
      ['Query.t', 'Query.thing', 'Thing.a', 'Query.open'],
    ],
    [
      'plans one alias of different fields on different object types',
      '{ thing { ... on Thing { x: a } ... on Open { x: thing } } }',
      ['Query.thing', 'Thing.a'],
    ],
  ])('%s', (_, text, coordinates) => {
    expect(coordinatesOf(parse(text))).toEqual(coordinates);
  });

  test('authorizes a document that leaves out empty lists', () => {
    const document = withoutEmptyLists('{ t @skip thing { ... { ...rest } } } fragment rest on Thing { a }');
    expect(coordinatesOf(document)).toEqual(['Query.t', 'Query.thing', 'Thing.a']);
  });
});

// Execution runs the first field with the selections of both: here `Thing.a`, by the rules of `Open.a`.
describe('compileOperation of different fields with one response key', () => {
  test.each([
    '{ x: thing { thing { a } } x: open { a } }',
    '{ x: thing { thing { a } } ... on Query { x: open { a } } }',
    '{ x: thing { thing { a } } ...F } fragment F on Query { x: open { a } }',
    '{ thing { thing { a } } thing: open { a } }',
    '{ x: thing { thing { a } } x: missing { a } }',
    '{ thing { x: thing { thing { a } } } thing { x: a { a } } }',
    '{ x: __typename x: thing { a } }',
  ])('throws an error for the client: %s', (text) => {
    expect(() => planOf(parse(text))).toThrow(GraphQLError);
    expect(() => planOf(parse(text))).toThrow(/^Fields "(x|thing)" conflict because/);
  });
});

test('compileOperation throws an error for the client if two operations have one name', () => {
  expect(() => planOf(parse('query A { open { a } } query A { t }'))).toThrow(
    'There can be only one operation named "A".',
  );
  expect(coordinatesOf(parse('query A { t } query B { thing { a } } fragment A on Query { t }'))).toEqual(['Query.t']);
});

describe('createPlanner', () => {
  test.each([
    ['a list', '$x: [Boolean]'],
    ['another scalar', '$x: String'],
    ['two types', '$x: Boolean, $x: [Boolean]'],
  ])('includes a field whose @skip has a variable of %s: execution coerces it to another value', (_, variables) => {
    const document = parse(`query (${variables}) { t @skip(if: $x) }`);
    const { checks } = createPlanner(policy)(document, operationOf(document), { x: true });
    expect(checks.map(({ coordinate }) => coordinate)).toEqual(['Query.t']);
  });

  test.each(['$x: Boolean', '$x: Boolean!'])('excludes a field by @skip with the variable %s', (variable) => {
    const document = parse(`query (${variable}) { t @skip(if: $x) }`);
    expect(createPlanner(policy)(document, operationOf(document), { x: true }).checks).toEqual([]);
  });
});

// In a fragment with variables, `$of` is not the operation's variable, which is the one that `authorize` reads.
describe('compileOperation of fragments with variables', () => {
  const options = { experimentalFragmentArguments: true, allowLegacyFragmentVariables: true };
  test.each([
    'query ($of: ID) { ...F } fragment F($of: ID = "ben") on Query { byUser(userId: $of) }',
    'query ($of: Boolean = true) { ...F } fragment F($of: Boolean = false) on Query { t @skip(if: $of) }',
    '{ t } fragment F($of: ID) on Query { byUser(userId: $of) }',
  ])('throws an error for the client: %s', (text) => {
    const document = parse(text, options);
    expect(() => planOf(document)).toThrow(GraphQLError);
    expect(() => planOf(document)).toThrow('Fragment "F" has variables, which are not supported');
  });

  test('compiles a fragment whose list of variables is empty', () => {
    const [operation, fragment] = parse('{ ...F } fragment F on Query { t }').definitions;
    const definitions = [operation, { ...fragment, variableDefinitions: [] }] as DocumentNode['definitions'];
    expect(coordinatesOf({ kind: Kind.DOCUMENT, definitions })).toEqual(['Query.t']);
  });
});

describe('conditionVariables', () => {
  test('reads a document that leaves out empty lists', () => {
    expect(conditionVariables(withoutEmptyLists('query ($x: Boolean) { t @skip(if: $x) thing { a } }'))).toEqual(['x']);
  });

  test('ignores definitions that are not executable', () => {
    expect(conditionVariables(parse('query ($x: Boolean) { t @skip(if: $x) } enum E { A }'))).toEqual(['x']);
  });
});

describe('authorize', () => {
  test.each(['{ t }', '{ byUser(userId: "ada") }'])('allows %s from a program that leaves out empty lists', (text) => {
    const document = withoutEmptyLists(text);
    expect(operationOf(document)).not.toHaveProperty('variableDefinitions');
    expect(decide(document)).toEqual({ kind: 'allowed' });
  });

  test('reports an argument that cannot be coerced with graphql’s error', () => {
    expect(decide(parse('{ byUser(n: "text") }'))).toEqual({
      kind: 'invalid',
      errors: [expect.objectContaining({ message: expect.stringMatching(/^Argument "(n|Query\.byUser\(n:\))"/) })],
    });
  });

  test('throws an error of the schema itself: it is not the client’s', () => {
    const document = parse('{ byUser }');
    const plan = planOf(document);
    const [check] = plan.argumentChecks;
    const broken = Object.defineProperty({ ...check?.field }, 'args', {
      get: () => {
        throw new RangeError('broken');
      },
    });
    const argumentChecks = plan.argumentChecks.map((each) => ({ ...each, field: broken as typeof each.field }));
    const decideBroken = () => authorize(policy, { ...plan, argumentChecks }, operationOf(document), {}, viewer, 1_000);
    expect(decideBroken).toThrow(RangeError);
    expect(decideBroken).not.toThrow(GraphQLError);
  });
});

describe('a policy', () => {
  test('names no owner for a coordinate that has another rule', () => {
    expect(policy.ownerRuleOn('Query.t')).toBeNull();
    expect(policy.ownerRuleOn('Query.byUser(userId:)')).toMatchObject({ kind: 'owner' });
  });

  test('does not repeat the rule of a public type on each of its fields', () => {
    const type = schema.getType('Open') as Parameters<typeof fieldRules>[1];
    expect(fieldRules(readElements(schema), type, 'a')).toEqual([]);
  });
});
