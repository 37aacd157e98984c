import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
} from 'graphql';
import { loadContract } from '../../server/load-contract.ts';

/** A value as a variable and as a literal. */
export interface Value {
  readonly json: unknown;
  readonly literal: string;
}

/** A value that breaks a rule, at or below a position. */
export interface BrokenValue extends Value {
  /** The extensions of the error, without `code` and `field`. */
  readonly violated: Readonly<Record<string, unknown>>;
  /** The path from the position to the field of the error; default: the position itself. */
  readonly inside?: readonly string[];
}

/** An argument, or a field of its input object. */
export interface Position {
  /** For example `Mutation.createTask(input:).title`. */
  readonly name: string;
  /** The path in the arguments, as `extensions.field` has it. */
  readonly path: readonly string[];
  readonly type: GraphQLInputType;
  /** The type of the whole argument. */
  readonly argumentType: GraphQLInputType;
  /** Returns the whole argument with a value at this position, and valid values at the others. */
  argumentWith(value: Value): Value;
  /** Returns an operation with this literal or variable as the argument. */
  operationWith(argument: string, variable?: { readonly type: string; readonly default?: string }): string;
}

/** Returns every position in the schema where a client can write a value. */
export function positions(): readonly Position[] {
  const schema = loadContract();
  const found: Position[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()))
      for (const argument of field.args) {
        const base = { name: `${type.name}.${field.name}(${argument.name}:)`, path: [argument.name] };
        const others = field.args.filter((other) => other !== argument && isNonNullType(other.type));
        const operationWith: Position['operationWith'] = (text, variable) => {
          const given = [`${argument.name}: ${text}`, ...others.map((other) => validArgument(other))].join(', ');
          const selection = isObjectType(getNamedType(field.type)) ? ' { __typename }' : '';
          const selected = `${field.name}(${given})${selection}`;
          const inner =
            type === schema.getQueryType() || type.name === 'Mutation' ? selected : `viewer { ${selected} }`;
          const definition =
            variable && `($v: ${variable.type}${variable.default === undefined ? '' : ` = ${variable.default}`})`;
          return `${type.name === 'Mutation' ? 'mutation' : 'query'} ${definition ?? ''} { ${inner} }`;
        };
        const whole = { argumentType: argument.type, operationWith };
        found.push({ ...base, ...whole, type: argument.type, argumentWith: (value) => value });
        const input = getNullableType(argument.type);
        if (!isInputObjectType(input)) continue;
        for (const inner of Object.values(input.getFields()))
          found.push({
            name: `${base.name}.${inner.name}`,
            path: [...base.path, inner.name],
            ...whole,
            type: inner.type,
            argumentWith: (value) => objectOf(input, [inner.name, value]),
          });
      }
  }
  return found;
}

function validArgument({ name, type }: GraphQLArgument): string {
  return `${name}: ${validValue(type).literal}`;
}

/** Returns a value that a type accepts, and that no rule of the product forbids. */
function validValue(type: GraphQLInputType): Value {
  const nullable = getNullableType(type);
  if (isInputObjectType(nullable)) return objectOf(nullable);
  if (isListType(nullable)) return listOf(validValue(nullable.ofType));
  if (isEnumType(nullable)) {
    const name = nullable.getValues()[0]?.name ?? '';
    return { json: name, literal: name };
  }
  return valueOf({ Int: 1, Boolean: true, DateTime: '2026-11-21T09:30:00Z' }[String(nullable)] ?? 'a text');
}

function objectOf(
  type: Extract<GraphQLInputType, { isOneOf: boolean }>,
  ...given: readonly (readonly [name: string, value: Value])[]
): Value {
  const required = Object.values(type.getFields()).filter(
    (field) => isRequiredInputField(field) && !given.some(([name]) => name === field.name),
  );
  const fields = [...required.map((field) => [field.name, validValue(field.type)] as const), ...given];
  return {
    json: Object.fromEntries(fields.map(([name, { json }]) => [name, json])),
    literal: `{ ${fields.map(([name, { literal }]) => `${name}: ${literal}`).join(', ')} }`,
  };
}

function listOf({ json, literal }: Value): Value {
  return { json: [json], literal: `[${literal}]` };
}

/** Returns a JSON value other than an enum's as both. */
export function valueOf(json: unknown): Value {
  return { json, literal: JSON.stringify(json) };
}

/** Returns values that the type of a position refuses, one or more for each rule of its type. */
export function brokenValues(type: GraphQLInputType): readonly BrokenValue[] {
  const nullable = getNullableType(type);
  const nulls = isNonNullType(type) ? [{ ...valueOf(null), violated: { rule: 'notNull' } }] : [];
  const wrongType = (...values: readonly unknown[]) =>
    values.map((json) => ({ ...valueOf(json), violated: { rule: 'type' } }));
  if (isInputObjectType(nullable)) {
    const required = Object.values(nullable.getFields()).filter(isRequiredInputField);
    const unknown = objectOf(nullable, ['nothing', valueOf(1)]);
    return [
      ...nulls,
      ...wrongType(1, 'x', true, []),
      { ...unknown, violated: { rule: 'unknownField' }, inside: ['nothing'] },
      ...required.map(({ name }) => ({ ...valueOf({}), violated: { rule: 'required' }, inside: [name] })),
    ];
  }
  if (isListType(nullable))
    return [
      ...nulls,
      ...brokenValues(nullable.ofType).map((value) => ({
        ...listOf(value),
        violated: value.violated,
        inside: ['0', ...(value.inside ?? [])],
      })),
    ];
  if (isEnumType(nullable))
    return [
      ...nulls,
      ...[{ json: 'NOTHING', literal: 'NOTHING' }, valueOf(1), valueOf(true)].map((value) => ({
        ...value,
        violated: { rule: 'enum' },
      })),
    ];
  switch (String(nullable)) {
    case 'Int':
      return [...nulls, ...wrongType('1', 1.5, true, 2 ** 31)];
    case 'Boolean':
      return [...nulls, ...wrongType('true', 1)];
    case 'String':
      return [...nulls, ...wrongType(1, true)];
    case 'ID':
      return [...nulls, ...wrongType(true, 1.5)];
    case 'DateTime':
      return [
        ...nulls,
        ...wrongType(1, true),
        ...['tomorrow', '2026-02-30T00:00:00Z'].map((text) => ({ ...valueOf(text), violated: { rule: 'format' } })),
      ];
    default:
      throw new Error(`Write values that ${String(nullable)} refuses.`);
  }
}
