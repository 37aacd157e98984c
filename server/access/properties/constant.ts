import type { ConstValueNode } from 'graphql';
import type { Json } from './schema-spec.ts';

/** Converts a constant of an operation, such as a variable's default, to JSON. */
export function constantToJson(node: ConstValueNode): Json {
  switch (node.kind) {
    case 'NullValue':
      return null;
    case 'IntValue':
      return Number(node.value);
    case 'ListValue':
      return node.values.map(constantToJson);
    case 'ObjectValue':
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, constantToJson(value)]));
    default:
      return node.value;
  }
}
