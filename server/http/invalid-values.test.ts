import {
  buildSchema,
  getVariableValues,
  type GraphQLError,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
  ValuesOfCorrectTypeRule,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { inputErrors } from './input-errors.ts';
import { LiteralsOfCorrectTypeRule } from './literal-rule.ts';

/** A schema with what the product's has not: lists, nested inputs, oneOf. */
const schema = buildSchema(/* GraphQL */ `
  input Inner { id: ID! name: String! = "n" tags: [String!] }
  input Outer { inner: Inner! list: [Inner!] choice: Choice color: Color }
  input Choice @oneOf { a: Int b: Int }
  enum Color { RED }
  type Query { f(outer: Outer, matrix: [[Int!]!], id: ID): Int }
`);
const RULES = specifiedRules.map((rule) => (rule === ValuesOfCorrectTypeRule ? LiteralsOfCorrectTypeRule : rule));
const described = (errors: readonly GraphQLError[]) =>
  errors.map(({ extensions: { code, field, rule } }) => [code, field, rule].join(' '));

function literalErrors(literal: string): readonly GraphQLError[] {
  return validate(schema, parse(`{ f(outer: ${literal}) }`), RULES, { hideSuggestions: true });
}

function variableErrors(value: unknown, definition = '$v: Outer', argument = 'outer: $v'): readonly GraphQLError[] {
  const document = parse(`query (${definition}) { f(${argument}) }`);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const variables = value === undefined ? {} : { v: value };
  const { errors = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 50 });
  return inputErrors(schema, { document, operation, variables }, errors);
}

// covers: CLIENT-07
describe('every error of a value has its own field and rule', () => {
  test.each([
    [
      '{ nothing: 1, inner: { no: 1, tags: [1, null] }, list: [{ id: "x" }, {}, 3] }',
      [
        'outer.inner.id required',
        'outer.inner.tags.0 type',
        'outer.inner.tags.1 notNull',
        'outer.list.1.id required',
        'outer.list.2 type',
        'outer.nothing unknownField',
        'outer.inner.no unknownField',
      ],
    ],
    ['{ inner: { id: "x" }, choice: { a: 1, b: 2 } }', ['outer.choice oneOf']],
    ['{ inner: { id: "x" }, choice: { a: "x" } }', ['outer.choice.a type']],
    ['{ inner: { id: "x" }, choice: {} }', ['outer.choice oneOf']],
    ['{ inner: null, color: BLUE }', ['outer.inner notNull', 'outer.color enum']],
    ['{}', ['outer.inner required']],
    ['[1]', ['outer type']],
  ])('in %s', (literal, expected) => {
    const sorted = expected.map((each) => `BAD_USER_INPUT ${each}`).toSorted();
    expect(described(literalErrors(literal)).toSorted()).toEqual(sorted);
    const json = literal.replaceAll(/(\w+):/g, '"$1":').replace('BLUE', '"BLUE"');
    expect(described(variableErrors(JSON.parse(json))).toSorted()).toEqual(sorted);
  });

  test('also in lists of lists', () => {
    expect(described(variableErrors([[1], [2, 'x'], null], '$v: [[Int!]!]', 'matrix: $v'))).toEqual([
      'BAD_USER_INPUT matrix.1.1 type',
      'BAD_USER_INPUT matrix.2 notNull',
    ]);
  });

  test('and the error that stops after fifty has none', () => {
    const errors = variableErrors(
      Array.from({ length: 80 }, () => 'x'),
      '$v: [Int]',
      'matrix: [$v]',
    );
    expect(described(errors).slice(-2)).toEqual(['BAD_USER_INPUT matrix.0.49 type', 'BAD_USER_INPUT  ']);
  });
});

test('other errors of a document keep their code', () => {
  const errors = validate(schema, parse('{ nothing f(outer: { inner: { id: 1.5 } }) }'), RULES);
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual([undefined, 'BAD_USER_INPUT']);
});
