import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import * as graphql from 'graphql';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { accessDirectiveSdl } from '../index.ts';
import { runCli } from './run-cli.ts';

const ROLES = 'enum Role { USER ADMIN }\n';
const COMPLETE = `${ROLES}type Query { tasks(userId: ID @owner): [Task!]! @auth }
type Task @owner { userId: ID! title: String! }
`;
const OPEN = `${ROLES}type Query {
  tasks: [Task!]! @auth
  """
  Health.
  """
  health: String
}
type Task @owner(field: "makerId") { makerId: ID title: String! @isOwner }
directive @isOwner on FIELD_DEFINITION
`;

/** Runs the command in this process. An argument that names one of the files becomes its path in a new folder. */
async function run(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
  let stdout = '';
  let stderr = '';
  const code = await runCli(
    args.map((arg) => (arg in files || arg.includes('*') ? path.join(folder, arg) : arg)),
    { print: (text) => void (stdout += `${text}\n`), printError: (text) => void (stderr += `${text}\n`) },
  );
  const short = (text: string) => text.replaceAll(folder + path.sep, '');
  return { code, stdout: short(stdout), stderr: short(stderr), folder };
}

// covers: CLI-01
describe('fieldgate check', () => {
  test('check reports each violation with file, line and column, and the exit code is 1', async () => {
    const { code, stdout } = await run({ 'schema.graphql': OPEN }, 'check', 'schema.graphql', '--format', 'unix');
    expect(code).toBe(1);
    expect(stdout.split('\n').map((line) => line.replace(/;.*\[/, ' ['))).toEqual([
      'schema.graphql:4:3: error: Query.health: no access rule [everyFieldHasRule]',
      'schema.graphql:9:1: error: Task: Task.makerId is nullable, and null matches no viewer [ownersAreNamed]',
      'schema.graphql:9:65: error: Task.title: @isOwner is not an access directive [onlyKnownDirectives]',
      '',
    ]);
  });

  test('check of a complete schema exits with 0 and reports nothing to editors', async () => {
    expect(await run({ 's.graphql': COMPLETE }, 'check', 's.graphql', '--format', 'unix')).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect((await run({ 's.graphql': COMPLETE }, 'check', '--schema', 's.graphql')).stdout).toBe(
      'The schema is a complete access policy.\n',
    );
  });

  test.each([OPEN, COMPLETE, 'type Query { a: Int b', 'type Query { a: Missing }', 'type Query { a: Int }'])(
    'the SARIF log of a schema is valid for the schema of SARIF 2.1.0: %j',
    async (sdl) => {
      const { stdout } = await run({ 'a b/s.graphql': sdl }, 'check', 'a b/s.graphql', '--format', 'sarif');
      const file = path.join(import.meta.dirname, 'fixtures', 'sarif-2.1.0-rtm.5.json');
      const ajv = new Ajv({ strict: false, unicodeRegExp: false });
      addFormats.default(ajv);
      const isValid = ajv.compile(JSON.parse(fs.readFileSync(file, 'utf8')) as object);
      isValid(JSON.parse(stdout));
      expect(isValid.errors).toBeNull();
    },
  );

  test('a SARIF result has rule, message with fix, region, coordinate, and a path that is encoded', async () => {
    const { stdout } = await run({ 'a b/s.graphql': OPEN }, 'check', 'a b/s.graphql', '--format', 'sarif');
    const [sarif] = (JSON.parse(stdout) as { runs: { results: unknown[] }[] }).runs;
    expect(sarif?.results[0]).toMatchObject({
      ruleId: 'everyFieldHasRule',
      level: 'error',
      message: { text: expect.stringMatching(/^Query\.health: no access rule\. Fix: write /) as string },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: expect.stringMatching(/a%20b\/s\.graphql$/) as string },
            region: { startLine: 4, startColumn: 3 },
          },
          logicalLocations: [{ fullyQualifiedName: 'Query.health' }],
        },
      ],
    });
  });

  test('check names every error of an invalid schema with its place', async () => {
    const files = { 'a.graphql': 'type Query { a: Missing }', 'b.graphql': 'type {' };
    const invalid = await run({ 'a.graphql': files['a.graphql'] }, 'check', 'a.graphql', '--json');
    expect(JSON.parse(invalid.stdout)).toMatchObject([
      { rule: 'invalidSchema', message: 'Unknown type "Missing".', place: { line: 1, column: 17 } },
    ]);
    const cut = await run(files, 'check', 'a.graphql', 'b.graphql');
    expect(cut).toMatchObject({ code: 1, stdout: expect.stringContaining('b.graphql:1:6 Syntax Error') as string });
  });

  test('check reports that the enum Role is missing, and the fields without a rule beside it', async () => {
    const { stdout } = await run({ 's.graphql': 'type Query { a: Int }' }, 'check', 's.graphql');
    expect(stdout).toContain('Role: is not defined [rolesAreEnumValues]');
    expect(stdout).toContain('s.graphql:1:14 Query.a: no access rule');
  });

  test('check reads the SDL in the templates of a *.sdl.ts module with the positions of the file', async () => {
    const sdl = 'export const schema = gql`\n  type Query { a: Int }\n`\n';
    const { stdout } = await run({ 'a.sdl.ts': sdl }, 'check', 'a.sdl.ts', '--format', 'unix');
    expect(stdout).toContain('a.sdl.ts:2:16: error: Query.a');
  });

  test('check imports the GraphQLSchema that a module exports, with resolveType as the server has it', async () => {
    // The copy of graphql that the engine imports here; another copy would be refused.
    Object.assign(globalThis, { graphqlOfTest: graphql });
    const build = (more: string) =>
      `const schema = globalThis.graphqlOfTest.buildSchema(${JSON.stringify(`${accessDirectiveSdl} ${COMPLETE} union Found = Task extend type Query { found: Found @auth }`)});\n${more}\nexport default schema;`;
    const without = await run({ 's.mjs': build('') }, 'check', 's.mjs');
    expect(without.stdout).toContain('Found: can be a Task, which has an owner, but has no resolveType');
    const complete = build('schema.getType("Found").resolveType = () => "Task"; setInterval(() => {}, 1e6).unref();');
    expect((await run({ 's.mjs': complete }, 'check', '--schema', 's.mjs')).code).toBe(0);
  });

  test('check reads a folder and a glob', async () => {
    const files = { 'a/role.graphql': ROLES, 'a/b/query.graphql': 'type Query { a: Int @auth }' };
    expect((await run(files, 'check', 'a/**/*.graphql')).code).toBe(0);
    const { folder } = await run(files, 'check', 'a/role.graphql');
    expect((await run({}, 'check', path.join(folder, 'a'))).code).toBe(0);
  });
});

