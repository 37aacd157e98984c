import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Choices } from '../../access/properties/random-choices.ts';
import { ARGUMENTS } from './random-execution-schema.ts';

/** The variables of every document: one of each argument type, and two conditions. */
const VARIABLES = [
  ...Object.keys(ARGUMENTS).map((type, index) => ({ name: `v${index}`, type, preset: '' })),
  { name: 'yes', type: 'Boolean!', preset: '' },
  { name: 'no', type: 'Boolean!', preset: ' = false' },
  { name: 'maybe', type: 'Boolean', preset: ' = true' },
];

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  Int: [1, 5, null, 'no number'],
  'String!': ['sent', '', 5],
  Boolean: [true, false, null],
  Kind: ['HIGH', 'LOW', null, 'NONE'],
  '[Kind!]': [['HIGH'], 'MID', null, [null]],
  Code: ['sent', { nested: [1] }, null],
  In: [{}, { kind: 'HIGH', list: [1, null], in: { code: 'deep' } }, null, { unknown: 1 }],
  '[In!]!': [[{}], { code: 'single' }, []],
  'Boolean!': [true, false],
};

const LITERALS: Readonly<Record<string, readonly string[]>> = {
  Int: ['4', 'null', '"wrong"', '99999999999'],
  'String!': ['"literal"', '""', 'null'],
  Boolean: ['false', 'null'],
  Kind: ['HIGH', 'LOW', 'null', '"HIGH"'],
  '[Kind!]': ['[HIGH, MID]', 'LOW', '[]'],
  Code: ['"literal"', '7', '{ a: [1] }', 'AN_ENUM'],
  In: ['{}', '{ kind: HIGH, in: { list: [2] } }', '{ code: $v5, list: [$v0] }', '{ unknown: 1 }'],
  '[In!]!': ['[{}]', '{ code: "single" }', '[]'],
};

/** Aliases that could be taken for a promise, or for properties of every object. */
const ODD_ALIASES = ['then: ', '__proto__: ', 'constructor: '];
const FRAGMENT_TYPES = ['Query', 'T0', 'T1', 'Owned', 'Mixed', 'Node', 'Mutation'];

/** A document with several operations, of which `name` is executed. Most documents are valid; graphql-js executes all. */
export function randomRequestText(choices: Choices, schema: GraphQLSchema): { text: string; name: string | undefined } {
  const isMutation = choices.oneIn(4);
  const declared = VARIABLES.map(({ name, type, preset }) => `$${name}: ${type}${preset}`).join(' ');
  const root = schema.getType(isMutation ? 'Mutation' : 'Query');
  const operation = `${isMutation ? 'mutation' : 'query'} It(${declared}) ${selectionOf(choices, schema, root, 0, 0)}`;
  const fragments = FRAGMENT_TYPES.slice(0, 1 + choices.upTo(FRAGMENT_TYPES.length - 1)).map(
    (type, index) =>
      `fragment F${index} on ${type} ${selectionOf(choices, schema, schema.getType(type), 1, index + 1)}`,
  );
  const others = choices.oneIn(3) ? 'query Other { __typename }' : '';
  const name = choices.oneIn(30) ? ['Unknown', '', undefined][choices.upTo(2)] : 'It';
  return { text: [operation, ...fragments, others].join('\n'), name };
}

/** Returns values for the variables: most valid, some absent. */
export function randomVariables(choices: Choices): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, type, preset } of VARIABLES) {
    const [first, second, ...others] = VALUES[type] ?? [null];
    const isNeeded = type.endsWith('!') && preset === '';
    if (!isNeeded && choices.oneIn(3)) continue;
    values[name] = others.length > 0 && choices.oneIn(100) ? choices.pick(others) : choices.oneIn(2) ? second : first;
  }
  return values;
}

/** @param fragment the first fragment that may be spread: a fragment spreads only later ones */
function selectionOf(
  choices: Choices,
  schema: GraphQLSchema,
  type: GraphQLNamedType | undefined,
  depth: number,
  fragment: number,
): string {
  const inner = (of: GraphQLNamedType | undefined, spread = fragment) =>
    depth > 3 ? '{ __typename }' : selectionOf(choices, schema, of, depth + 1, spread);
  const fields: GraphQLField<unknown, unknown>[] =
    isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const objects = fields.filter((field) => isObjectType(getNamedType(field.type)));
  const parts = Array.from({ length: 1 + choices.upTo(4) }, () => {
    const kind = choices.upTo(11);
    const directives = directivesOf(choices);
    if (kind < 7 && fields.length > 0) {
      const field = choices.pick(kind < 3 && objects.length > 0 ? objects : fields);
      const named = getNamedType(field.type);
      const below = isCompositeType(named) ? inner(named) : '';
      return `${fieldText(choices, field)}${directives} ${below}`;
    }
    if (kind === 7) return `...${directives} ${inner(type)}`;
    if (kind === 8) return `... on ${type?.name ?? 'Query'}${directives} ${inner(type)}`;
    if (kind === 9) {
      const other = choices.pick(FRAGMENT_TYPES);
      return `... on ${other}${directives} ${inner(schema.getType(other))}`;
    }
    if (kind === 10 && fragment < FRAGMENT_TYPES.length)
      return `...F${fragment + choices.upTo(FRAGMENT_TYPES.length - 1 - fragment)}${directives}`;
    return choices.oneIn(150)
      ? choices.pick(['unknown', '__schema { queryType { name } }'])
      : `__typename${directives}`;
  });
  return `{ ${parts.join(' ')} }`;
}

/** Equal aliases of a field have equal arguments, so that they merge; not always: graphql-js then takes the first. */
function fieldText(choices: Choices, field: GraphQLField<unknown, unknown>): string {
  const variant = choices.upTo(2);
  const alias = choices.oneIn(12) ? choices.pick(ODD_ALIASES) : variant > 0 ? `${field.name}_${variant}: ` : '';
  const values = field.args.flatMap(({ name, type }, index) => {
    const written = String(type);
    const literals = LITERALS[written] ?? ['null'];
    const decision = (variant + index + (choices.oneIn(20) ? 1 : 0)) % 5;
    if (decision < 2 && (!written.endsWith('!') || choices.oneIn(20))) return [];
    const variable = VARIABLES.find((candidate) => candidate.type === written)?.name ?? 'v0';
    const literal = (choices.oneIn(25) ? choices.pick(literals) : literals[variant % 2]) ?? 'null';
    return [`${name}: ${decision < 3 ? `$${variable}` : literal}`];
  });
  return `${alias}${field.name}${values.length > 0 ? `(${values.join(' ')})` : ''}`;
}

function directivesOf(choices: Choices): string {
  if (!choices.oneIn(6)) return '';
  const skip = `@skip(if: ${choices.pick(['$no', '$yes', 'false', 'true'])})`;
  const include = `@include(if: ${choices.pick(['$yes', '$no', 'true', 'false'])})`;
  const odd = choices.oneIn(60)
    ? choices.pick(['@skip(if: $maybe)', '@include', '@skip(if: 7)', '@tag', '@skip(if: $unknown)'])
    : null;
  return ` ${odd ?? choices.pick([skip, include, `${skip} ${include}`])}`;
}
