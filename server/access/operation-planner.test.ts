import { type DocumentNode, type OperationDefinitionNode, parse, visit } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createTestPolicy } from './test-harness.ts';
import { createPlanner } from './operation-planner.ts';

const policy = createTestPolicy('type Query @auth { a: Int b(by: ID @owner): Int c: Int d: Int e: Int }');

const operationsOf = (document: DocumentNode) =>
  document.definitions.filter((node): node is OperationDefinitionNode => node.kind === 'OperationDefinition');

/** Returns a function that plans one document with varying variables. */
function plannerOf(text: string) {
  const document = parse(text);
  const plan = createPlanner(policy);
  return (variables: Readonly<Record<string, unknown>> = {}, index = 0) => {
    const operation = operationsOf(document)[index];
    if (!operation) throw new Error('The test has no such operation.');
    return plan(document, operation, variables);
  };
}
const CONDITIONAL = 'query ($s: Boolean! $by: ID) { a @skip(if: $s) b(by: $by) }';

describe('createPlanner', () => {
  test('caches a plan for an operation, independent of variables that are not conditions', () => {
    const plan = plannerOf(CONDITIONAL);
    expect(plan({ s: true, by: 'ada' })).toBe(plan({ s: true, by: 'ben' }));
  });
  test('caches a plan for each combination of condition values', () => {
    const plan = plannerOf(CONDITIONAL);
    const standings = [{ s: true }, { s: false }, {}];
    const plans = standings.map((variables) => plan(variables));
    expect(new Set(plans).size).toBe(3);
    for (const [index, variables] of standings.entries()) expect(plan(variables)).toBe(plans[index]);
  });
  test('caches a plan for each combination of two conditions, also if one has no value', () => {
    const plan = plannerOf('query ($x: Boolean, $y: Boolean) { a @skip(if: $x) b @skip(if: $y) }');
    const values = [true, false, null];
    const standings = values.flatMap((x) => values.map((y) => ({ x, y })));
    for (const { x, y } of [...standings, ...standings.toReversed()]) {
      const expected = [...(x === true ? [] : ['Query.a']), ...(y === true ? [] : ['Query.b'])];
      expect(plan({ x, y }).checks.map(({ coordinate }) => coordinate)).toEqual(expected);
    }
  });
  test('caches a plan separately for each operation of a document', () => {
    const plan = plannerOf('query A { a } query B { b }');
    expect([plan({}, 0), plan({}, 1)].map(({ checks }) => checks[0]?.coordinate)).toEqual(['Query.a', 'Query.b']);
    expect(plan({}, 1)).toBe(plan({}, 1));
  });
  test('caches a plan for the parsed operation, not for its text or its name', () => {
    const planner = createPlanner(policy);
    const [one, other] = ['query A { a }', 'query A { a }'].map((text) => {
      const document = parse(text);
      return operationsOf(document).map((operation) => planner(document, operation, {}))[0];
    });
    expect(one?.checks.length).toBe(1);
    expect(one).not.toBe(other);
  });
  // covers: ACCESS-04
  test('caches a plan for one document: the same operation with other fragments has another plan', () => {
    const plan = createPlanner(policy);
    const document = parse('{ ...F } fragment F on Query { a }');
    const [operation] = operationsOf(document);
    if (!operation) throw new Error('The test has no operation.');
    // As a tool that rewrites fragments does: it keeps the unchanged operation node.
    const rewritten = visit(document, { Field: (node) => ({ ...node, name: { ...node.name, value: 'b' } }) });
    const other: DocumentNode = { ...document, definitions: [operation, ...rewritten.definitions.slice(1)] };
    const coordinates = [document, other, document].map((one) => plan(one, operation, {}).checks[0]?.coordinate);
    expect(coordinates).toEqual(['Query.a', 'Query.b', 'Query.a']);
  });
  test('caches a plan separately for each planner', () => {
    const document = parse('{ a }');
    const [operation] = operationsOf(document);
    if (!operation) throw new Error('The test has no operation.');
    const open = createPlanner(createTestPolicy('type Query @public(reason: "x") { a: Int }'));
    expect(createPlanner(policy)(document, operation, {}).checks).toHaveLength(1);
    expect(open(document, operation, {}).checks).toEqual([]);
  });
  // covers: ACCESS-23
  test('caches a plan without anything of the viewer', () => {
    const plan = plannerOf(CONDITIONAL)({ s: false, by: 'ada' });
    expect(Object.keys(plan)).toEqual(['checks', 'argumentChecks', 'nullFields']);
    expect(JSON.stringify(plan)).not.toContain('ada');
  });
});

describe('createPlanner evaluates a condition as execution does', () => {
  const ran = (declared: string, variables: Readonly<Record<string, unknown>>) =>
    plannerOf(`query ($s: ${declared}) { a @skip(if: $s) c @include(if: $s) d }`)(variables)
      .checks.map(({ coordinate }) => coordinate.slice('Query.'.length))
      .join('');
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['Boolean!', { s: true }, 'cd'],
    ['Boolean!', { s: false }, 'ad'],
    ['Boolean = true', {}, 'cd'],
    ['Boolean = false', {}, 'ad'],
    ['Boolean = true', { s: false }, 'ad'],
    ['Boolean = true', { s: null }, 'acd'],
    ['Boolean = true', { s: undefined }, 'acd'],
    ['Boolean = null', {}, 'acd'],
    ['Boolean', {}, 'acd'],
    ...['true', 'false', '', 0, 1, [], [true], {}].map((value): [string, Readonly<Record<string, unknown>>, string] => [
      'Boolean = true',
      { s: value },
      'acd',
    ]),
    ['Boolean = true', Object.create({ s: false }) as Record<string, unknown>, 'cd'],
    ['Boolean!', Object.create({ s: true }) as Record<string, unknown>, 'acd'],
  ])('evaluates conditions as execution does: %s with the variables %j runs %s', (declared, variables, expected) => {
    expect(ran(declared, variables)).toBe(expected);
  });
});

test('createPlanner caches the first sixteen combinations and compiles the others each time', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const plan = plannerOf(
    `query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) { ${names.map((name) => `${name} @include(if: $${name})`).join(' ')} }`,
  );
  const standings = Array.from({ length: 32 }, (_, bits) =>
    Object.fromEntries(names.map((name, index) => [name, ((bits >> index) & 1) === 1])),
  );
  const plans = standings.map((variables) => plan(variables));
  for (const [index, variables] of standings.entries()) {
    const wanted = names.filter((name) => variables[name]).map((name) => `Query.${name}`);
    expect(plan(variables).checks.map(({ coordinate }) => coordinate)).toEqual(wanted);
    expect(plan(variables) === plans[index]).toBe(index < 16);
  }
});
