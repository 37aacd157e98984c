import {
  buildSchema,
  execute,
  GraphQLEnumType,
  type GraphQLInputObjectType,
  GraphQLInt,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  getIntrospectionQuery,
  isAbstractType,
  isEnumType,
  isScalarType,
  lexicographicSortSchema,
  parse,
  printSchema,
  validateSchema,
  versionInfo,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import { guardSchema } from './guard.ts';
import { ada, createTestPolicy } from './test-harness.ts';
import { createIntrospectionSchemas } from './introspection-schema.ts';
import type { AccessViewer } from './access-viewer.ts';

const policy = createTestPolicy(`
  type Query {
    "Whether it is up."
    open: Status! @public(reason: "For everyone.")
    own(userId: ID @owner, filter: Filter): Thing @auth
    audit(kind: Kind): [Entry!]! @auth(roles: [ADMIN])
    node: Node @auth
    any: Any @auth
    vault: [Secret!] @auth
    locked: Locked @auth
    fresh: Int @auth(maxAge: 300, emailVerified: true)
  }
  type Mutation @auth { wipe: Int @auth(roles: [AUDITOR, ADMIN]) keep: Int }
  interface Node { id: ID! @auth name: String @auth }
  type Status @public(reason: "For everyone.") { ok: Boolean! }
  "Something kept."
  type Thing implements Node @owner(field: "id", orRoles: [ADMIN]) { "Its id." id: ID! name: String }
  type Entry implements Node @auth { id: ID! name: String @auth(roles: [ADMIN]) kind: Kind }
  type Lone implements Node @auth { id: ID! name: String lonely: Int }
  union Any = Thing | Secret
  union Locked = Secret
  type Secret @auth(roles: [ADMIN]) { code: Int }
  enum Kind { A B }
  input Filter { note: String by: ID @owner }
`);
const schemaFor = createIntrospectionSchemas(policy);
const admin: AccessViewer = { ...ada, roles: ['USER', 'ADMIN'] };

const KIND = new GraphQLEnumType({ name: 'Kind', values: { RED: { value: '#f00' } } });

/** Returns the names of the fields of Query. */
const EVERYTHING = ['open', 'own', 'audit', 'node', 'any', 'vault', 'locked', 'fresh'];

const fieldsOf = (schema: GraphQLSchema, type: string) =>
  Object.keys((schema.getType(type) as GraphQLObjectType | undefined)?.getFields() ?? {});

describe('createIntrospectionSchemas', () => {
  test('shows without a token only public fields and the types that they reference', () => {
    const shown = schemaFor(null);
    expect(fieldsOf(shown, 'Query')).toEqual(['open']);
    for (const hidden of ['Mutation', 'Thing', 'Entry', 'Secret', 'Any', 'Node', 'Kind', 'Filter', 'Role'])
      expect(shown.getType(hidden), hidden).toBeUndefined();
  });

  test('shows a signed-in viewer every field that requires no role', () => {
    const shown = schemaFor(ada);
    expect(fieldsOf(shown, 'Query')).toEqual(['open', 'own', 'node', 'any', 'fresh']);
    expect(fieldsOf(shown, 'Mutation')).toEqual(['keep']);
    expect(printSchema(shown)).toContain('union Any = Thing\n');
    expect(shown.getType('Secret')).toBeUndefined();
  });

  test('shows a viewer with the role the role’s fields too', () => {
    expect(fieldsOf(schemaFor(admin), 'Query')).toEqual(EVERYTHING);
    expect(fieldsOf(schemaFor(admin), 'Entry')).toEqual(['id', 'name', 'kind']);
    expect(fieldsOf(schemaFor({ ...ada, roles: ['AUDITOR'] }), 'Mutation')).toEqual(['wipe', 'keep']);
  });

  test('shows a field of an interface only to those who may use it on every implementing type', () => {
    expect(fieldsOf(schemaFor(ada), 'Node')).toEqual(['id']);
    expect(fieldsOf(schemaFor(admin), 'Node')).toEqual(['id', 'name']);
  });

  test('shows a type reachable only as a member of its interface', () => {
    expect(fieldsOf(schemaFor(ada), 'Lone')).toEqual(['id', 'name', 'lonely']);
  });

  test('hides a field whose type has no visible fields', () => {
    expect(fieldsOf(schemaFor(ada), 'Query')).not.toContain('vault');
    expect(fieldsOf(schemaFor(ada), 'Query')).not.toContain('locked');
    expect(schemaFor(ada).getType('Locked')).toBeUndefined();
  });

  test('shows fields that require a newer sign-in or a verified address', () => {
    expect(fieldsOf(schemaFor({ ...ada, authTime: 0, emailVerified: false }), 'Query')).toContain('fresh');
  });

  test('returns a valid schema for every audience', () => {
    for (const viewer of [null, ada, admin]) expect(validateSchema(schemaFor(viewer))).toEqual([]);
  });

  test('returns the same schema for roles that no rule names', () => {
    const shown = schemaFor({ ...ada, roles: ['USER', 'made', 'up'] });
    expect(shown).toBe(schemaFor(ada));
    expect(shown).not.toBe(schemaFor(admin));
  });
});

describe('createIntrospectionSchemas distinguishes sets of roles with ambiguous names', () => {
  const ROLES = ['A', 'B', 'AB', 'A_B', 'anonymous', 'none'];
  const sdl = `
    ${accessDirectiveSdl}
    enum Role { ${ROLES.join(' ')} }
    type Query { open: Int @public(reason: "For everyone.") ${ROLES.map((role) => `f${role}: Int @auth(roles: [${role}])`).join(' ')} }
  `;
  const named = checkSchema(buildSchema(sdl));
  const sets = Array.from({ length: 2 ** ROLES.length }, (_, bits) => ROLES.filter((_role, bit) => bits & (1 << bit)));
  const audiences = [null, ...sets];

  test.each([
    ['in this order', audiences],
    ['in reverse order', audiences.toReversed()],
  ])('distinguishes sets of roles with ambiguous names, requested %s', (_, order) => {
    const ask = createIntrospectionSchemas(named);
    for (const roles of order)
      expect(fieldsOf(ask(roles && { ...ada, roles }), 'Query')).toEqual([
        'open',
        ...(roles ?? []).map((role) => `f${role}`),
      ]);
  });
});

describe('descriptions in an introspection schema', () => {
  const described = (viewer: AccessViewer | null, type: string, field: string) =>
    (schemaFor(viewer).getType(type) as GraphQLObjectType).getFields()[field];

  test('the description of a field ends with the requirements', () => {
    expect(described(admin, 'Query', 'audit')?.description).toBe('Access: signed in; role ADMIN.');
    expect(described(admin, 'Mutation', 'wipe')?.description).toBe('Access: signed in; role AUDITOR or ADMIN.');
    expect(described(ada, 'Thing', 'id')?.description).toBe(
      'Its id.\n\nAccess: signed in; only the owner, or role ADMIN.',
    );
    expect(described(ada, 'Query', 'fresh')?.description).toBe(
      'Access: signed in; verified e-mail address; signed in within the last 300 seconds.',
    );
  });
  test('the descriptions of arguments and input fields end with the requirements', () => {
    const [userId] = described(ada, 'Query', 'own')?.args ?? [];
    expect(userId?.description).toBe("Access: signed in; the caller's own id.");
    expect(printSchema(schemaFor(ada))).toContain("Access: signed in; the caller's own id.");
  });
  test('the descriptions of public fields are unchanged', () => {
    expect(described(null, 'Query', 'open')?.description).toBe('Whether it is up.');
  });
});

describe('an introspection query', () => {
  test('an introspection query is allowed', async () => {
    const result = await execute({ schema: schemaFor(ada), document: parse(getIntrospectionQuery()) });
    expect(result.errors).toBeUndefined();
    expect(JSON.stringify(result.data)).not.toMatch(/audit|Secret|wipe/);
  });
  test.each([
    [
      'with other names',
      'schema { query: Root mutation: Changes } type Root @auth { a: Int } type Changes @auth { b: Int }',
    ],
    [
      'with other types named like root types',
      'schema { query: Query } type Query @auth { a: Int m: Mutation } type Mutation @auth { b: Int }',
    ],
  ])('an introspection query shows the root types %s', (_, sdl) => {
    const rootPolicy = createTestPolicy(sdl);
    const rootsOf = (schema: GraphQLSchema) =>
      [schema.getQueryType(), schema.getMutationType()].map((type) => type?.name);
    expect(rootsOf(createIntrospectionSchemas(rootPolicy)(ada))).toEqual(rootsOf(rootPolicy.schema));
    expect(rootsOf(createIntrospectionSchemas(rootPolicy)(null))).toEqual([
      rootPolicy.schema.getQueryType()?.name,
      undefined,
    ]);
  });
});

describe('an introspection schema', () => {
  test('the introspection schema keeps descriptions, deprecations, default values and oneOf', () => {
    const sdl = (open: string) => `
      "The root." type Query implements Node ${open} {
        "A field." a("An argument." one: One, kind: Kind! = OLD, old: Int @deprecated(reason: "Gone.")): [T!]! @deprecated(reason: "Use it not.")
        id: ID! any: Any
      }
      "A node." interface Node { id: ID! }
      "A type." type T implements Node & Leaf ${open} { id: ID! leaf: Kind }
      interface Leaf implements Node { id: ID! leaf: Kind }
      "Either." union Any = T | Query
      "Kinds." enum Kind { "Old." OLD @deprecated(reason: "New.") NEW }
      "One of them." input One @oneOf { a: Int b: [Deep!] }
      input Deep { on: Day = "monday" off: Int @deprecated(reason: "Gone.") }
      "A day." scalar Day @specifiedBy(url: "https://example.org/day")
    `;
    const shown = createIntrospectionSchemas(createTestPolicy(sdl('@public(reason: "x")')))(null);
    expect(printSchema(lexicographicSortSchema(shown))).toBe(
      printSchema(lexicographicSortSchema(buildSchema(sdl('')))),
    );
  });

  test('the introspection schema shows the default values of SDL, whatever their internal values', () => {
    const coded = new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { next: { type: GraphQLInt, args: { kind: { type: KIND, defaultValue: '#f00' } } } },
      }),
    });
    const policyOfCoded = { ...policy, schema: coded, requirement: () => [], ownerRuleOn: () => null };
    expect(printSchema(createIntrospectionSchemas(policyOfCoded)(ada))).toContain('next(kind: Kind = RED): Int');
  });

  test('the introspection schema can be built if a default value cannot be printed', async () => {
    const odd = createTestPolicy('type Query @auth { next(options: Json = { a: 1 }): Int } scalar Json');
    const schema = createIntrospectionSchemas(odd)(ada);
    const text = '{ __schema { queryType { fields { name args { name defaultValue } } } } }';
    const { data, errors } = await execute({ schema, document: parse(text) });
    // 17 prints a default as it is written in SDL; 16 prints its value, which it cannot for an object of a scalar.
    const [paths, defaultValue] = versionInfo.major === 17 ? [undefined, '{ a: 1 }'] : [['defaultValue'], null];
    expect(errors?.map(({ path }) => path?.at(-1))).toEqual(paths);
    expect(data).toMatchObject({
      __schema: { queryType: { fields: [{ name: 'next', args: [{ name: 'options', defaultValue }] }] } },
    });
  });

  test('the introspection schema executes the resolvers of the policy’s schema', async () => {
    const own = createTestPolicy('type Query @auth { open: Status } type Status @auth { ok: Boolean! }');
    const query = own.schema.getQueryType()?.getFields()['open'];
    if (query) query.resolve = () => ({ ok: true });
    const document = parse('{ __type(name: "Secret") { name } open { ok } }');
    const { data } = await execute({ schema: createIntrospectionSchemas(own)(ada), document });
    expect(data).toEqual({ __type: null, open: { ok: true } });
  });

  test('the introspection schema is guarded like the policy’s schema, even if the guard is installed later', async () => {
    const guarded = createTestPolicy(`
      type Query @auth { thing: Thing any: Any } type Thing @owner(field: "id") { id: ID! } union Any = Thing`);
    const shown = createIntrospectionSchemas(guarded)(ada);
    const breaches: string[] = [];
    guardSchema<AccessViewer>(guarded, {
      viewerOf: (context) => context,
      onBreach: ({ coordinate }) => void breaches.push(coordinate),
    });
    const document = parse('{ __schema { queryType { name } } thing { id } any { ... on Thing { id } } }');
    const foreign = { __typename: 'Thing', id: 'SECRET' };
    const rootValue = { thing: foreign, any: foreign };
    const { data } = await execute({ schema: shown, document, rootValue, contextValue: ada });
    expect(data).toMatchObject({ thing: null, any: null });
    expect(breaches).toEqual(['Query.thing', 'Query.any']);
  });

  test('the introspection schema parses and serializes enum values like the policy’s schema', async () => {
    const coded = createTestPolicy('type Query @auth { next(kind: Kind): Kind } enum Kind { LOW HIGH }');
    const kind = coded.schema.getType('Kind');
    if (!isEnumType(kind)) throw new Error('The test has no enum.');
    const parseValue = (name: string) => name.toLowerCase();
    const serialize = (value: string) => value.toUpperCase();
    const parseLiteral = ({ value }: { value: string }) => value.toLowerCase();
    Object.assign(kind, { parseValue, serialize, parseLiteral });
    // The names of 17.
    Object.assign(kind, {
      coerceInputValue: parseValue,
      coerceOutputValue: serialize,
      coerceInputLiteral: parseLiteral,
    });
    const query = coded.schema.getQueryType()?.getFields()['next'];
    if (query) query.resolve = (_source, { kind: input }) => (input === 'low' ? 'high' : 'unread');
    const text = 'query ($kind: Kind) { __schema { queryType { name } } a: next(kind: LOW) b: next(kind: $kind) }';
    const schema = createIntrospectionSchemas(coded)(ada);
    const { data } = await execute({ schema, document: parse(text), variableValues: { kind: 'LOW' } });
    expect(data).toMatchObject({ a: 'HIGH', b: 'HIGH' });
  });

  test('the introspection schema parses and serializes scalars like the policy’s schema', async () => {
    const own = createTestPolicy('type Query @auth { next(day: Day): Day } scalar Day');
    const day = own.schema.getType('Day');
    if (!isScalarType(day)) throw new Error('The test has no scalar.');
    const { serialize, parseValue, parseLiteral } = new GraphQLScalarType({
      name: 'Day',
      serialize: (value) => `day ${String(value)}`,
      parseValue: (value) => Number(String(value).slice(4)),
      parseLiteral: (node) => (node.kind === 'StringValue' ? Number(node.value.slice(4)) : null),
    });
    Object.assign(day, { serialize, parseValue, parseLiteral });
    // The names of 17.
    Object.assign(day, {
      coerceInputValue: parseValue,
      coerceOutputValue: serialize,
      coerceInputLiteral: parseLiteral,
    });
    const query = own.schema.getQueryType()?.getFields()['next'];
    if (query) query.resolve = (_source, { day: input }) => Number(input) + 1;
    const text = 'query ($day: Day) { __typename a: next(day: "day 1") b: next(day: $day) }';
    const schema = createIntrospectionSchemas(own)(ada);
    const { data } = await execute({ schema, document: parse(text), variableValues: { day: 'day 7' } });
    expect(data).toMatchObject({ a: 'day 2', b: 'day 8' });
  });

  test('the introspection schema resolves abstract types like the policy’s schema', async () => {
    const own = createTestPolicy(`
      type Query @auth { node: Node any: Any } interface Node { id: ID! @auth }
      type Lone implements Node @auth { id: ID! } type Thing @auth { id: ID! } union Any = Thing | Lone
    `);
    const node = own.schema.getType('Node');
    if (isAbstractType(node)) node.resolveType = ({ sort }: Readonly<Record<string, string>>) => sort;
    const document = parse('{ __schema { queryType { name } } node { __typename id } any { ... on Thing { id } } }');
    const rootValue = { node: { sort: 'Lone', id: 1 }, any: { __typename: 'Thing', id: 2 } };
    const { data, errors } = await execute({ schema: createIntrospectionSchemas(own)(ada), document, rootValue });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ node: { __typename: 'Lone', id: '1' }, any: { id: '2' } });
  });
});

