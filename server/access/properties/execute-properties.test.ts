import { assert, asyncProperty } from 'fast-check';
import {
  execute,
  type ExecutionResult,
  extendSchema,
  GraphQLEnumType,
  type GraphQLFieldResolver,
  GraphQLScalarType,
  GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  parse,
  validate,
  valueFromASTUntyped,
} from 'graphql';
import { expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import { accessDirectiveSdl } from '../directives.ts';
import { createExecute } from '../execute.ts';
import { ada } from '../test-harness.ts';
import { createIntrospectionSchemas } from '../introspection-schema.ts';
import { Choices, decisions } from './random-choices.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

const RUNS = 400;
const LEAVES = ['Kind', 'Kind!', '[Kind!]', 'Code', 'Code!', '[[Code]]', 'In', '[In!]', 'Int'] as const;

/** The calls of resolvers: response key, arguments and schema. */
type Calls = (readonly [path: string, args: unknown, schema: unknown])[];

/** Returns a random literal of a type. */
function randomValue(choices: Choices, type: string): string {
  if (type.endsWith('!')) return randomValue(choices, type.slice(0, -1));
  if (type.startsWith('['))
    return `[${Array.from({ length: choices.upTo(2) }, () => randomValue(choices, type.slice(1, -1))).join(', ')}]`;
  if (type === 'Kind') return choices.pick(['LOW', 'MID', 'HIGH']);
  if (type === 'Code') return choices.pick(['"x"', '"#f00"', '7']);
  if (type === 'Int') return String(choices.upTo(9));
  return choices.pick(['{}', '{ kind: HIGH }', '{ code: "y", kinds: [LOW, MID] }', '{ in: { code: "z" } }']);
}

const randomDefault = (choices: Choices, type: string) => (choices.oneIn(2) ? ` = ${randomValue(choices, type)}` : '');

/** Builds a schema whose enum values differ from their names, with random defaults. */
function randomSchema(choices: Choices, calls: Calls) {
  const argumentsOf = choices.subset(LEAVES).map((type, index) => ({ name: `a${index}`, type }));
  const declared = argumentsOf.map(({ name, type }) => `${name}: ${type}${randomDefault(choices, type)}`).join(', ');
  const sdl = `
    enum Role { USER ADMIN }
    schema { query: Query mutation: Mutation }
    input In {
      kind: Kind${randomDefault(choices, 'Kind')}
      code: Code${randomDefault(choices, 'Code')}
      kinds: [Kind!]${randomDefault(choices, '[Kind!]')}
      in: In
    }
    interface Node { kind(a: Kind${randomDefault(choices, 'Kind')}): Kind @auth }
    type Query implements Node @auth {
      kind(a: Kind${randomDefault(choices, 'Kind')}): Kind
      count${declared === '' ? '' : `(${declared})`}: Int
      code: Code
      self: Query
      selves: [Query!]
      node: Node
      secret(in: Secret = {}): Int @auth(roles: [ADMIN])
    }
    input Secret { kind: Kind = MID }
    type Mutation @auth { change(kind: Kind = HIGH): Query other: Int }
  `;
  // Internal values that equal other names, or are not strings.
  const values = choices.pick<Readonly<Record<string, unknown>>>([
    { LOW: 'HIGH', MID: 'LOW', HIGH: 'MID' },
    { LOW: 1, MID: 2, HIGH: 3 },
    { LOW: { level: 1 }, MID: { level: 2 }, HIGH: Symbol.for('high') },
    { LOW: 'LOW', MID: '#f00', HIGH: false },
  ]);
  const kind = new GraphQLEnumType({
    name: 'Kind',
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])),
  });
  const code = new GraphQLScalarType({
    name: 'Code',
    serialize: (value) => (Array.isArray(value) ? String((value as unknown[])[1]) : 'never'),
    parseValue: (value) => ['code', value],
    parseLiteral: (node) => ['code', node.kind === Kind.VARIABLE ? null : valueFromASTUntyped(node)],
  });
  // The enum and scalar first: SDL alone would coerce defaults without their internal values.
  const base = new GraphQLSchema({ types: [kind, code], directives: [], assumeValid: true });
  const schema = extendSchema(base, parse(`${accessDirectiveSdl} ${sdl}`), { assumeValidSDL: true });
  const results: Readonly<Record<string, unknown>> = {
    kind: values['MID'],
    code: ['code', 5],
    self: {},
    selves: [{}, Promise.resolve({})],
    node: {},
    change: {},
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = () => 'Query';
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) field.resolve = resolverOf(results[field.name] ?? 1);
  }
  return schema;

  function resolverOf(value: unknown): GraphQLFieldResolver<unknown, unknown> {
    return (_source, args, _context, { path, schema: onSchema }) => {
      calls.push([String(path.key), args, onSchema]);
      return value;
    };
  }
}

