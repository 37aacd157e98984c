import { buildSchema, execute, type ExecutionResult, GraphQLError, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { executionErrorCoder } from './input-errors.ts';

const schema = buildSchema(/* GraphQL */ `
  input Point { x: Int! y: Int }
  type Item { at(points: [Point!], n: Int!): Int }
  type Query { items: [Item] }
`);
const COUNT = 500;

/** Executes on a list, and returns its errors, their code and field, and how often the variable was looked up. */
function run(argument: string, definition: string, value: unknown) {
  const document = parse(`query (${definition}) { items { at(${argument}) } }`);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const rootValue = { items: Array.from({ length: COUNT }, () => ({ at: 1 })) };
  const { errors = [] } = execute({ schema, document, rootValue, variableValues: { v: value } }) as ExecutionResult;
  let reads = 0;
  const variables = new Proxy(
    { v: value },
    {
      getOwnPropertyDescriptor(target, name) {
        reads++;
        return Reflect.getOwnPropertyDescriptor(target, name);
      },
    },
  );
  const coded = errors.map(executionErrorCoder(schema, { document, operation, variables }));
  return { coded: coded.map(({ extensions, path }) => ({ ...extensions, path })), reads };
}

// covers: CLIENT-07
describe('null in a nullable variable with a default', () => {
  test.each([
    ['n: $v', '$v: Int = 1', 'n'],
    ['n: 1, points: [{ x: 1 }, { y: 2, x: $v }]', '$v: Int = 1', 'points.1.x'],
    ['n: 1, points: [$v]', '$v: Point = { x: 1 }', 'points.0'],
  ])('is named at %s for each object of a list, and looked up once', (argument, definition, field) => {
    const { coded, reads } = run(argument, definition, null);
    expect(coded).toHaveLength(COUNT);
    expect(coded[1]).toEqual({ code: 'BAD_USER_INPUT', field, rule: 'notNull', path: ['items', 1, 'at'] });
    expect(reads).toBe(1);
  });
});

test('an error of a resolver keeps its code, and one without a code gets none', () => {
  const document = parse('query ($v: Int = 1) { items { at(n: $v) } }');
  const operation = document.definitions[0] as OperationDefinitionNode;
  const coder = executionErrorCoder(schema, { document, operation, variables: { v: null } });
  const [coded, other] = [new GraphQLError('a', { extensions: { code: 'NOT_FOUND' } }), new GraphQLError('b')];
  expect([coder(coded), coder(other)]).toEqual([coded, other]);
});
