import { Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { problemsOf } from '../testing/harness.ts';
import { loadSchema } from '../load-schema.ts';

const DEFINED = {
  public: '@public(reason: String!) on FIELD_DEFINITION | INTERFACE | OBJECT',
  auth: '@auth(roles: [Role!], maxAge: Int, emailVerified: Boolean) on FIELD_DEFINITION | INTERFACE | OBJECT',
  owner:
    '@owner(field: String, orRoles: [Role!]) on ARGUMENT_DEFINITION | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | INTERFACE | OBJECT',
};
type Name = keyof typeof DEFINED;
const NAMES = Object.keys(DEFINED) as Name[];

/** What is said of a schema with these definitions; nothing else in it stands in the way. */
function problemsWith(definitions: Partial<Record<Name, string>>) {
  const lines = NAMES.flatMap((name) => (name in definitions ? [`directive ${definitions[name]}`] : []));
  const rest = 'enum Role { USER } enum Part { USER } type Query { a: Int }';
  const schema = loadSchema([new Source(`${rest}\n${lines.join('\n')}`, 'schema.graphql')]);
  return problemsOf(schema).filter(({ rule }) => rule !== 'everyFieldHasRule');
}
const undefinedWord = (name: Name) => ({
  rule: 'policyDirectivesAreDefined',
  coordinate: `@${name}`,
  location: null,
  message: 'is not defined',
  fix: `write \`directive ${DEFINED[name]}\``,
});

test('with the three as the engine reads them, it starts', () => {
  expect(problemsWith(DEFINED)).toEqual([]);
});

test('descriptions, the order of the places and a deprecated argument change nothing', () => {
  const owner =
    '@owner("Which." field: String, orRoles: [Role!] @deprecated) on OBJECT | INTERFACE | FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION';
  expect(problemsWith({ ...DEFINED, owner })).toEqual([]);
});

test.each(NAMES)('without @%s it does not start', (name) => {
  const { [name]: _, ...others } = DEFINED;
  expect(problemsWith(others)).toEqual([undefinedWord(name)]);
});

test('without any of them, all are told of', () => {
  expect(problemsWith({})).toEqual(NAMES.map(undefinedWord));
});

describe('a word that is defined otherwise keeps it from starting', () => {
  test.each<[string, Name, string, string]>([
    ['a reason that may be left out', 'public', 'String!', 'String'],
    ['a reason by default', 'public', 'String!', 'String! = "x"'],
    ['a place too few', 'public', ' | OBJECT', ''],
    ['a place too many', 'public', ' | OBJECT', ' | OBJECT | UNION'],
    ['roles of another enum', 'auth', '[Role!]', '[Part!]'],
    ['roles that may hold null', 'auth', '[Role!]', '[Role]'],
    ['one role', 'auth', '[Role!]', 'Role'],
    ['roles that are text', 'auth', '[Role!]', '[String!]'],
    ['an age with parts of seconds', 'auth', 'Int', 'Float'],
    ['an age by default', 'auth', 'Int', 'Int = 300'],
    ['a null by default', 'auth', 'Int', 'Int = null'],
    ['a role by default', 'auth', '[Role!]', '[Role!] = ["USER"]'],
    ['an argument too few', 'auth', ', emailVerified: Boolean', ''],
    ['an argument too many', 'auth', 'Boolean', 'Boolean, scope: String'],
    ['an argument by another name', 'auth', 'emailVerified', 'verified'],
    ['arguments in another order', 'auth', 'roles: [Role!], maxAge: Int', 'maxAge: Int, roles: [Role!]'],
    ['a word that may be repeated', 'auth', ' on ', ' repeatable on '],
    ['an owner field by default', 'owner', 'String', 'String = "id"'],
    ['an owner field that is wanted', 'owner', 'String', 'String!'],
    ['no owner on arguments', 'owner', 'ARGUMENT_DEFINITION | ', ''],
  ])('%s', (_, name, from, to) => {
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
