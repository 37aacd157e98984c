import { assert, property } from 'fast-check';
import { defaultFieldResolver, execute, getOperationAST, GraphQLError, isObjectType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import type { Plan } from '../compile-operation.ts';
import { createPlanner } from '../operation-planner.ts';
import { createTestSchema } from '../test-harness.ts';
import { Choices, decisions } from './random-choices.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

/*
 * The oracle is execution itself: documents that no validation has seen are executed with resolvers that record where they
 * ran. Each field of the schema has a rule, so that each must be in the plan.
 */
const RUNS = 2_000;
const FIELDS = ['id', 'user', 'task', 'tasks', 'node', '__typename'];
const TYPES = ['User', 'Task', 'Node', 'Query', 'Missing'];
const BOOLEANS = ['true', 'false', 'true', 'false', '$a', '$b', 'null'];
const VARIABLE_TYPES = ['Boolean', '[Boolean]', '[[Boolean]]', 'String', 'Boolean = true', '[Boolean] = [true]'];
const VALUES = [true, false, true, false, null, 'true', [true]];

const schema = createTestSchema(`
  type Query { id: ID @auth user: User @auth task: Task @auth tasks: [Task] @auth node: Node @auth }
  interface Node { id: ID task: Task }
  type User implements Node @auth { id: ID user: User task: Task tasks: [Task] node: Node }
  type Task implements Node @auth { id: ID user: User task: Task tasks: [Task] node: Node }
`);
const policy = checkSchema(schema);
const ran = new Set<string>();
for (const type of Object.values(schema.getTypeMap()))
  if (isObjectType(type) && !type.name.startsWith('__'))
    for (const field of Object.values(type.getFields()))
      field.resolve = (...args) => {
        ran.add(`${type.name}.${field.name}`);
        return defaultFieldResolver(...args);
      };
const task: Record<string, unknown> = { __typename: 'Task', id: 't' };
const user: Record<string, unknown> = { __typename: 'User', id: 'u', task, tasks: [task], node: task };
Object.assign(task, { user, task, tasks: [task], node: user });
Object.assign(user, { user });

const randomDirectives = (choices: Choices): string =>
  choices.oneIn(3)
    ? Array.from({ length: 1 + choices.upTo(1) }, () => {
        const conditions = Array.from({ length: 1 + choices.upTo(1) }, () => `if: ${choices.pick(BOOLEANS)}`);
        return `@${choices.pick(['skip', 'include'])}(${conditions.join(' ')})`;
      }).join(' ')
    : '';

function randomSelections(choices: Choices, depth: number): string {
  const selections = Array.from({ length: 1 + choices.upTo(2) }, () => {
    const directives = randomDirectives(choices);
    if (choices.oneIn(5)) return `...${choices.pick(['F', 'G'])} ${directives}`;
    const below = depth === 0 ? '{ id }' : randomSelections(choices, depth - 1);
    if (choices.oneIn(4)) return `... ${choices.oneIn(2) ? `on ${choices.pick(TYPES)}` : ''} ${directives} ${below}`;
    const name = choices.pick(FIELDS);
    const alias = choices.oneIn(2) ? `${choices.pick(['x', 'id', 'task'])}: ` : '';
    return `${alias}${name} ${directives} ${name === 'id' || name === '__typename' ? '' : below}`;
  });
  return `{ ${selections.join(' ')} }`;
}

function randomRequest(choices: Choices) {
  const names = ['a', 'b', ...(choices.oneIn(5) ? ['a'] : [])];
  const definitions = names.map((name) => `$${name}: ${choices.pick(VARIABLE_TYPES)}`);
  const operations = Array.from(
    { length: choices.oneIn(6) ? 2 : 1 },
    () => `query O(${definitions.join(' ')}) ${randomSelections(choices, 2)}`,
  );
  // A fragment is not selected in itself: execution would not end.
  const fragments = ['F', 'G', ...(choices.oneIn(5) ? ['F'] : [])].map(
    (name) =>
      `fragment ${name} on ${choices.pick(TYPES)} ${randomSelections(choices, 0).replaceAll(/\.\.\.[FG]/g, 'id')}`,
  );
  const given = Object.fromEntries(
    ['a', 'b'].filter(() => !choices.oneIn(3)).map((name) => [name, choices.pick(VALUES)]),
  );
  return { text: [...operations, ...fragments].join('\n'), variables: given };
}

test(
  'execution runs no field that is not in the plan, whatever validation would say of the document',
  PROPERTY_TIMEOUT,
  () => {
    const counts = { executed: 0, rejected: 0 };
    assert(
      property(decisions, (numbers) => {
        const { text, variables } = randomRequest(new Choices(numbers));
        const document = parse(text);
        const operation = getOperationAST(document, 'O');
        if (!operation) throw new Error('The test has no operation.');
        let plan: Plan;
        try {
          plan = createPlanner(policy)(document, operation, variables);
        } catch (error) {
          if (!(error instanceof GraphQLError)) throw error;
          counts.rejected += 1;
          return;
        }
        ran.clear();
        void execute({ schema, document, operationName: 'O', variableValues: variables, rootValue: user });
        if (ran.size > 0) counts.executed += 1;
        const planned = new Set(plan.checks.map(({ coordinate }) => coordinate));
        expect(
          [...ran].filter((coordinate) => !planned.has(coordinate)),
          text,
        ).toEqual([]);
      }),
      propertySettings(RUNS),
    );
    expect(counts.executed).toBeGreaterThan(RUNS / 5);
    expect(counts.rejected).toBeGreaterThan(RUNS / 20);
  },
);
