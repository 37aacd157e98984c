import type { ValueNode } from 'graphql';
import type { InputSpec, Json, SchemaSpec } from './schema-spec.ts';

/** Thrown for a value that cannot be coerced to its type. */
export class CoercionError extends Error {}

/** Coerced variables, without those that were neither supplied nor have a default. */
export type Coerced = ReadonlyMap<string, Json>;
/** The source of a value: a literal in the operation or JSON. */
type ValueSource = { readonly node: ValueNode; readonly variables: Coerced } | { readonly json: unknown };

const ABSENT = Symbol('absent');

/** Coerces a variable's value or a default value to its type. */
export function coerceJson({ inputs }: SchemaSpec, type: string, json: unknown): Json {
  return coerce(inputs, type, { json });
}

/** Returns the coerced value of an argument or input field: the literal, the default, or undefined. */
export function coerceInput({ inputs }: SchemaSpec, input: InputSpec, node: ValueNode | undefined, variables: Coerced) {
  return coerceMember(inputs, input, node && { node, variables });
}

function coerceMember(
  inputs: SchemaSpec['inputs'],
  input: InputSpec,
  source: ValueSource | undefined,
): Json | undefined {
  if (source === undefined || isAbsent(source)) {
    if (input.default !== undefined) return coerce(inputs, input.type, { json: input.default });
    if (input.type.endsWith('!')) throw new CoercionError(`${input.name} is missing`);
    return undefined;
  }
  return coerce(inputs, input.type, source);
}

function coerce(inputs: SchemaSpec['inputs'], type: string, source: ValueSource): Json {
  const value = unwrap(source);
  if (value === ABSENT) throw new CoercionError('a variable without a value');
  if ('coerced' in value) {
    // A variable is coerced to its declared type already: here, only null can be wrong.
    if (value.coerced === null && type.endsWith('!')) throw new CoercionError('null');
    return value.coerced;
  }
  if (value.plain === null) {
    if (type.endsWith('!')) throw new CoercionError('null');
    return null;
  }
  const bare = type.endsWith('!') ? type.slice(0, -1) : type;
  if (bare.startsWith('[')) {
    const inner = bare.slice(1, -1);
    if (!Array.isArray(value.plain)) return [coerce(inputs, inner, source)];
    // An absent variable in a list is null.
    return (value.plain as ValueSource[]).map((item) =>
      isAbsent(item) && !inner.endsWith('!') ? null : coerce(inputs, inner, item),
    );
  }
  const input = inputs.find(({ name }) => name === bare);
  if (input) {
    if (!(value.plain instanceof Map)) throw new CoercionError(`not a ${bare}`);
    const members = value.plain as ReadonlyMap<string, ValueSource>;
    for (const name of members.keys())
      if (!input.fields.some((field) => field.name === name)) throw new CoercionError(`${bare} has no ${name}`);
    const pairs = input.fields.map(
      (field) => [field.name, coerceMember(inputs, field, members.get(field.name))] as const,
    );
    return Object.fromEntries(pairs.filter((pair): pair is [string, Json] => pair[1] !== undefined));
  }
  return scalar(bare, value.plain);
}

function scalar(type: string, value: unknown): Json {
  if (type === 'ID' && (typeof value === 'string' || Number.isInteger(value))) return String(value);
  if (type === 'String' && typeof value === 'string') return value;
  if (type === 'Int' && Number.isInteger(value)) return Number(value);
  if (type === 'Boolean' && typeof value === 'boolean') return value;
  throw new CoercionError(`not a ${type}`);
}

function isAbsent(source: ValueSource): boolean {
  return 'node' in source && source.node.kind === 'Variable' && !source.variables.has(source.node.name.value);
}

/** Unwraps one level: to null, a scalar, a list or a map of sources, or the value of a variable. */
function unwrap(source: ValueSource): typeof ABSENT | { readonly coerced: Json } | { readonly plain: unknown } {
  if (!('node' in source)) {
    const { json } = source;
    if (Array.isArray(json)) return { plain: json.map((item: unknown) => ({ json: item })) };
    if (typeof json !== 'object' || json === null) return { plain: json };
    return { plain: new Map(Object.entries(json).map(([key, inner]) => [key, { json: inner as unknown }])) };
  }
  const { node, variables } = source;
  switch (node.kind) {
    case 'Variable': {
      const coerced = variables.get(node.name.value);
      return coerced === undefined ? ABSENT : { coerced };
    }
    case 'NullValue':
      return { plain: null };
    case 'ListValue':
      return { plain: node.values.map((item) => ({ node: item, variables })) };
    case 'ObjectValue':
      return { plain: new Map(node.fields.map((field) => [field.name.value, { node: field.value, variables }])) };
    case 'IntValue':
      return { plain: Number(node.value) };
    default:
      return { plain: node.value };
  }
}