// covers: RULES-01
describe('introspection of fields with scopes', () => {
  const scoped = createTestPolicy(`
    extend schema @tokenScopes(names: ["a", "b", "c"])
    type Query { ab: Int @auth(scopes: [["a", "b"]]) c: Int @auth(scopes: [["c"], ["a"]]) d: Int @auth }
  `);
  const forScopes = createIntrospectionSchemas(scoped);
  test.each<[readonly string[], readonly string[]]>([
    [[], ['d']],
    [['a'], ['c', 'd']],
    [['b'], ['d']],
    [
      ['a', 'b'],
      ['ab', 'c', 'd'],
    ],
    [
      ['c', 'made up'],
      ['c', 'd'],
    ],
  ])('introspection shows a token with the scopes %j the fields %j', (scopes, fields) => {
    expect(fieldsOf(forScopes({ ...ada, scopes }), 'Query')).toEqual(fields);
  });

  test('the description of a field names its scopes', () => {
    const query = forScopes({ ...ada, scopes: ['a', 'b'] }).getQueryType();
    expect(query?.getFields()['ab']?.description).toBe('Access: signed in; scopes a and b.');
    expect(query?.getFields()['c']?.description).toBe('Access: signed in; scope c, or scope a.');
  });

  test('keeps the 256 schemas that were used last, and builds others again', () => {
    const names = Array.from({ length: 9 }, (_, index) => `s${index}`);
    const many = createTestPolicy(
      `extend schema @tokenScopes(names: ${JSON.stringify(names)}) type Query { ${names.map((name) => `${name}: Int @auth(scopes: [["${name}"]])`).join(' ')} }`,
    );
    const schemasOf = createIntrospectionSchemas(many);
    const viewerOf = (bits: number) => ({ ...ada, scopes: names.filter((_, index) => bits & (1 << index)) });
    const [unused, used] = [schemasOf(viewerOf(0)), schemasOf(viewerOf(1))];
    for (let bits = 2; bits <= 257; bits++) {
      schemasOf(viewerOf(bits));
      expect(schemasOf(viewerOf(1))).toBe(used);
    }
    expect(schemasOf(viewerOf(0))).not.toBe(unused);
    expect(fieldsOf(schemasOf(viewerOf(5)), 'Query')).toEqual(['s0', 's2']);
  });
});