// covers: CLI-02
describe('bad use exits with 2 and says what would be right', () => {
  const files = { 's.graphql': COMPLETE, 'open.graphql': OPEN, 'q.graphql': '{ tasks { title } }', 'bad.json': '[]' };
  test.each([
    [[], 'A command is required.'],
    [['chek'], 'There is no command "chek".'],
    [['check'], 'A schema is required'],
    [['check', 'missing.graphql'], 'There is no file missing.graphql: name SDL files'],
    [['check', 's.graphql', '--format', 'xml'], '--format "xml" is unknown: write one of text, unix, json, sarif.'],
    [['check', 's.graphql', '--fix'], "Unknown option '--fix'."],
    [['map', 'open.graphql'], 'The schema cannot be used. The schema is not a complete access policy (3 problems)'],
    [['diff', 's.graphql'], 'Two schemas are required'],
    [['diff', 's.graphql', 'open.graphql'], 'The newer schema cannot be used.'],
    [['explain', '--schema', 's.graphql', 'q.graphql'], 'The caller is required'],
    [
      ['explain', '--schema', 's.graphql', 'q.graphql', '--as', 'BOSS'],
      'use anonymous, signed-in, or a role (USER, ADMIN)',
    ],
    [['explain', '--schema', 's.graphql', 'q.graphql', '--viewer', 'bad.json'], 'bad.json must hold one JSON object'],
    [['policies', 's.graphql'], 'The tables are required'],
    [['policies', 's.graphql', '--tables', 'bad.json'], 'bad.json must hold one JSON object'],
    [['migrate', 's.graphql'], '--from is required'],
    [['init', 'q.graphql'], 'The files are not a valid schema'],
  ])('fieldgate %j', async (args, message) => {
    const { code, stderr, stdout } = await run(files, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

// covers: CLI-02
test.each(['init', 'check', 'map', 'explain', 'diff', 'policies', 'migrate'])(
  'fieldgate %s --help prints synopsis and exit codes',
  async (name) => {
    const { code, stdout } = await run({}, name, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^fieldgate ${name} [^]*Exit code: 0`));
    expect((await run({}, '--help')).stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  },
);

// covers: CLI-03
test('map prints the access map as text with a legend, as Markdown and as JSON', async () => {
  const files = { 's.graphql': COMPLETE };
  const { stdout } = await run(files, 'map', 's.graphql');
  expect(stdout).toMatch(/^Task\.title +UNAUTHENTICATED +own rows/m);
  expect(stdout).toMatch(/^own rows +only objects that the caller owns: .* the guard discards the whole response$/m);
  expect((await run(files, 'map', 's.graphql', '--format', 'markdown')).stdout).toContain('| `Task.title` |');
  expect(JSON.parse((await run(files, 'map', 's.graphql', '--json')).stdout)).toHaveProperty('fields');
});

// covers: CLI-03
describe('fieldgate explain', () => {
  const files = {
    's.graphql': COMPLETE,
    'q.graphql': 'query Mine($id: ID) { tasks(userId: $id) { title } }',
    'v.json': '{ "id": "ben" }',
    'ada.json': '{ "userId": "ada", "roles": [], "authTime": 1, "emailVerified": true }',
    't.json':
      '{ "tables": { "Task": { "schema": "app", "table": "task", "columns": { "userId": "user_id" }, "role": "api", "commands": ["select"] } } }',
  };
  const explainAs = (...args: readonly string[]) =>
    run(files, 'explain', '--schema', 's.graphql', 'q.graphql', ...args);

  test('explain prints the decision and the rule with its place, for a role, a viewer and an anonymous caller', async () => {
    expect((await explainAs('--as', 'ADMIN')).stdout).toMatch(/^Mine may run, for a caller with the role ADMIN\./);
    expect((await explainAs('--as', 'anonymous')).stdout).toContain(
      'refused UNAUTHENTICATED\n    @auth at Query.tasks (s.graphql:2)',
    );
    const other = await explainAs('--viewer', 'ada.json', '--variables', 'v.json', '--json');
    expect(JSON.parse(other.stdout)).toMatchObject({ verdict: 'refused', reason: 'FORBIDDEN' });
    expect(other.code).toBe(0);
  });

  // covers: RULES-03
  test('init, check, map and explain know onRefusal: NULL', async () => {
    const nullable = {
      's.graphql': `${ROLES}type Query { a: T @auth(roles: [ADMIN], onRefusal: NULL) b: Int @auth }
        type T @auth { c: Int }`,
      'q.graphql': '{ a { c } b }',
      'bad.graphql': `${ROLES}type Query { a: Int! @auth(onRefusal: NULL) }`,
    };
    expect((await run(nullable, 'check', 's.graphql')).code).toBe(0);
    expect((await run(nullable, 'check', 'bad.graphql')).stdout).toContain('is Int!, which cannot be null');
    expect((await run(nullable, 'map', 's.graphql')).stdout).toMatch(
      /^Query\.a +null \(UNAUTHENTICATED\) +null \(FORBIDDEN\)/m,
    );
    const explained = await run(nullable, 'explain', '--schema', 's.graphql', 'q.graphql', '--as', 'signed-in');
    expect(explained.stdout).toContain('may run, for a signed-in caller.');
    expect(explained.stdout).toContain(
      'Query.a  null FORBIDDEN\n    @auth(roles: [ADMIN], onRefusal: NULL) at Query.a',
    );
    expect(explained.stdout).toContain('T.c      not run\n');
    const { folder } = await run({ 'new.graphql': 'type Query { tasks: Int }' }, 'init', 'new.graphql', '--write');
    expect(fs.readFileSync(path.join(folder, 'access.graphql'), 'utf8')).toContain('enum OnRefusal {');
  });

  test('explain --tables prints the condition and the policy of the rows', async () => {
    const { stdout } = await explainAs('--as', 'signed-in', '--tables', 't.json');
    expect(stdout).toContain(`Rows of Task in app.task: only the caller's own`);
    expect(stdout).toContain('policy owner_select for select to "api" using (');
  });

  test('policies prints the row-level security as SQL and as JSON', async () => {
    const sql = await run(files, 'policies', 's.graphql', '--tables', 't.json');
    expect(sql.stdout).toContain('create policy "owner_select" on "app"."task" for select to "api" using');
    const json = await run(files, 'policies', 's.graphql', '--tables', 't.json', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject([{ type: 'Task', schema: 'app' }]);
  });
});

// covers: CLI-03
test.each([
  ['{}', '"tables" must be an object'],
  ['{ "tables": {}, "table": {} }', '"table" is unknown'],
  ['{ "tables": { "Task": [] } }', 'Task must be an object, or null'],
  ['{ "tables": { "Task": { "schema": 1 } } }', 'Task.schema must be a string'],
  ['{ "tables": { "Task": { "commands": ["drop"] } } }', 'Task.commands must be a list of select, insert'],
  ['{ "tables": {} }', 'Task has an owner but no table'],
  [
    '{ "tables": { "Task": null }, "functions": { "viewerId": "a(); drop table b" } }',
    'must be the name of a function',
  ],
])('policies rejects the mapping %s', async (json, message) => {
  const { code, stderr } = await run(
    { 's.graphql': COMPLETE, 't.json': json },
    'policies',
    's.graphql',
    '--tables',
    't.json',
  );
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

// covers: CLI-03
test('diff says who gains access with a request that shows it, and exits with 1 for wider and 0 for narrower', async () => {
  const files = { 'old.graphql': COMPLETE, 'new.graphql': COMPLETE.replace('type Task @owner', 'type Task @auth') };
  const wider = await run(files, 'diff', 'old.graphql', 'new.graphql');
  expect(wider.code).toBe(1);
  expect(wider.stdout).toMatch(/wider +Task\.title/);
  expect(wider.stdout).toContain('query { tasks { title } }');
  expect((await run(files, 'diff', 'new.graphql', 'old.graphql')).code).toBe(0);
  expect((await run(files, 'diff', 'old.graphql', 'old.graphql')).stdout).toContain('Access and contract are the same');
});

// covers: CLI-01
test('the program prints to standard output, and ends although an imported module keeps a timer', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'open.graphql'), OPEN);
  fs.writeFileSync(path.join(folder, 'module.mjs'), 'setInterval(() => {}, 1e6); export default 1;');
  const program = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [path.join(import.meta.dirname, 'bin.ts'), ...args], { cwd: folder }).then(
      ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  expect(await program('check', 'open.graphql', '--format', 'unix')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^open\.graphql:4:3: error: Query\.health/) as string,
  });
  expect(await program('check', 'module.mjs')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('module.mjs exports no GraphQLSchema') as string,
  });
});
