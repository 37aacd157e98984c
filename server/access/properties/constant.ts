import type { ConstValueNode } from 'graphql';
import type { Json } from './schema-spec.ts';

/** A constant of an operation, such as a variable's default, as JSON. */
export function constant(node: ConstValueNode): Json {
  switch (node.kind) {
    case 'NullValue':
      return null;
    case 'IntValue':
      return Number(node.value);
    case 'ListValue':
      return node.values.map(constant);
    case 'ObjectValue':
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, constant(value)]));
    default:
      return node.value;
  }
}
