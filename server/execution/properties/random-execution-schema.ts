import {
  extendSchema,
  GraphQLEnumType,
  type GraphQLFieldResolver,
  GraphQLScalarType,
  GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  parse,
  valueFromASTUntyped,
} from 'graphql';
import { accessDirectiveSdl, checkSchema, guardSchema } from '../../access/index.ts';
import type { Choices } from '../../access/properties/random-choices.ts';
import { addresses, describeInfo, describeValue, type World } from './execution-trace.ts';
import { resultAt, tracedMethod } from './random-result.ts';

/** A guarded schema with random types, whose resolvers take their values from the present world. */
export interface RandomSchema {
  readonly schema: GraphQLSchema;
  /** Set before each execution. */
  world: World;
  /** Returns a value that a leaf type serializes, or that its `serialize` fails on. */
  leafValue(type: string, choices: Choices): unknown;
}

const LEAVES = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Kind', 'Code'];
/** The types of arguments, with default values. */
export const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  Int: ['3'],
  'String!': ['"preset"'],
  Boolean: ['true', 'null'],
  Kind: ['MID'],
  '[Kind!]': ['[LOW, HIGH]'],
  Code: ['"preset"'],
  In: ['{}', '{ kind: HIGH, list: [1, null] }'],
  '[In!]!': ['[{ code: "x" }]'],
};
const OBJECTS = ['T0', 'T1', 'Owned', 'Mixed'];
const VALUES = { LOW: { level: 1 }, MID: 2, HIGH: 'LOW' };

/** Builds a schema whose types, arguments, resolvers and owners are random. */
export function randomExecutionSchema(choices: Choices, ofResolvers: Choices): RandomSchema {
  const fieldsOf = (owner: string) => {
    const lines = ['userId: ID!', `code: Code${isRoot(owner) ? '' : '!'}`, 'title: String', 'one: T0', 'own: [Owned]'];
    for (let index = 0; index < 3 + choices.upTo(5); index++) {
      const argument = choices.oneIn(3) ? `(${argumentsOf(choices)})` : '';
      const rule = owner === 'Mixed' && choices.oneIn(4) ? ' @owner(field: "userId")' : '';
      // A null that propagates leaves nothing to compare: nullable at the root, seldom non-null below.
      const type = isRoot(owner) ? wrap(choices, named(choices)).replace(/!$/, '') : wrap(choices, named(choices));
      lines.push(`f${index}${argument}: ${type}${rule}`);
    }
    return lines.join('\n');
  };
  const sdl = `
    enum Role { USER ADMIN }
    schema { query: Query mutation: Mutation }
    input In { kind: Kind = MID code: Code list: [Int] in: In }
    interface Node { code: Code! @auth title: String @auth }
    union Any = T0 | T1
    type Query @auth { ${fieldsOf('Query')} }
    type Mutation @auth { ${fieldsOf('Mutation')} }
    type T0 implements Node @auth { ${fieldsOf('T0')} }
    type T1 @auth { ${fieldsOf('T1')} }
    type Owned @owner(field: "userId") { ${fieldsOf('Owned')} }
    type Mixed @auth { ${fieldsOf('Mixed')} }
  `;
  // The enum and scalar first: SDL alone would coerce defaults without their internal values.
  const values = Object.fromEntries(Object.entries(VALUES).map(([name, value]) => [name, { value }]));
  const kind = new GraphQLEnumType({ name: 'Kind', values });
  const onParse = () => void made.world.trace.push('parseLiteral');
  const base = new GraphQLSchema({ types: [kind, codeScalar(onParse)], directives: [], assumeValid: true });
  const schema = extendSchema(base, parse(`${accessDirectiveSdl} ${sdl}`), { assumeValidSDL: true });
  const made: RandomSchema = { schema, world: { seed: 0, oddness: 1, trace: [], rootValue: undefined }, leafValue };
  addResolvers(made, ofResolvers);
  guardSchema<{ viewer: { userId: string } }>(checkSchema(schema), {
    viewerOf: ({ viewer }) => ({ userId: viewer.userId, roles: ['USER'], authTime: 1, emailVerified: true }),
    onBreach: ({ message }) => void made.world.trace.push(`breach ${message}`),
  });
  return made;
}

