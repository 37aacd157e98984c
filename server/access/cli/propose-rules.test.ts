import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { problemsOf } from './finding.ts';
import { loadSdl } from './load-input.ts';
import { UNDECIDED_SDL } from './migrate/migration.ts';
import { Source } from 'graphql';
import { proposeRules } from './propose-rules.ts';
import { runCli } from './run-cli.ts';

const USER = 'type User @owner(field: "id") { id: ID! }';
const MARK = '@undecided(was: "deny")';

/** Returns the proposals by coordinate; `?` for a question. */
function proposalsFor(sdl: string): Readonly<Record<string, string>> {
  const { schema } = loadSdl([new Source(sdl), new Source(UNDECIDED_SDL)]);
  const proposals = proposeRules(schema, problemsOf(schema, []));
  return Object.fromEntries(proposals.map(({ coordinate, directive }) => [coordinate, directive ?? '?']));
}

// covers: CLI-04
test.each([
  ['a root field', 'type Query { tasks: Int }', { 'Query.tasks': '@auth' }],
  ['a mutation', 'type Query { a: Int @auth } type Mutation { b: Int }', { 'Mutation.b': '@auth' }],
  ['a field that has a rule', 'type Query { a: Int @auth }', {}],
  ['userId', 'type Query { a: T @auth } type T { userId: ID! }', { T: '@owner(field: "userId")' }],
  ['ownerId', 'type Query { a: T @auth } type T { ownerId: String! }', { T: '@owner(field: "ownerId")' }],
  ['authorId', 'type Query { a: [T!]! @auth } type T { authorId: ID! }', { T: '@owner(field: "authorId")' }],
  ['a nullable owner', 'type Query { a: T @auth } type T { userId: ID }', { T: '?' }],
  ['an owner that is no id', 'type Query { a: T @auth } type T { userId: Int! }', { T: '?' }],
  ['two owners', 'type Query { a: T @auth } type T { userId: ID! authorId: ID! }', { T: '?' }],
  ['an owned type with rules', 'type Query { a: T @auth } type T { userId: ID! b: Int @auth }', { 'T.userId': '?' }],
  ['no owner', 'type Query { a: T @auth } type T { b: Int }', { T: '@auth' }],
  ['some fields with rules', 'type Query { a: T @auth } type T { b: Int c: Int @auth }', { 'T.b': '@auth' }],
  ['an account', 'type Query { a: User @auth } type User { id: ID! }', { User: '?' }],
  ['an account of another name', 'type Query { a: AppUser @auth } type AppUser { id: ID! }', { AppUser: '?' }],
  ['a list of accounts', `type Query { a: [User!]! b: [[User]] } ${USER}`, { 'Query.a': '?', 'Query.b': '?' }],
  [
    'a field that may be for some roles',
    'type Query { auditLog: Int adminTasks: Int } type Mutation { resetDemo: Int debugState: Int }',
    { 'Query.auditLog': '?', 'Query.adminTasks': '?', 'Mutation.resetDemo': '?', 'Mutation.debugState': '?' },
  ],
  [
    'an argument that may be a user’s id',
    `type Query { a(authorId: ID): Int b(user_ids: [ID!]): Int c(id: ID): User d(id: ID): Int } ${USER}`,
    { 'Query.a': '?', 'Query.b': '?', 'Query.c': '?', 'Query.d': '@auth' },
  ],
  [
    'an input field that may be a user’s id',
    'type Query { a(of: I): Int } input I { b: Int ownerId: ID }',
    { 'Query.a': '?' },
  ],
  [
    'arguments and input fields that are the caller’s id',
    `type Query { a(userId: ID @owner, of: I): Int b(id: ID @owner): User } input I { ownerId: ID @owner } ${USER}`,
    { 'Query.a': '@auth', 'Query.b': '@auth' },
  ],
  ['one account', `type Query { a: User } ${USER}`, { 'Query.a': '@auth' }],
  [
    'a connection of accounts',
    `type Query { a: UserConnection! } type UserConnection { edges: [UserEdge!]! total: Int } type UserEdge { node: User } ${USER}`,
    { 'Query.a': '?', 'UserConnection.edges': '?', 'UserConnection.total': '@auth', UserEdge: '@auth' },
  ],
  [
    'a list of accounts in a type without an owner',
    `type Query { a: Team @auth } type Team { name: String members: [User!]! } ${USER}`,
    { 'Team.members': '?', 'Team.name': '@auth' },
  ],
  [
    'a list of accounts in an owned type',
    `type Query { a: Team @auth } type Team { userId: ID! members: [User!]! } ${USER}`,
    { Team: '@owner(field: "userId")' },
  ],
  [
    'a field, a type and an interface with @undecided',
    `type Query { a: Int ${MARK} b: Int t: T @auth i: S @auth } type T ${MARK} { c: Int d: Int } interface I ${MARK} { e: Int } type S implements I { e: Int f: Int }`,
    { 'Query.a': '?', 'Query.b': '@auth', T: '?', S: '?' },
  ],
  [
    'a type with one field with @undecided',
    `type Query { t: T @auth o: O @auth } type T { a: Int ${MARK} b: Int } type O { userId: ID! a: Int ${MARK} }`,
    { 'T.a': '?', 'T.b': '@auth', 'O.a': '?', 'O.userId': '?' },
  ],
  [
    'login',
    'type Query { a: Int @auth } type Mutation { login: Int signUp: Int }',
    { 'Mutation.login': '?', 'Mutation.signUp': '?' },
  ],
  ['health', 'type Query { health: Int version: Int }', { 'Query.health': '?', 'Query.version': '?' }],
  [
    'what login returns',
    'type Query { login: P } type P { user: U } type U { userId: ID! }',
    { 'Query.login': '?', P: '?', U: '?' },
  ],
  ['what a public field returns', 'type Query { a: T @public(reason: "Posts.") } type T { userId: ID! }', { T: '?' }],
  [
    'a union that a public field returns',
    'type Query { a: N @public(reason: "Posts.") } union N = T type T { b: Int }',
    { T: '?' },
  ],
  [
    'a type that a public type returns by a field with a rule',
    'type Query { a: T @public(reason: "x") } type T { b: U @auth } type U { c: Int }',
    { U: '@auth' },
  ],
])('init proposes for %s', (_title, sdl, proposals) => {
  expect(proposalsFor(sdl)).toEqual(proposals);
});