// covers: RULES-02
describe('introspection of input fields with @auth', () => {
  const writes = createTestPolicy(`
    type Query @auth { find(filter: Filter): Int open(filter: Filter): Int }
    input Filter { text: String "Of everyone." all: Boolean @auth(roles: [ADMIN]) deep: Deep @auth(maxAge: 5) only: Only @auth(roles: [ADMIN]) }
    input Deep { text: String }
    input Only { text: String }
  `);
  const forViewer = createIntrospectionSchemas(writes);

  test('an input field is hidden from viewers without its roles, with types that only it references', () => {
    expect(fieldsOf(forViewer(ada), 'Filter')).toEqual(['text', 'deep']);
    expect(forViewer(ada).getType('Only')).toBeUndefined();
    expect(validateSchema(forViewer(ada))).toEqual([]);
    expect(fieldsOf(forViewer(admin), 'Filter')).toEqual(['text', 'all', 'deep', 'only']);
    expect(forViewer(admin).getType('Only')).toBeDefined();
  });

  test('the description of an input field names what a value requires', () => {
    const filter = forViewer(admin).getType('Filter') as GraphQLInputObjectType;
    expect(filter.getFields()['all']?.description).toBe('Of everyone.\n\nAccess: signed in; role ADMIN.');
    expect(filter.getFields()['text']?.description).toBeUndefined();
  });
});