function named(choices: Choices): string {
  if (choices.oneIn(40)) return choices.pick(['Node', 'Any']);
  return choices.oneIn(2) ? choices.pick(OBJECTS) : choices.pick(LEAVES);
}

function wrap(choices: Choices, type: string): string {
  const written = choices.oneIn(3) ? `[${wrap(choices, type)}]` : type;
  return choices.oneIn(5) ? `${written}!` : written;
}

function argumentsOf(choices: Choices): string {
  return Object.keys(ARGUMENTS)
    .flatMap((type, index) => {
      if (choices.oneIn(2)) return [];
      const preset = choices.oneIn(2) ? ` = ${choices.pick(ARGUMENTS[type] ?? ['null'])}` : '';
      return [`a${index}: ${type}${preset}`];
    })
    .concat('last: Int')
    .join(' ');
}

/** Returns a scalar that can fail to serialize in every way, and parses to a new object each time. */
function codeScalar(onParse: () => void): GraphQLScalarType {
  return new GraphQLScalarType<unknown>({
    name: 'Code',
    serialize(value) {
      switch (value) {
        case 'throw':
          throw new Error('not serializable');
        case 'null':
          return null;
        case 'undefined':
          return undefined;
        case 'promise':
          return Promise.resolve('a promise from serialize');
        case 'rejection':
          return Promise.reject(new Error('a rejection from serialize'));
        case 'object':
          return { of: 'serialize' };
        default:
          return ['code', value];
      }
    },
    parseValue: (value) => ({ value }),
    parseLiteral: (node) => {
      onParse();
      if (node.kind === Kind.ENUM) throw new Error('no enum, please');
      return { literal: valueFromASTUntyped(node) };
    },
  });
}

function leafValue(type: string, choices: Choices): unknown {
  switch (type) {
    case 'Int':
      return choices.pick<unknown>([7, 0, '12', true]);
    case 'Float':
      return choices.pick<unknown>([1.5, 0, '2.5']);
    case 'Boolean':
      return choices.pick<unknown>([true, false, 1]);
    case 'Kind':
      return choices.pick<unknown>(Object.values(VALUES));
    case 'Code':
      return choices.oneIn(9)
        ? choices.pick(['object', 'promise', 'throw', 'null', 'undefined', 'rejection'])
        : choices.pick(['a', 'b', 'object']);
    case 'ID':
      return choices.pick<unknown>(['id', 7]);
    default:
      return choices.pick<unknown>(['text', 'more', '', 5, false]);
  }
}

/** Gives some fields a resolver; the others read properties, also those that other resolvers returned. */
function addResolvers(made: RandomSchema, choices: Choices): void {
  for (const type of Object.values(made.schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = typenameOf;
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    if (choices.oneIn(30))
      type.isTypeOf = (value, _context, info) => {
        made.world.trace.push(`isTypeOf ${describeValue(value)} ${describeInfo(info, made.schema, made.world)}`);
        return typenameOf(value) === type.name;
      };
    for (const field of Object.values(type.getFields()))
      if (isRoot(type.name) || choices.oneIn(3))
        field.resolve = resolverOf(made, `${type.name}.${field.name}`, (address) =>
          resultAt(made.world, made, `${address}.${field.name}`, field.type),
        );
  }
}

function isRoot(type: string): boolean {
  return type === 'Query' || type === 'Mutation';
}

function typenameOf(value: unknown): string {
  return (value as Readonly<Record<string, string | undefined>>)['__typename'] ?? 'None';
}

function resolverOf(
  made: RandomSchema,
  coordinate: string,
  valueAt: (address: string) => unknown,
): GraphQLFieldResolver<unknown, unknown> {
  return (source, args: object, context, info) => {
    const isKnown = (typeof source === 'object' && source !== null) || typeof source === 'function';
    const address = (isKnown ? addresses.get(source) : undefined) ?? typeof source;
    const resolve = tracedMethod(made.world, made, `resolver ${coordinate} of ${describeValue(source)}`, () =>
      valueAt(address),
    );
    return resolve(args, context, info);
  };
}
