import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { Choice, Parties } from './argument-choices.ts';
import type { Request } from './reference-model.ts';
import type { Path } from './schema-paths.ts';

/** How a request is written: the first value of each factor is the simplest. */
export const STYLE_FACTORS = {
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
export type RequestStyle = { readonly [Factor in keyof typeof STYLE_FACTORS]: (typeof STYLE_FACTORS)[Factor][number] };

/** A planned request: its path, its arguments and how it is written. */
export interface AttackRequest {
  readonly operation: 'query' | 'mutation';
  readonly path: Path;
  /** The choice for each argument, by hop and name. */
  readonly argumentChoices: readonly ReadonlyMap<string, Choice>[];
  readonly style: RequestStyle;
}

interface DocumentParts {
  readonly variables: Map<string, { readonly type: string; readonly value?: unknown; readonly fallback?: string }>;
  readonly fragments: string[];
}

/** Returns the request of a plan. */
export function writeRequest({ operation, path, argumentChoices, style }: AttackRequest, parties: Parties): Request {
  const documentParts: DocumentParts = { variables: new Map(), fragments: [] };
  const main = writeHop(0);
  const roots = [main];
  const companionField = companion(style.companion, operation, parties);
  if (companionField) roots[style.companion.endsWith('before') ? 'unshift' : 'push'](companionField);
  const root = wrapSelection(roots.join(' '), operation === 'query' ? 'Query' : 'Mutation', style.wrap, documentParts);
  const declared = [...documentParts.variables].map(
    ([name, { type, fallback }]) => `$${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`,
  );
  const head = `${operation} Attack${declared.length > 0 ? `(${declared.join(', ')})` : ''}`;
  const sent = [...documentParts.variables].filter(([, { value }]) => value !== undefined);
  return {
    query: [`${head} { ${root} }`, ...documentParts.fragments].join('\n'),
    variables: Object.fromEntries(sent.map(([name, { value }]) => [name, value])),
  };

  function writeHop(index: number): string {
    const hop = path[index];
    if (hop === undefined) return '';
    const { field } = hop;
    const args = field.args.flatMap((argument) => {
      const value = argumentChoices[index]?.get(argument.name)?.value(parties);
      return value === undefined
        ? []
        : [`${argument.name}: ${writeValue(argument, value, style.values, documentParts)}`];
    });
    const inner = writeHop(index + 1);
    const type = getNamedType(field.type).name;
    return [
      alias(style.alias, index, path.length),
      field.name,
      args.length > 0 ? `(${args.join(', ')})` : '',
      index === 0 ? condition(style.condition, documentParts) : '',
      inner && ` { ${wrapSelection(inner, type, style.wrap, documentParts)} }`,
    ].join('');
  }
}

function alias(kind: RequestStyle['alias'], index: number, depth: number): string {
  if (kind === 'none') return '';
  if (kind === 'plain') return `a${index}: `;
  // Aliases that are names of other fields: the API must not identify a field by its alias.
  return index === depth - 1 ? 'userId: ' : (['status: ', 'nodes: ', 'viewer: ', 'id: '][index % 4] as string);
}

function condition(kind: RequestStyle['condition'], { variables }: DocumentParts): string {
  if (kind === 'none') return '';
  if (kind === 'include') return ' @include(if: true)';
  variables.set('without', { type: 'Boolean!', value: kind === 'skipped' });
  return ' @skip(if: $without)';
}

function wrapSelection(
  selection: string,
  type: string,
  kind: RequestStyle['wrap'],
  { fragments }: DocumentParts,
): string {
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

function writeValue(
  argument: GraphQLArgument,
  value: unknown,
  valueStyle: RequestStyle['values'],
  documentParts: DocumentParts,
): string {
  const { variables } = documentParts;
  const name = `v${variables.size}`;
  const type = getNullableType(argument.type);
  if (valueStyle === 'literal') return literal(value, type);
  if (valueStyle === 'nested' && isInputObjectType(type) && isRecord(value)) {
    const fields = type.getFields();
    const parts = Object.entries(value).map(([key, part], index) => {
      const field = fields[key];
      if (field === undefined) return `${key}: ${literal(part, type)}`;
      variables.set(`${name}_${index}`, { type: String(field.type), value: part });
      return `${key}: $${name}_${index}`;
    });
    return `{ ${parts.join(', ')} }`;
  }
  const isDefault = valueStyle === 'default';
  variables.set(name, {
    type: String(argument.type),
    ...(isDefault ? { fallback: literal(value, type) } : { value }),
  });
  return `$${name}`;
}

/** Prints a value as a GraphQL literal, also if it is not of the argument's type. */
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
 * Returns a second root field, for the viewer's or another user's rows: two owners in one document, in both orders. Beside
 * a mutation it is a mutation too: both succeed or both roll back.
 */
function companion(
  kind: RequestStyle['companion'],
  operation: AttackRequest['operation'],
  { attacker, victim }: Parties,
): string | null {
  const isQuery = operation === 'query';
  switch (kind) {
    case 'none':
      return null;
    case 'public before':
      return isQuery ? 'beside: status { ok }' : 'beside: __typename';
    case 'own before':
    case 'own after':
      return isQuery ? readField(attacker.tasks[1]?.id) : changeField(attacker.tasks[1]?.id);
    case 'foreign before':
    case 'foreign after':
      return isQuery ? readField(victim.tasks[0]?.id) : changeField(victim.tasks[0]?.id);
    case 'forbidden before':
    case 'forbidden after':
      return isQuery
        ? `beside: user(id: "${victim.id}") { email }`
        : `beside: createTask(input: { title: "given away", userId: "${victim.id}" }) { id }`;
  }
}

function readField(id: string | undefined): string {
  return `beside: task(id: "${id}") { id title }`;
}

function changeField(id: string | undefined): string {
  return `beside: updateTask(id: "${id}", input: { title: "changed" }) { id title }`;
}
