import type { ValueNode } from 'graphql';
import type { InputSpec, Json, SchemaSpec } from './schema-spec.ts';

/** Thrown where a value is none of its type. */
export class CoercionError extends Error {}

/** Variables after coercion: those that were neither given nor have a default are not there. */
export type Coerced = ReadonlyMap<string, Json>;
/** What a value can be: written in the operation or sent beside it. */
type ValueSource = { readonly node: ValueNode; readonly variables: Coerced } | { readonly json: unknown };

const ABSENT = Symbol('absent');

/** A value that was sent beside the operation, or a default, as its type has it. */
export function coerceJson({ inputs }: SchemaSpec, type: string, json: unknown): Json {
  return coerce(inputs, type, { json });
}

/** An argument or input field: what is written for it, its default, or nothing at all. */
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
  if ('given' in value) {
    // A variable was coerced to its own type already: only null can be too little here.
    if (value.given === null && type.endsWith('!')) throw new CoercionError('null');
    return value.given;
  }
  if (value.plain === null) {
    if (type.endsWith('!')) throw new CoercionError('null');
    return null;
  }
  const bare = type.endsWith('!') ? type.slice(0, -1) : type;
  if (bare.startsWith('[')) {
    const inner = bare.slice(1, -1);
    if (!Array.isArray(value.plain)) return [coerce(inputs, inner, source)];
    // In a list a variable without a value is null.
    return (value.plain as ValueSource[]).map((item) =>
      isAbsent(item) && !inner.endsWith('!') ? null : coerce(inputs, inner, item),
    );
  }
  const input = inputs.find(({ name }) => name === bare);
  if (input) {
    if (!(value.plain instanceof Map)) throw new CoercionError(`no ${bare}`);
    const given = value.plain as ReadonlyMap<string, ValueSource>;
    for (const name of given.keys())
      if (!input.fields.some((field) => field.name === name)) throw new CoercionError(`${bare} has no ${name}`);
    const pairs = input.fields.map(
      (field) => [field.name, coerceMember(inputs, field, given.get(field.name))] as const,
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
  throw new CoercionError(`no ${type}`);
}

function isAbsent(source: ValueSource): boolean {
  return 'node' in source && source.node.kind === 'Variable' && !source.variables.has(source.node.name.value);
}

/** The outermost layer: null, a scalar, a list of sources or a map of them; or what a variable holds. */
function unwrap(source: ValueSource): typeof ABSENT | { readonly given: Json } | { readonly plain: unknown } {
  if (!('node' in source)) {
    const { json } = source;
    if (Array.isArray(json)) return { plain: json.map((item: unknown) => ({ json: item })) };
    if (typeof json !== 'object' || json === null) return { plain: json };
    return { plain: new Map(Object.entries(json).map(([key, inner]) => [key, { json: inner as unknown }])) };
  }
  const { node, variables } = source;
  switch (node.kind) {
    case 'Variable': {
      const given = variables.get(node.name.value);
      return given === undefined ? ABSENT : { given };
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
