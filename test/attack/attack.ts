import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { Choice, Parties } from './choices.ts';
import type { Request } from './model.ts';
import type { Path } from './paths.ts';

/** How a request is written: each factor's first value is its plainest. */
export const SHAPES = {
  alias: ['none', 'plain', 'misleading'],
  wrap: ['none', 'inline', 'untyped', 'named'],
  values: ['literal', 'variable', 'default', 'nested'],
  condition: ['none', 'include', 'kept', 'skipped'],
  companion: [
    'none',
    'public before',
    'own before',
    'own after',
    'foreign before',
    'foreign after',
    'forbidden before',
    'forbidden after',
  ],
} as const;

/** One value of each factor. */
export type Shape = { readonly [Factor in keyof typeof SHAPES]: (typeof SHAPES)[Factor][number] };

/** A request before it is written: where it goes, what it is given, how it is written. */
export interface Attack {
  readonly operation: 'query' | 'mutation';
  readonly path: Path;
  /** The choices for each hop's arguments, by name. */
  readonly given: readonly ReadonlyMap<string, Choice>[];
  readonly shape: Shape;
}

interface Written {
  readonly variables: Map<string, { readonly type: string; readonly value?: unknown; readonly fallback?: string }>;
  readonly fragments: string[];
}

/** Writes a request out. */
export function write({ operation, path, given, shape }: Attack, parties: Parties): Request {
  const written: Written = { variables: new Map(), fragments: [] };
  const main = writeHop(0);
  const roots = [main];
  const beside = companion(shape.companion, operation, parties);
  if (beside) roots[shape.companion.endsWith('before') ? 'unshift' : 'push'](beside);
  const root = wrapped(roots.join(' '), operation === 'query' ? 'Query' : 'Mutation', shape.wrap, written);
  const declared = [...written.variables].map(
    ([name, { type, fallback }]) => `$${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`,
  );
  const head = `${operation} Attack${declared.length > 0 ? `(${declared.join(', ')})` : ''}`;
  const sent = [...written.variables].filter(([, { value }]) => value !== undefined);
  return {
    query: [`${head} { ${root} }`, ...written.fragments].join('\n'),
    variables: Object.fromEntries(sent.map(([name, { value }]) => [name, value])),
  };

  function writeHop(index: number): string {
    const hop = path[index];
    if (hop === undefined) return '';
    const { field } = hop;
    const args = field.args.flatMap((argument) => {
      const value = given[index]?.get(argument.name)?.value(parties);
      return value === undefined ? [] : [`${argument.name}: ${writeValue(argument, value, shape.values, written)}`];
    });
    const inner = writeHop(index + 1);
    const type = getNamedType(field.type).name;
    return [
      alias(shape.alias, index, path.length),
      field.name,
      args.length > 0 ? `(${args.join(', ')})` : '',
      index === 0 ? condition(shape.condition, written) : '',
      inner && ` { ${wrapped(inner, type, shape.wrap, written)} }`,
    ].join('');
  }
}

function alias(kind: Shape['alias'], index: number, depth: number): string {
  if (kind === 'none') return '';
  if (kind === 'plain') return `a${index}: `;
  // Names that mean something elsewhere: nobody may judge a field by what its caller calls it.
  return index === depth - 1 ? 'userId: ' : (['status: ', 'nodes: ', 'viewer: ', 'id: '][index % 4] as string);
}

function condition(kind: Shape['condition'], { variables }: Written): string {
  if (kind === 'none') return '';
  if (kind === 'include') return ' @include(if: true)';
  variables.set('without', { type: 'Boolean!', value: kind === 'skipped' });
  return ' @skip(if: $without)';
}

function wrapped(selection: string, type: string, kind: Shape['wrap'], { fragments }: Written): string {
  switch (kind) {
    case 'none':
      return selection;
    case 'inline':
      return `... on ${type} { ${selection} }`;
    case 'untyped':
      return `... { ${selection} }`;
    case 'named': {
      const name = `F${fragments.length}`;
      fragments.push(`fragment ${name} on ${type} { ${selection} }`);
      return `...${name}`;
    }
  }
}

function writeValue(argument: GraphQLArgument, value: unknown, how: Shape['values'], written: Written): string {
  const { variables } = written;
  const name = `v${variables.size}`;
  const type = getNullableType(argument.type);
  if (how === 'literal') return literal(value, type);
  if (how === 'nested' && isInputObjectType(type) && isRecord(value)) {
    const fields = type.getFields();
    const parts = Object.entries(value).map(([key, part], index) => {
      const field = fields[key];
      if (field === undefined) return `${key}: ${literal(part, type)}`;
      variables.set(`${name}_${index}`, { type: String(field.type), value: part });
      return `${key}: $${name}_${index}`;
    });
    return `{ ${parts.join(', ')} }`;
  }
  const isDefault = how === 'default';
  variables.set(name, {
    type: String(argument.type),
    ...(isDefault ? { fallback: literal(value, type) } : { value }),
  });
  return `$${name}`;
}

/** A value as GraphQL writes it, also where it is none of its type. */
function literal(value: unknown, type: GraphQLInputType): string {
  const nullable = getNullableType(type);
  if (Array.isArray(value)) {
    const item = isListType(nullable) ? nullable.ofType : nullable;
    return `[${value.map((part) => literal(part, item)).join(', ')}]`;
  }
  if (isRecord(value)) {
    const fields = isInputObjectType(nullable) ? nullable.getFields() : {};
    const parts = Object.entries(value).map(([key, part]) => `${key}: ${literal(part, fields[key]?.type ?? nullable)}`);
    return `{ ${parts.join(', ')} }`;
  }
  return isEnumType(nullable) && typeof value === 'string' ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A second field at the root, of the viewer's or of somebody else's: two owners in one document, in both orders. Beside
 * a mutation it is one too: what becomes of one becomes of both.
 */
function companion(kind: Shape['companion'], operation: Attack['operation'], { own, other }: Parties): string | null {
  const isQuery = operation === 'query';
  switch (kind) {
    case 'none':
      return null;
    case 'public before':
      return isQuery ? 'beside: status { ok }' : 'beside: __typename';
    case 'own before':
    case 'own after':
      return isQuery ? read(own.tasks[1]?.id) : change(own.tasks[1]?.id);
    case 'foreign before':
    case 'foreign after':
      return isQuery ? read(other.tasks[0]?.id) : change(other.tasks[0]?.id);
    case 'forbidden before':
    case 'forbidden after':
      return isQuery
        ? `beside: user(id: "${other.id}") { email }`
        : `beside: createTask(input: { title: "given away", userId: "${other.id}" }) { id }`;
  }
}

function read(id: string | undefined): string {
  return `beside: task(id: "${id}") { id title }`;
}

function change(id: string | undefined): string {
  return `beside: updateTask(id: "${id}", input: { title: "changed" }) { id title }`;
}
