import { isEnumType, Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { problemsOf } from '../test-harness.ts';
import { loadSchema } from '../load-schema.ts';

const DEFINED = {
  public: '@public(reason: String!) on FIELD_DEFINITION | INTERFACE | OBJECT',
  auth: '@auth(roles: [Role!], maxAge: Int, emailVerified: Boolean, scopes: [[String!]!], onRefusal: OnRefusal = REJECT) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION | INTERFACE | OBJECT',
  owner:
    '@owner(field: String, orRoles: [Role!]) on ARGUMENT_DEFINITION | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | INTERFACE | OBJECT',
};
type Name = keyof typeof DEFINED;
const NAMES = Object.keys(DEFINED) as Name[];

/** Returns the problems of a schema with these directive definitions, except fields without rules. */
function problemsWith(definitions: Partial<Record<Name, string>>) {
  const lines = NAMES.flatMap((name) => (name in definitions ? [`directive ${definitions[name]}`] : []));
  const rest = 'enum Role { USER } enum Part { USER REJECT } enum OnRefusal { REJECT NULL } type Query { a: Int }';
  const schema = loadSchema([new Source(`${rest}\n${lines.join('\n')}`, 'schema.graphql')]);
  return problemsOf(schema).filter(({ rule }) => rule !== 'everyFieldHasRule');
}
const notDefined = (name: Name) => ({
  rule: 'policyDirectivesAreDefined',
  coordinate: `@${name}`,
  location: null,
  message: 'is not defined',
  fix: `write \`directive ${DEFINED[name]}\``,
});

test('policyDirectivesAreDefined accepts the definitions of accessDirectiveSdl', () => {
  expect(problemsWith(DEFINED)).toEqual([]);
});

const EARLIER = [
  '@auth(roles: [Role!], maxAge: Int, emailVerified: Boolean) on FIELD_DEFINITION | INTERFACE | OBJECT',
  '@auth(roles: [Role!], maxAge: Int, emailVerified: Boolean, scopes: [[String!]!]) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION | INTERFACE | OBJECT',
];
// covers: RULES-01, RULES-03
test('policyDirectivesAreDefined accepts @auth as earlier versions defined it, and no mixture of them', () => {
  for (const auth of EARLIER) expect(problemsWith({ ...DEFINED, auth })).toEqual([]);
  for (const part of [', scopes: [[String!]!]', ' | INPUT_FIELD_DEFINITION', ' = REJECT'])
    expect(problemsWith({ ...DEFINED, auth: DEFINED.auth.replace(part, '') })).toHaveLength(1);
});

const withOnRefusal = (definition: string) =>
  loadSchema([
    new Source(
      `enum Role { USER } type Query { a: Int } ${Object.values(DEFINED)
        .map((each) => `directive ${each}`)
        .join('\n')}\n${definition}`,
      'schema.graphql',
    ),
  ]);
const enumProblem = {
  rule: 'policyDirectivesAreDefined',
  coordinate: 'OnRefusal',
  location: { file: 'schema.graphql', line: 4 },
  message: 'is not the enum of `@auth(onRefusal:)`',
  fix: 'write `enum OnRefusal { REJECT NULL }`, without internal values',
};

// covers: RULES-03
test.each(['enum OnRefusal { REJECT }', 'enum OnRefusal { REJECT NULL IGNORE }', 'scalar OnRefusal'])(
  'policyDirectivesAreDefined reports %s',
  (definition) => {
    expect(problemsOf(withOnRefusal(definition))).toContainEqual(enumProblem);
  },
);

// covers: RULES-03
test('policyDirectivesAreDefined reports an OnRefusal with internal values, and accepts another order', () => {
  const schema = withOnRefusal('enum OnRefusal { NULL REJECT }');
  expect(problemsOf(schema)).not.toContainEqual(enumProblem);
  const type = schema.getType('OnRefusal');
  if (!isEnumType(type)) throw new Error('The test has no enum.');
  for (const value of type.getValues()) value.value = value.name === 'NULL' ? 'REJECT' : 'NULL';
  expect(problemsOf(schema)).toContainEqual(enumProblem);
});

// covers: RULES-03
test('policyDirectivesAreDefined names the enum with the definition if the schema lacks both', () => {
  const schema = loadSchema([new Source('enum Role { USER } type Query { a: Int }', 'schema.graphql')]);
  const [problem] = problemsOf(schema).filter(({ coordinate }) => coordinate === '@auth');
  expect(problem?.fix).toBe(`write \`directive ${DEFINED.auth}\` and \`enum OnRefusal { REJECT NULL }\``);
});

test.each(['@tokenScopes(names: [String]!) on SCHEMA', '@tokenScopes(names: [String!]!) on SCHEMA | OBJECT'])(
  'policyDirectivesAreDefined reports the definition %s',
  (definition) => {
    const text = `enum Role { USER } enum OnRefusal { REJECT NULL } type Query { a: Int } ${[...Object.values(DEFINED), definition].map((each) => `directive ${each}`).join(' ')}`;
    const problems = problemsOf(loadSchema([new Source(text, 'schema.graphql')]));
    expect(problems.map(({ coordinate, rule, fix }) => [coordinate, rule, fix])).toContainEqual([
      '@tokenScopes',
      'policyDirectivesAreDefined',
      'write `directive @tokenScopes(names: [String!]!) on SCHEMA`',
    ]);
  },
);

test('policyDirectivesAreDefined ignores descriptions, the order of locations and deprecations', () => {
  const owner =
    '@owner("Which." field: String, orRoles: [Role!] @deprecated) on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION';
  expect(problemsWith({ ...DEFINED, owner })).toEqual([]);
});

test.each(NAMES)('policyDirectivesAreDefined reports a missing @%s', (name) => {
  const { [name]: _, ...others } = DEFINED;
  expect(problemsWith(others)).toEqual([notDefined(name)]);
});

test('policyDirectivesAreDefined reports all three directives if none is defined', () => {
  expect(problemsWith({})).toEqual(NAMES.map(notDefined));
});

describe('policyDirectivesAreDefined with another definition', () => {
  test.each<[string, Name, string, string]>([
    ['an optional reason', 'public', 'String!', 'String'],
    ['a default reason', 'public', 'String!', 'String! = "x"'],
    ['a missing location', 'public', ' | OBJECT', ''],
    ['an additional location', 'public', ' | OBJECT', ' | OBJECT | UNION'],
    ['roles of another enum', 'auth', '[Role!]', '[Part!]'],
    ['roles that may contain null', 'auth', '[Role!]', '[Role]'],
    ['a single role', 'auth', '[Role!]', 'Role'],
    ['roles of the type String', 'auth', '[Role!]', '[String!]'],
    ['a fractional age', 'auth', 'Int', 'Float'],
    ['a default age', 'auth', 'Int', 'Int = 300'],
    ['a default of null', 'auth', 'Int', 'Int = null'],
    ['a default role', 'auth', '[Role!]', '[Role!] = ["USER"]'],
    ['a missing argument', 'auth', ', emailVerified: Boolean', ''],
    ['another default refusal', 'auth', '= REJECT', '= NULL'],
    ['a refusal of another enum', 'auth', 'OnRefusal', 'Part'],
    ['an additional argument', 'auth', 'Boolean', 'Boolean, scope: String'],
    ['a flat list of scopes', 'auth', '[[String!]!]', '[String!]'],
    ['scopes that may contain null', 'auth', '[[String!]!]', '[[String]!]'],
    ['a renamed argument', 'auth', 'emailVerified', 'verified'],
    ['arguments in another order', 'auth', 'roles: [Role!], maxAge: Int', 'maxAge: Int, roles: [Role!]'],
    ['repeatable', 'auth', ' on ', ' repeatable on '],
    ['a default owner field', 'owner', 'String', 'String = "id"'],
    ['a required owner field', 'owner', 'String', 'String!'],
    ['no location for arguments', 'owner', 'ARGUMENT_DEFINITION | ', ''],
  ])('reports a definition with %s', (_, name, from, to) => {
    const written = DEFINED[name].replace(from, to);
    const definition = written.replace('["USER"]', '[USER]');
    expect(problemsWith({ ...DEFINED, [name]: definition })).toEqual([
      {
        rule: 'policyDirectivesAreDefined',
        coordinate: `@${name}`,
        location: { file: 'schema.graphql', line: 2 + NAMES.indexOf(name) },
        message: `is defined as \`${written}\``,
        fix: `write \`directive ${DEFINED[name]}\``,
      },
    ]);
  });
});