/** Introspection fields by response key: equal keys have equal text, so that they can merge. */
const INTROSPECTION: Readonly<Record<string, string>> = {
  __schema: '__schema { queryType { name fields { name args { name defaultValue } } } }',
  all: 'all: __schema { types { name fields { name } inputFields { name defaultValue } possibleTypes { name } enumValues { name } } }',
  __type: '__type(name: "Query") { name kind fields { name type { name } } }',
  hidden: 'hidden: __type(name: "Secret") { name }',
  named: 'named: __type(name: $name) { ...OfType }',
};
const ON_QUERY = [
  'self {*}',
  'selves {*}',
  'more: self {*}',
  'node { ... on Query {*} }',
  '...F',
  '... on Query {*}',
  '... @include(if: $yes) {*}',
  '... @skip(if: $yes) {*}',
];
const LEAVES_ON_QUERY = [
  'kind',
  'low: kind(a: LOW)',
  'count',
  'code',
  'secret',
  'supplied: kind(a: $kind)',
  'sent: secret(in: $secret)',
];
const OTHERS = 'query Other { __typename __schema { queryType { name } } }';

function randomSelection(choices: Choices, depth: number, inFragment: boolean): string {
  const parts = Array.from({ length: 1 + choices.upTo(4) }, () => {
    switch (choices.upTo(3)) {
      case 0:
        return choices.pick(LEAVES_ON_QUERY);
      case 1:
        return choices.pick(Object.values(INTROSPECTION));
      case 2:
        return '__typename';
      default: {
        const wrap = choices.pick(ON_QUERY);
        if (wrap === '...F') return inFragment ? 'code' : wrap;
        return depth > 2 ? 'code' : wrap.replace('*', ` ${randomSelection(choices, depth + 1, inFragment)} `);
      }
    }
  });
  return parts.join(' ');
}

function randomText(choices: Choices): string {
  const variables = '($name: String = "In", $yes: Boolean!, $kind: Kind = HIGH, $secret: Secret = {})';
  const selection = randomSelection(choices, 0, false);
  const operation = choices.oneIn(3)
    ? `mutation It${variables} { change { ${selection} } other }`
    : `query It${variables} { ${selection} }`;
  return `${operation} fragment F on Query { ${randomSelection(choices, 1, true)} } fragment OfType on __Type { name kind } ${OTHERS}`;
}

/** Replaces introspection results by those of another schema. No other field has their response keys. */
function replaceIntrospection(value: unknown, introspectionData: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => replaceIntrospection(item, introspectionData));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key in INTROSPECTION ? introspectionData[key] : replaceIntrospection(inner, introspectionData),
    ]),
  );
}

// covers: ACCESS-06, ENGINE-08
test(
  'introspection in an operation with data changes no argument and no value, and shows the viewer’s schema',
  PROPERTY_TIMEOUT,
  async () => {
    const seen = { introspected: 0, replaced: 0, called: 0 };
    await assert(
      asyncProperty(decisions, decisions, (ofSchema, ofDocument) =>
        compare(new Choices(ofSchema), new Choices(ofDocument)),
      ),
      propertySettings(RUNS),
    );
    expect(Math.min(seen.introspected, seen.replaced, seen.called)).toBeGreaterThan(RUNS / 4);

    async function compare(ofSchema: Choices, choices: Choices): Promise<void> {
      const calls: Calls = [];
      const schema = randomSchema(ofSchema, calls);
      const policy = checkSchema(schema);
      const text = randomText(choices);
      const document = parse(text);
      // Random fields with equal response keys may have different arguments, which is not valid.
      if (validate(schema, document).some(({ message }) => !message.includes('is never used'))) return;
      const viewer = choices.oneIn(3) ? { ...ada, roles: ['ADMIN'] } : ada;
      const name = choices.pick(['Query', 'Secret', 'Kind', 'Nothing']);
      const variableValues = { yes: choices.oneIn(2), ...(choices.oneIn(2) ? { name } : {}) };
      const args = { document, operationName: 'It', variableValues };

      const plain = await execute({ schema, ...args });
      const expectedCalls = calls.splice(0);
      const introspection = parse(
        `query ($name: String = "In") { ${Object.values(INTROSPECTION).join(' ')} } fragment OfType on __Type { name kind }`,
      );
      const viewerSchema = createIntrospectionSchemas(policy)(viewer);
      const introspectionResult = execute({
        schema: viewerSchema,
        document: introspection,
        variableValues,
      }) as ExecutionResult<Record<string, unknown>>;
      expect(introspectionResult.errors).toBeUndefined();

      const result = await createExecute(policy)(args, viewer);
      expect(JSON.stringify(result), text).toBe(
        JSON.stringify({ ...plain, data: replaceIntrospection(plain.data, introspectionResult.data ?? {}) }),
      );
      // Identity first: toEqual would compare the schemas deeply.
      expect(calls.every(([, , onSchema]) => onSchema === schema)).toBe(true);
      expect(
        calls.map(([key, received]) => [key, received]),
        text,
      ).toEqual(expectedCalls.map(([key, received]) => [key, received]));
      if (JSON.stringify(result) !== JSON.stringify(plain)) seen.replaced++;
      if (/__schema|__type\b/.test(text.replace(OTHERS, ''))) seen.introspected++;
      if (calls.length > 0) seen.called++;
    }
  },
);
