import * as graphql from 'graphql';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { coerceLiteral, coerceVariables, defaultConfigOf, defaultValueOf } from './graphql-values.ts';
import { ada, authorizeRequest, createTestPolicy, formatDecision, problemsOf } from './test-harness.ts';
import { accessDirectiveSdl } from './directives.ts';

const SDL = `
  type Query @auth {
    byUser(userId: ID @owner): Int
    byUsers(userIds: [ID] @owner): Int
    byFilter(filter: Filter): Int
    byRequired(userId: ID! @owner): Int
  }
  input Filter { userId: ID @owner inner: [Filter!] }
`;

// covers: ENGINE-09
describe('an owner argument that is given by a variable', () => {
  const policy = createTestPolicy(SDL);
  test.each([
    ['as the argument', 'query ($of: ID) { byUser(userId: $of) }'],
    ['as a required argument', 'query ($of: ID!) { byRequired(userId: $of) }'],
    ['as a list', 'query ($of: ID) { byUsers(userIds: [$of]) }'],
    ['in an input object', 'query ($of: ID) { byFilter(filter: { userId: $of }) }'],
    ['deep in an input object', 'query ($of: ID) { byFilter(filter: { inner: [{ userId: $of }] }) }'],
    ['in a fragment', 'query ($of: ID) { ...F } fragment F on Query { byUser(userId: $of) }'],
  ])('is compared with the viewer’s id and does not count as left out, %s', (_, text) => {
    expect(formatDecision(authorizeRequest(policy, text, ada, { of: 'ben' }))).toMatch(/^FORBIDDEN /);
    expect(formatDecision(authorizeRequest(policy, text, ada, { of: 'ada' }))).toBe('allowed');
  });

  test.each([
    ['a whole list', 'query ($of: [ID]) { byUsers(userIds: $of) }', ['ada', 'ben']],
    ['a whole input object', 'query ($of: Filter) { byFilter(filter: $of) }', { inner: [{ userId: 'ben' }] }],
    ['its default value', 'query ($of: ID = "ben") { byUser(userId: $of) }', undefined],
  ])('is compared with the viewer’s id, as %s', (_, text, of) => {
    const variables = of === undefined ? {} : { of };
    expect(formatDecision(authorizeRequest(policy, text, ada, variables))).toMatch(/^FORBIDDEN /);
  });
});

describe('coerceVariables', () => {
  afterEach(() => {
    vi.doUnmock('graphql');
    vi.resetModules();
  });

  test('throws if graphql returns values in a form that is not known, so that none counts as left out', async () => {
    vi.resetModules();
    vi.doMock('graphql', (original) =>
      original<typeof graphql>().then((exported) => ({ ...exported, getVariableValues: () => ({ values: {} }) })),
    );
    const { coerceVariables: coerce } = await import('./graphql-values.ts');
    const document = graphql.parse('query ($of: ID) { byUser(userId: $of) }');
    const operation = document.definitions[0] as graphql.OperationDefinitionNode;
    expect(() => coerce(createTestPolicy(SDL).schema, operation, { of: 'ben' })).toThrow('neither values nor errors');
  });

  test('returns the errors of variables without suggestions', () => {
    const document = graphql.parse('query ($of: Filter) { byFilter(filter: $of) }');
    const operation = document.definitions[0] as graphql.OperationDefinitionNode;
    const { errors } = coerceVariables(createTestPolicy(SDL).schema, operation, { of: { userIdd: 'ben' } });
    expect(errors).toHaveLength(1);
    expect(String(errors)).not.toContain('Did you mean');
  });
});

/** An argument with a default value as a program configures it: `default` is the name of graphql 17. */
function argumentWith(config: object): graphql.GraphQLArgument {
  const type = new graphql.GraphQLList(graphql.GraphQLID);
  const args = { ids: { type, ...config } };
  const query = new graphql.GraphQLObjectType({ name: 'Query', fields: { a: { type: graphql.GraphQLInt, args } } });
  return query.getFields()['a']?.args[0] as graphql.GraphQLArgument;
}

const isOn17 = graphql.versionInfo.major === 17;

describe('defaultValueOf', () => {
  const ofSdl = (sdl: string) => {
    const schema = graphql.buildSchema(`type Query { a(b: ${sdl}): Int } input In { c: [ID] d: In }`);
    return defaultValueOf(schema.getQueryType()?.getFields()['a']?.args[0] as graphql.GraphQLArgument);
  };

  test.each<[string, unknown]>([
    ['ID', undefined],
    ['ID = null', null],
    ['ID = "ada"', 'ada'],
    ['[ID] = ["ada", null]', ['ada', null]],
    ['In = { d: { c: ["ada"] } }', { d: { c: ['ada'] } }],
  ])('returns the default value in SDL: %s', (sdl, expected) => {
    expect(ofSdl(sdl)).toEqual(expected);
  });

  test('returns the default value that a program configures', () => {
    expect(defaultValueOf(argumentWith({ defaultValue: ['ada'] }))).toEqual(['ada']);
  });

  test.runIf(isOn17)('returns the default value that a program configures for graphql 17', () => {
    expect(defaultValueOf(argumentWith({ default: { value: ['ada'] } }))).toEqual(['ada']);
    expect(defaultValueOf(argumentWith({ default: { literal: graphql.parseConstValue('["ada"]') } }))).toEqual(['ada']);
  });
});

test.each([{ defaultValue: ['ada'] }, ...(isOn17 ? [{ default: { value: ['ada'] } }] : [])])(
  'defaultConfigOf gives a copy the same default value: %j',
  (config) => {
    const copy = argumentWith(defaultConfigOf(argumentWith(config)));
    expect(defaultValueOf(copy)).toEqual(['ada']);
    const field = { args: [copy] } as unknown as graphql.GraphQLField<unknown, unknown>;
    const node = { kind: graphql.Kind.FIELD, name: { kind: graphql.Kind.NAME, value: 'a' } } as const;
    expect(graphql.getArgumentValues(field, node)).toEqual({ ids: ['ada'] });
  },
);

test('coerceLiteral returns undefined for a literal of another type', () => {
  expect(coerceLiteral(graphql.parseConstValue('5'), graphql.GraphQLID)).toBe('5');
  expect(coerceLiteral(graphql.parseConstValue('{}'), graphql.GraphQLID)).toBeUndefined();
});

test('checkSchema reports a directive on the definition of a directive, which has no effect', () => {
  const sdl = `${accessDirectiveSdl} enum Role { ADMIN } type Query @auth { a: Int } directive @d @auth on FIELD`;
  // Of 16 an experiment.
  const options = { experimentalDirectivesOnDirectiveDefinitions: true };
  const schema = graphql.buildASTSchema(graphql.parse(sdl, options), { assumeValidSDL: true, assumeValid: true });
  expect(problemsOf(schema).map(({ coordinate, message }) => [coordinate, message])).toEqual([
    ['@d', '@auth has no effect here'],
  ]);
});
