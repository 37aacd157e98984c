import { buildASTSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { type Files, migrateFiles } from './migrate-files.ts';

/** Runs `fieldgate migrate` on files in a new folder. */
const migrate = (files: Files, ...args: readonly string[]) => migrateFiles(temporaryFolder(), files, ...args);

/** Returns the migrated text of one schema, on one line, and the notes. */
async function migrateSdl(library: string, sdl: string, ...args: readonly string[]) {
  const { output } = await migrate({ 's.graphql': sdl }, library, 's.graphql', '--json', ...args);
  const { files, notes } = JSON.parse(output) as {
    files: { text: string }[];
    notes: { kind: string; coordinate: string | null; message: string; place: { line: number } | null }[];
  };
  return { sdl: files[0]?.text ?? sdl, notes };
}

const AMPLIFY: readonly (readonly [rules: string, expected: string, args?: readonly string[]])[] = [
  ['{ allow: owner }', '@owner(field: "owner")'],
  ['{ allow: owner, ownerField: "author" }', '@owner(field: "author")'],
  ['{ allow: owner, identityClaim: "sub" }', '@owner(field: "owner")'],
  ['{ allow: private }', '@auth'],
  ['{ allow: private, provider: userPools }', '@auth'],
  ['{ allow: groups, groups: ["Admin"] }', '@auth(roles: [Admin])'],
  ['{ allow: groups, groups: ["Admin", "Staff"] }', '@auth(roles: [Admin, Staff])'],
  ['{ allow: groups, groups: ["site-admins"] }', '@auth(roles: [ADMIN])', ['--role', 'site-admins=ADMIN']],
  ['{ allow: owner }, { allow: groups, groups: ["Admin"] }', '@owner(field: "owner", orRoles: [Admin])'],
  ['{ allow: owner }, { allow: private, operations: [read] }', '@auth'],
  ['{ allow: owner }, { allow: groups, groups: ["Admin"], operations: [create] }', '@owner(field: "owner")'],
  ['{ allow: public, operations: [read] }, { allow: owner }', '@owner(field: "owner")'],
  ['{ allow: groups, groups: ["Admin"], groupClaim: "cognito:groups" }', '@auth(roles: [Admin])'],
  ['{ allow: groups, groups: ["Admin"], queries: [get, list], mutations: null }', '@auth(roles: [Admin])'],
  ['{ allow: public }', '@public(reason: "Was public in Amplify.")', ['--public-is-everyone']],
];

const AMPLIFY_UNDECIDED: readonly (readonly [rules: string, why: string])[] = [
  ['{ allow: public }', 'an API key or an IAM role was required'],
  ['{ allow: private, provider: iam }', 'another provider than the user pool'],
  ['{ allow: owner, provider: oidc }', 'another provider than the user pool'],
  ['{ allow: owner, identityClaim: "user_id" }', 'the claim user_id'],
  ['{ allow: owner, ownerField: "editors" }', 'editors has several owners'],
  [
    '{ allow: owner }, { allow: owner, ownerField: "author" }',
    'one rule cannot admit the owner in owner or the owner in author',
  ],
  ['{ allow: groups, groupsField: "team" }', 'in the field team of each object'],
  ['{ allow: groups, groups: ["A"], groupClaim: "my:groups" }', 'the claim my:groups'],
  ['{ allow: groups, groups: ["site-admins"] }', 'cannot be the name of an enum value'],
  ['{ allow: custom }', 'a function decides'],
  ['{ allow: private, operations: [create, get] }', 'it admits to create, get, not to all reading'],
  ['{ allow: private, queries: [get] }', 'it admits to get, not to all reading'],
  ['{ allow: private, queries: null }', 'it admits to nothing, not to all reading'],
  ['{ allow: private, mutations: [create] }', 'it names mutations, and no operations or queries'],
  ['{ allow: owner, ownerfield: "a" }', "ownerfield is not an argument of Amplify's rules"],
];

const APPSYNC: readonly (readonly [before: string, after: string, args?: readonly string[]])[] = [
  ['@aws_cognito_user_pools', '@auth'],
  ['@aws_cognito_user_pools(cognito_groups: ["Admin"])', '@auth(roles: [Admin])'],
  ['@aws_auth(cognito_groups: ["Admin", "Staff"])', '@auth(roles: [Admin, Staff])'],
  ['@aws_api_key @aws_cognito_user_pools', '@auth'],
  ['@aws_iam @aws_cognito_user_pools(cognito_groups: ["Admin"])', '@auth(roles: [Admin])'],
  ['@aws_api_key', '@public(reason: "Was public in Amplify.")', ['--public-is-everyone']],
  ['@aws_api_key', '@undecided(was: "@aws_api_key")'],
  ['@aws_iam', '@undecided(was: "@aws_iam")'],
  ['@aws_oidc @aws_lambda', '@undecided(was: "@aws_oidc @aws_lambda")'],
  ['@aws_auth', '@undecided(was: "@aws_auth")'],
  ['@aws_cognito_user_pools(groups: ["A"])', '@undecided(was: "@aws_cognito_user_pools(groups: [\\"A\\"])")'],
  ['@auth(rules: [{ allow: private }]) @aws_auth(cognito_groups: ["A"])', '@auth(roles: [A])'],
  ['@auth(rules: [{ allow: private }]) @aws_iam', '@undecided(was: "@auth(rules: [{ allow: private }]) @aws_iam")'],
];

// covers: CLI-06
describe('migrate --from amplify', () => {
  test.each(AMPLIFY.map(([rules, expected, args = []]) => ({ rules, expected, args })))(
    'writes $rules on a type as $expected',
    async ({ rules, expected, args }) => {
      const { sdl } = await migrateSdl(
        'amplify',
        `type T @model @auth(rules: [${rules}]) { owner: ID! author: ID! }`,
        ...args,
      );
      expect(sdl).toBe(`type T @model ${expected} { owner: ID! author: ID! }`);
    },
  );

  test.each(AMPLIFY_UNDECIDED)('leaves %s undecided and says why: %s', async (rules, why) => {
    const type = `type T @model @auth(rules: [${rules}]) { owner: ID! author: ID! editors: [ID!] team: String }`;
    const { sdl, notes } = await migrateSdl('amplify', type);
    expect(sdl).toContain('type T @model @undecided(was: "@auth(rules: [');
    expect(notes).toContainEqual(
      expect.objectContaining({
        kind: 'undecided',
        coordinate: 'T',
        message: expect.stringContaining(why) as string,
        place: expect.objectContaining({ line: 1, column: 15 }) as object,
      }),
    );
  });

  test.each(APPSYNC.map(([before, after, args = []]) => ({ before, after, args })))(
    "writes AppSync's $before on a field as $after",
    async ({ before, after, args }) => {
      const inType = (rule: string) => `type Query { a: Int ${rule} }`;
      expect((await migrateSdl('amplify', inType(before), ...args)).sdl).toBe(inType(after));
    },
  );

  const GLOBAL_RULE = 'globalAuthRule: AuthRule = { allow: public }';

  test.each<{ args: readonly string[]; rule: string }>([
    { args: ['--public-is-everyone'], rule: '@public(reason: "Was public in Amplify.")' },
    { args: [], rule: '@undecided(was: "globalAuthRule: { allow: public }")' },
  ])('writes globalAuthRule on models without @auth as $rule and removes it', async ({ args, rule }) => {
    const types = (own: string) =>
      `type A @model${own} { a: Int } type B @auth(rules: [{ allow: private }]) @model { a: Int } type C { a: Int }`;
    const { sdl } = await migrateSdl('amplify', `input AMPLIFY { ${GLOBAL_RULE} } # TESTING\n${types('')}`, ...args);
    expect(sdl).toBe(` # TESTING\n${types(` ${rule}`).replace('@auth(rules: [{ allow: private }])', '@auth')}`);
  });

  test('a globalAuthRule that Amplify does not accept is undecided on models without @auth', async () => {
    const inputs = 'input AMPLIFY { globalAuthRule: AuthRule = { allow: private } }';
    const { sdl } = await migrateSdl('amplify', `${inputs}\ntype A @model { a: Int }`, '--public-is-everyone');
    expect(sdl).toBe('\ntype A @model @undecided(was: "globalAuthRule") { a: Int }');
  });

  test('keeps the other fields of the input AMPLIFY', async () => {
    const { sdl } = await migrateSdl('amplify', `input AMPLIFY {\n  engine: String = "mysql"\n  ${GLOBAL_RULE}\n}\n`);
    expect(sdl).toBe('input AMPLIFY {\n  engine: String = "mysql"\n}\n');
  });

  test.each([
    [
      '',
      [
        'Query.getCategory',
        'Query.listCategories',
        'Mutation.createCategory',
        'Mutation.updateCategory',
        'Mutation.deleteCategory',
      ],
    ],
    ['(queries: null)', ['Mutation.createCategory', 'Mutation.updateCategory', 'Mutation.deleteCategory']],
    ['(queries: { get: "category" }, mutations: null)', ['Query.category']],
    ['(queries: null, mutations: null)', null],
  ])('notes the root fields that Amplify generated for a model with @model%s', async (args, fields) => {
    const { notes } = await migrateSdl('amplify', `type Category @model${args} { a: Int }`);
    const generated = notes.map(({ message }) => /^Amplify generated (.+): write/.exec(message)?.[1]);
    expect(generated.filter((text) => text !== undefined)).toEqual(fields === null ? [] : [fields.join(', ')]);
  });

  test.each([
    ['{ allow: owner }', ['owner']],
    ['{ ownerField: "author", allow: owner }, { allow: owner }', ['author', 'owner']],
    ['{ ownerField: "editor", allow: owner }', []],
    ['{ allow: private }', []],
  ])('notes the owner fields that Amplify added for the rules %s', async (rules, added) => {
    const { notes } = await migrateSdl('amplify', `type T @model @auth(rules: [${rules}]) { editor: ID! }`);
    const fields = notes.map(({ message }) => /^Amplify added the field `(\w+)`/.exec(message)?.[1]);
    expect(fields.filter((field) => field !== undefined)).toEqual(added);
  });

  test('notes each directive and type that is not defined once, and none that it replaces', async () => {
    const { notes } = await migrateSdl(
      'amplify',
      'type T @model @auth(rules: [{ allow: private }]) { a: AWSDateTime b: [AWSDateTime!] @aws_auth(cognito_groups: ["A"]) c(d: D): T @index e: ID f: Role } input D @model { a: Int }',
    );
    const undefinedNames = notes.map(({ message }) => /^(\S+) is not defined/.exec(message)?.[1]);
    expect(undefinedNames.filter((name) => name !== undefined)).toEqual(['@model', 'AWSDateTime', '@index']);
  });

  test.each([
    ['enum Role { A }', 'the rules name B: add them'],
    ['type Role { a: Int }', 'rules need an enum `Role`'],
    ['enum Role { A B C }', null],
  ])("notes that the source's own %s does not have the roles of the rules", async (role, expected) => {
    const { notes } = await migrateSdl(
      'amplify',
      `${role} type T @auth(rules: [{ allow: groups, groups: ["A", "B"] }]) { a: Int }`,
    );
    const messages = notes.filter(({ coordinate }) => coordinate === 'Role').map(({ message }) => message);
    expect(messages).toEqual(expected === null ? [] : [expect.stringContaining(expected)]);
  });

  test("a field with AppSync's directive of another provider is not left to the rule of its type", async () => {
    const { sdl } = await migrateSdl('amplify', 'type T @auth(rules: [{ allow: private }]) { a: Int b: Int @aws_iam }');
    expect(sdl).toBe('type T @auth { a: Int b: Int @undecided(was: "@aws_iam") }');
  });

  test('changes nothing when it runs again on what it wrote, with all rules decided and without', async () => {
    const rules = [...AMPLIFY, ...AMPLIFY_UNDECIDED].map(([rule]) => rule);
    const types = rules.map((rule, index) => `type T${index} @auth(rules: [${rule}]) { owner: ID! editors: [ID!] }`);
    const files = { 's.graphql': `${types.join('\n')}\n` };
    const folder = temporaryFolder();
    const { read } = await migrateFiles(folder, files, 'amplify', 's.graphql', '--write');
    const migrated = { 's.graphql': read('s.graphql'), 'access.graphql': read('access.graphql') };
    const again = await migrateFiles(folder, migrated, 'amplify', ...Object.keys(migrated), '--write');
    expect(again.output).toContain('Wrote 0 edits in 0 files.');
    expect({ 's.graphql': again.read('s.graphql'), 'access.graphql': again.read('access.graphql') }).toEqual(migrated);
  });

  test('a field that returns a type which was migrated before is undecided: the rule of its own type would admit to it', async () => {
    const files = {
      'access.graphql': 'directive @auth(roles: [Role!]) on OBJECT\nenum Role { ADMIN }\n',
      's.graphql':
        'type Old @auth(roles: [ADMIN]) { a: Int }\ntype New @auth(rules: [{ allow: private }]) { old: Old }\n',
    };
    const { output } = await migrate(files, 'amplify', 'access.graphql', 's.graphql', '--json');
    const [file] = (JSON.parse(output) as { files: { text: string }[] }).files;
    expect(file?.text).toContain('type New @auth { old: Old @undecided(was: "the rule of its type") }');
    expect(output).toContain('it returns Old, which was migrated before');
  });

  test.each([
    [
      'first on its line',
      'type T\n  @auth(\n    # all\n    rules: [\n      { allow: private } # users\n    ]\n  ) {\n  a: Int\n}\n',
      'type T\n  # all\n  # users\n  @auth {\n  a: Int\n}\n',
    ],
    [
      'after other text',
      'type T @model @auth(rules: [\n  # all\n  { allow: private }\n]) {\n  a: Int\n}\n',
      'type T @model # all\n  @auth {\n  a: Int\n}\n',
    ],
    [
      'undecided',
      'type T @auth(rules: [\n  # keys\n  { allow: public }\n  # { allow: private }\n]) {\n  a: Int\n}\n',
      'type T # keys\n  # { allow: private }\n  @undecided(was: "@auth(rules: [ { allow: public } ])") {\n  a: Int\n}\n',
    ],
    [
      'removed',
      'type T @aws_cognito_user_pools @aws_auth(\n  # all\n  cognito_groups: ["A"]) {\n  a: Int\n}\n',
      'type T @auth\n# all\n {\n  a: Int\n}\n',
    ],
  ])('keeps the comments inside a directive that is %s', async (_, before, after) => {
    expect((await migrateSdl('amplify', before)).sdl).toBe(after);
    const withCrLf = (text: string) => text.replaceAll('\n', '\r\n');
    expect((await migrateSdl('amplify', withCrLf(before))).sdl).toBe(withCrLf(after));
  });

  test('a rule on a field adds to that of its type, which a note says; a field that returns a type has its rule too', async () => {
    const { sdl, notes } = await migrateSdl(
      'amplify',
      `type Post @model @auth(rules: [{ allow: private }]) {
  id: ID!
  secret: String @auth(rules: [{ allow: groups, groups: ["Admin"] }])
  log: [Log] @hasMany
}
type Log @model @auth(rules: [{ allow: groups, groups: ["Auditor"] }]) {
  text: String
  hint: String @auth(rules: [{ allow: private }])
}`,
    );
    expect(sdl.split('\n').map((line) => line.trim())).toEqual([
      'type Post @model @auth {',
      'id: ID!',
      'secret: String @auth(roles: [Admin])',
      'log: [Log] @hasMany @auth(roles: [Auditor])',
      '}',
      'type Log @model @auth(roles: [Auditor]) {',
      'text: String',
      'hint: String @auth',
      '}',
    ]);
    expect(notes).toContainEqual(expect.objectContaining({ kind: 'narrower', coordinate: 'Log.hint' }));
    expect(notes).toContainEqual(
      expect.objectContaining({
        coordinate: 'Post',
        message: expect.stringContaining('Mutation.createPost') as string,
      }),
    );
  });

  test('with what remains to do done by hand, the migrated schema is a complete access policy', async () => {
    const files = {
      's.graphql': `directive @model on OBJECT
directive @auth(rules: [AuthRule!]!) on OBJECT | FIELD_DEFINITION
input AuthRule { allow: String! }
type Note @model @auth(rules: [{ allow: owner }, { allow: groups, groups: ["Admin"] }]) {
  owner: ID!
  text: String
}
type Query { listNotes: [Note] @auth }
`,
    };
    const { code, read, check } = await migrate(files, 'amplify', 's.graphql', '--write');
    expect(code).toBe(1);
    expect(read('s.graphql')).toContain('listNotes: [Note] @undecided(was: "@auth")');
    expect((await check('--other-directive', 'model')).output).toContain('@undecided is not an access directive');
    const done = read('s.graphql').replace('@undecided(was: "@auth")', '@auth');
    const { check: checkDone } = await migrate(
      { 's.graphql': done, 'access.graphql': read('access.graphql') },
      'redwood',
      's.graphql',
    );
    expect(await checkDone('--other-directive', 'model')).toEqual({ code: 0, output: '' });
  });
});

// covers: CLI-06
describe('migrate --from redwood', () => {
  test.each([
    ['@requireAuth', '@auth'],
    ['@requireAuth(roles: ["admin", "editor"])', '@auth(roles: [admin, editor])'],
    ['@requireAuth(roles: "admin")', '@auth(roles: [admin])'],
    ['@skipAuth', '@public(reason: "Had @skipAuth in Redwood.")'],
    ['@requireAuth(roles: [])', '@undecided(was: "@requireAuth(roles: [])")'],
    ['@requireAuth(role: "admin")', '@undecided(was: "@requireAuth(role: \\"admin\\")")'],
    ['@requireAuth(roles: ["site admin"])', '@undecided(was: "@requireAuth(roles: [\\"site admin\\"])")'],
  ])('writes %s as %s', async (before, after) => {
    expect((await migrateSdl('redwood', `type Query { posts: Int ${before} }`)).sdl).toBe(
      `type Query { posts: Int ${after} }`,
    );
  });

  test('changes the SDL in *.sdl.ts modules; check then finds only the fields of other types', async () => {
    const inModule = (posts: string, create: string) => `export const schema = gql\`
  type Post { id: Int! title: String! }
  type Query { posts: [Post!]! ${posts} }
  type Mutation { createPost(title: String!): Post! ${create} }
\`
`;
    const files = { 'posts.sdl.ts': inModule('@skipAuth', '@requireAuth(roles: ["ADMIN"])') };
    const { read, code } = await migrate(files, 'redwood', 'posts.sdl.ts', '--write');
    expect(code).toBe(0);
    expect(read('posts.sdl.ts')).toBe(
      inModule('@public(reason: "Had @skipAuth in Redwood.")', '@auth(roles: [ADMIN])'),
    );
    expect(read('access.graphql')).toContain('enum Role {\n  ADMIN\n}');
  });

  test.each(['Query', 'Mutation', 'Post'])(
    'the definitions of %s in several files, which Redwood merged, become one and its extensions',
    async (type) => {
      const inModule = (definition: string, field: string) =>
        `export const schema = gql\`\n  # Why.\n  ${definition} { ${field}: Int @skipAuth }\n\`\n`;
      const files = {
        'a.sdl.ts': `${inModule(`type ${type}`, 'a')}export const more = gql\`type Query { q: Int @requireAuth }\`;\n`,
        'b.sdl.js': inModule(`type ${type}`, 'b'),
        'c.sdl.ts': inModule(`extend type ${type}`, 'c'),
      };
      const { read } = await migrate(files, 'redwood', ...Object.keys(files), '--write');
      expect(read('a.sdl.ts')).toContain(`  # Why.\n  type ${type} { a: Int @public(`);
      expect(read('b.sdl.js')).toContain(`  # Why.\n  extend type ${type} { b: Int @public(`);
      expect(read('c.sdl.ts')).toContain(`  # Why.\n  extend type ${type} { c: Int @public(`);
      const schema = Object.keys(files).flatMap((file) => read(file).match(/(?<=`)[^`]+(?=`)/g) ?? []);
      const repeated = 'There can be only one type named';
      expect(() =>
        buildASTSchema(parse([read('access.graphql'), ...schema].filter((part) => part.includes('{')).join('\n'))),
      ).not.toThrow(repeated);
    },
  );

  test('another definition of a type that has a description is listed, because an extension has none', async () => {
    const { sdl, notes } = await migrateSdl(
      'redwood',
      'type Query { a: Int @skipAuth } "More." type Query { b: Int @skipAuth }',
    );
    expect(sdl).toContain('"More." type Query {');
    expect(notes).toContainEqual(
      expect.objectContaining({
        coordinate: 'Query',
        message: expect.stringContaining('write `extend type`') as string,
      }),
    );
  });

  test('the definitions have the scalars that Redwood supplied, unless the application defines them', async () => {
    const sdl = 'scalar Date type Query { a(since: [DateTime!]!): JSON @skipAuth b: Date @skipAuth }';
    const { read, output } = await migrate({ 's.graphql': sdl }, 'redwood', 's.graphql', '--write');
    expect(read('access.graphql').match(/^scalar .*$/gm)).toEqual(['scalar DateTime', 'scalar JSON']);
    expect(output).not.toContain('is not defined');
  });

  test('lists each field of a root type that has neither @requireAuth nor @skipAuth', async () => {
    const { sdl, notes } = await migrateSdl('redwood', 'type Query { a: T @skipAuth b: Int } type T { c: Int }');
    expect(sdl).toContain('b: Int }');
    const without = notes.filter(({ message }) => message.includes('it has neither'));
    expect(without.map(({ coordinate }) => coordinate)).toEqual(['Query.b']);
  });

  test('a directive of the application is not to be removed, because it can restrict access', async () => {
    const { sdl, notes } = await migrateSdl('redwood', 'type Query { a: Int @requireAuth @ownerOnly }');
    expect(sdl).toContain('a: Int @auth @ownerOnly');
    const [note] = notes.filter(({ message }) => message.includes('@ownerOnly'));
    expect(note?.message).toContain('if it restricts access, write a rule in its place');
  });

  test('writes what is undecided without escapes into a *.sdl.ts module, where they would be JavaScript', async () => {
    const sdl = 'export const schema = gql`type Query { a: Int @requireAuth(roles: ["site admin"]) }`;\n';
    const { read, check } = await migrate({ 'a.sdl.ts': sdl }, 'redwood', 'a.sdl.ts', '--write');
    expect(read('a.sdl.ts')).toBe(
      `export const schema = gql\`type Query { a: Int @undecided(was: "@requireAuth(roles: ['site admin'])") }\`;\n`,
    );
    expect((await check('a.sdl.ts')).output).toContain('@undecided is not an access directive');
  });

  test.each([
    ['field', '@requireAuth # why\n  @requireAuth(roles: "A"), b: Int @skipAuth\n'],
    ['end of the type', '@requireAuth # why\n  @requireAuth(roles: "A") b: Int @skipAuth '],
  ])('a comment before a directive that is removed swallows no %s after it', async (_, rest) => {
    const { sdl } = await migrateSdl('redwood', `type Query { a: Int ${rest}}`);
    expect(Object.keys(buildASTSchema(parse(sdl), { assumeValidSDL: true }).getQueryType()?.getFields() ?? {})).toEqual(
      ['a', 'b'],
    );
  });

  test('removes a directive on a line of its own with the line', async () => {
    const sdl = 'type Query {\n  a: Int\n    @requireAuth\n    @requireAuth(roles: "A")\n  b: Int @skipAuth\n}\n';
    expect((await migrateSdl('redwood', sdl)).sdl).toBe(
      'type Query {\n  a: Int\n    @auth(roles: [A])\n  b: Int @public(reason: "Had @skipAuth in Redwood.")\n}\n',
    );
  });
});

// covers: CLI-06
describe('migrate --from apollo', () => {
  test.each([
    ['@authenticated', '@auth'],
    ['@requiresScopes(scopes: [["read:a", "b"], ["c"]])', '@auth(scopes: [["read:a", "b"], ["c"]])'],
    ['@authenticated @requiresScopes(scopes: [["a"]])', '@auth(scopes: [["a"]])'],
    ['@policy(policies: [["p"]])', '@undecided(was: "@policy(policies: [[\\"p\\"]])")'],
    ['@authenticated @policy(policies: [["p"]])', '@undecided(was: "@authenticated @policy(policies: [[\\"p\\"]])")'],
    ['@requiresScopes(scopes: [])', '@undecided(was: "@requiresScopes(scopes: [])")'],
    ['@requiresScopes(scopes: [[]])', '@undecided(was: "@requiresScopes(scopes: [[]])")'],
    ['@requiresScopes(scopes: [["a b"]])', '@undecided(was: "@requiresScopes(scopes: [[\\"a b\\"]])")'],
  ])('writes %s as %s', async (before, after) => {
    expect((await migrateSdl('apollo', `type Query { a: Int ${before} }`)).sdl).toBe(`type Query { a: Int ${after} }`);
  });

  test('knows the names that @link gives the directives', async () => {
    const link =
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", { name: "@authenticated", as: "@loggedIn" }])';
    const { sdl } = await migrateSdl(
      'apollo',
      `${link}\ntype Query { a: Int @loggedIn b: Int @federation__authenticated }`,
    );
    expect(sdl).toBe(`${link}\ntype Query { a: Int @auth b: Int @auth }`);
  });

  const LINK = (imports: string) => `extend schema @link(url: "https://specs.apollo.dev/federation/v2.6"${imports})\n`;

  test.each([
    ['a federation link that imports other directives only', ', import: ["@key"]', '@authenticated'],
    ['a federation link without imports', '', '@requiresScopes(scopes: [["a"]])'],
    ['a federation link that renames it', ', import: [{ name: "@authenticated", as: "@user" }]', '@authenticated'],
    ['no link, but an argument that Apollo does not have', null, '@authenticated(role: ["manager"])'],
    [
      'an import, but an argument that Apollo does not have',
      ', import: ["@authenticated"]',
      '@authenticated(if: true)',
    ],
  ])('a directive with the name of a rule of Apollo is undecided with %s', async (_, imports, directive) => {
    const link = imports === null ? '' : LINK(imports);
    const { sdl } = await migrateSdl('apollo', `${link}type Query { a: Int ${directive} }`);
    expect(sdl).toBe(`${link}type Query { a: Int @undecided(was: ${JSON.stringify(directive)}) }`);
  });

  test.each([
    ['imported', LINK(', import: ["@authenticated"]'), 'authenticated'],
    ['with the prefix of the specification', LINK(''), 'federation__authenticated'],
    ['with the prefix that the link sets', LINK(', as: "fed"'), 'fed__authenticated'],
    [
      'of a supergraph',
      'extend schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)\n',
      'authenticated',
    ],
    [
      'of a supergraph that renames the specification',
      'extend schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "user", for: SECURITY)\n',
      'user',
    ],
  ])('carries over a rule of Apollo by its name: %s', async (_, link, name) => {
    expect((await migrateSdl('apollo', `${link}type Query { a: Int @${name} }`)).sdl).toBe(
      `${link}type Query { a: Int @auth }`,
    );
  });

  test.each(['"a"', '["a", "b"]', '[["a"], "b"]'])(
    'scopes that are not lists of lists are undecided, because Apollo ignores those outside an inner list: %s',
    async (scopes) => {
      const directive = `@requiresScopes(scopes: ${scopes})`;
      expect((await migrateSdl('apollo', `type Query { a: Int ${directive} }`)).sdl).toBe(
        `type Query { a: Int @undecided(was: ${JSON.stringify(directive)}) }`,
      );
    },
  );

  test.each([
    ['scalar V', '@authenticated'],
    ['enum V { A }', '@requiresScopes(scopes: [["a"]])'],
    ['extend enum V { B }', '@authenticated'],
  ])('a rule on %s goes to each field that returns it: %s', async (definition, rule) => {
    const written = rule === '@authenticated' ? '@auth' : '@auth(scopes: [["a"]])';
    const [kind = '', values = ''] = definition.split(' {');
    const on = (directive: string) => `${kind}${directive}${values === '' ? '' : ` {${values}`}`;
    const fields = (directive: string, both: string) =>
      `type Query { a: V${directive} b: [V!]!${both} c(v: V): Int } interface I { v: V${directive} } type T implements I { v: V${directive} }`;
    const { sdl, notes } = await migrateSdl(
      'apollo',
      `${on(` ${rule}`)} ${fields('', ' @requiresScopes(scopes: [["b"]])')}`,
    );
    const both = rule === '@authenticated' ? '@auth(scopes: [["b"]])' : '@auth(scopes: [["b", "a"]])';
    expect(sdl).toBe(`${on('')} ${fields(` ${written}`, ` ${both}`)}`);
    expect(notes).toContainEqual(
      expect.objectContaining({ coordinate: 'V', message: expect.stringContaining('is now on the fields') as string }),
    );
  });

  test.each(['scalar', 'enum'])(
    'removes an extension of %s that has a rule only, and keeps its other directives',
    async (kind) => {
      const { sdl } = await migrateSdl(
        'apollo',
        `extend ${kind} V @authenticated\nextend ${kind} V @a @authenticated\ntype T { v: V }`,
      );
      expect(sdl).toBe(`\nextend ${kind} V @a\ntype T { v: V @auth }`);
      expect(() => parse(sdl)).not.toThrow();
    },
  );

  test('writes the rules of a type and its extensions together, because a directive can be there once', async () => {
    const { sdl } = await migrateSdl(
      'apollo',
      'type T @authenticated { a: Int }\nextend type T @requiresScopes(scopes: [["a"]])\nextend type T @requiresScopes(scopes: [["b"]]) { b: Int }\n',
    );
    expect(sdl).toBe('type T @auth(scopes: [["a", "b"]]) { a: Int }\nextend type T { b: Int }\n');
    expect(() => buildASTSchema(parse(`directive @auth(scopes: [[String]]) on OBJECT ${sdl}`))).not.toThrow();
  });

  test('a type is undecided once, with the rules of its extensions, if one of them is not carried over', async () => {
    const { sdl, notes } = await migrateSdl(
      'apollo',
      'type T @authenticated { a: Int }\nextend type T @policy(policies: [["p"]]) { b: Int }\n',
    );
    expect(sdl).toBe(
      'type T @undecided(was: "@authenticated @policy(policies: [[\\"p\\"]])") { a: Int }\nextend type T { b: Int }\n',
    );
    expect(notes.filter(({ kind }) => kind === 'undecided')).toHaveLength(1);
  });

  test('a rule on a scalar or an enum that is not carried over is undecided there, and on fields with a rule', async () => {
    const { sdl } = await migrateSdl(
      'apollo',
      'scalar V @policy(policies: [["p"]]) type T @authenticated { v: V } type Query { v: V @authenticated w: V }',
    );
    const was = '@undecided(was: "@policy(policies: [[\\"p\\"]])")';
    expect(sdl).toBe(
      `scalar V ${was} type T @auth { v: V @undecided(was: "the rule of its type") } type Query { v: V @undecided(was: "@authenticated") w: V }`,
    );
  });

  test('the definitions list the scopes', async () => {
    const files = { 's.graphql': 'type Query { a: Int @requiresScopes(scopes: [["a", "b"], ["c", "a"]]) }' };
    expect((await migrate(files, 'apollo', 's.graphql', '--write')).read('access.graphql')).toContain(
      'extend schema @tokenScopes(names: ["a", "b", "c"])',
    );
  });
});