async function init(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
  let output = '';
  const print = (text: string) => void (output += `${text}\n`);
  const names = Object.keys(files).map((name) => path.join(folder, name));
  const code = await runCli(['init', ...names, ...args], { print, printError: print });
  const read = () =>
    Object.fromEntries(fs.readdirSync(folder).map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
  return { code, output: output.replaceAll(folder + path.sep, ''), read, folder };
}

const BARE = `# A comment.
type Query {
  "Tasks."
  tasks(first: Int = 1): [Task!]! # all
  ping: Int
}
type Task implements Node & Named { id: ID! name: String userId: ID! }
interface Node { id: ID! } interface Named { name: String }
extend type Query { more: Int @deprecated(reason: "old") }
`;

// covers: CLI-04
test('init writes nothing by default, and prints each proposal with its place', async () => {
  const { code, output, read } = await init({ 's.graphql': BARE });
  expect(code).toBe(1);
  expect(read()).toEqual({ 's.graphql': BARE });
  expect(output).toContain('s.graphql:7:1 Task: @owner(field: "userId"), only the user');
  expect(output).toContain('s.graphql:5:3 Query.ping: by its name');
});

// covers: CLI-04
test('init --write adds the proposals where they belong, leaves the rest of the text, and writes the definitions', async () => {
  const { code, read, folder, output } = await init({ 's.graphql': BARE }, '--write');
  expect(code).toBe(1);
  expect(output).toContain('Wrote');
  const { 's.graphql': schema, 'access.graphql': access } = read();
  expect(schema).toBe(
    BARE.replace('[Task!]! #', '[Task!]! @auth #')
      .replace('Node & Named {', 'Node & Named @owner(field: "userId") {')
      .replace('"old") }', '"old") @auth }'),
  );
  expect(access).toMatch(/^".*"\ndirective @public/);
  expect(access).toContain('enum Role {');
  const findings: string[] = [];
  const output2 = { print: (text: string) => void findings.push(text), printError: () => {} };
  expect(await runCli(['check', folder, '--format', 'unix'], output2)).toBe(1);
  expect(findings.join('\n').match(/error/g)).toHaveLength(1);
});

// covers: CLI-04
test('init --write does not replace an access.graphql of another content', async () => {
  const { code, output, read } = await init({ 's.graphql': BARE, 'access.graphql': 'scalar Mine' }, '--write');
  expect(code).toBe(2);
  expect(output).toContain('access.graphql exists already');
  expect(read()).toEqual({ 's.graphql': BARE, 'access.graphql': 'scalar Mine' });
});

// covers: CLI-04
test('init --write writes no rule over @undecided, nor on a list of accounts', async () => {
  const sdl = `${UNDECIDED_SDL}
type Query { users: [User!]! secret: Int ${MARK} }
type User { id: ID! }
`;
  const { code, output, read } = await init({ 's.graphql': sdl }, '--write');
  expect(code).toBe(1);
  expect(read()['s.graphql']).toBe(sdl);
  expect(output).toContain('s.graphql:3:30 Query.secret: its rule was not carried over');
  expect(output).toContain('s.graphql:3:14 Query.users: by its type, it lists accounts');
});

// covers: CLI-04
test('init --write edits the SDL in the templates of a module', async () => {
  const inModule = (sdl: string) => `const x = 1;\nexport const schema = gql\`${sdl}\`; // end\n`;
  const { read } = await init({ 's.sdl.js': inModule('type Query { a: Int }') }, '--write');
  expect(read()['s.sdl.js']).toBe(inModule('type Query { a: Int @auth }'));
  const { code, output } = await init({ 's.sdl.js': inModule('type Query { ${a} }') });
  expect({ code, output }).toEqual({
    code: 2,
    output: expect.stringContaining('s.sdl.js:2 The template has an interpolation') as string,
  });
});
