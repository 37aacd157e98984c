import { buildSchema, type GraphQLInputType } from 'graphql';
import { expect, test } from 'vitest';
import { findGivenField, inputAt } from './default-values.ts';

const schema = buildSchema(
  'input In { a: Int constructor: Int deep: [[In!]!] } type Query { q(in: In): Int } enum E { A }',
);
const find = (value: unknown, matches: (coordinate: string, value: unknown) => boolean) =>
  findGivenField(schema.getType('In') as GraphQLInputType, value, matches);
const isA = (coordinate: string) => coordinate === 'In.a';

test.each([
  [{ a: 1 }, 'In.a'],
  [{ a: null }, 'In.a'],
  [{ a: undefined }, 'In.a'],
  [Object.create({ a: 1 }), 'In.a'],
  [{ deep: [[{}], [{ a: 1 }]] }, 'In.a'],
  [{ deep: { a: 1 } }, 'In.a'],
  [{}, null],
  [Object.create({ a: null }), null],
  [{ deep: [[null]] }, null],
  [null, null],
  [undefined, null],
])('findGivenField finds in the default value %j: %s', (value, found) => {
  expect(find(value, isA)).toBe(found);
});

test('findGivenField matches by the value, too', () => {
  expect(find({ a: null }, (coordinate, value) => isA(coordinate) && value !== null)).toBeNull();
});

test('inputAt returns arguments and input fields, and nothing else', () => {
  expect(inputAt(schema, 'Query.q(in:)')?.name).toBe('in');
  expect(inputAt(schema, 'In.a')?.name).toBe('a');
  for (const other of ['Query.q', 'In', 'E.A', 'Query.q(no:)']) expect(inputAt(schema, other)).toBeUndefined();
});
