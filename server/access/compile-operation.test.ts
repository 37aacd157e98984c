import { buildASTSchema, type OperationDefinitionNode, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { compileOperation, conditionVariables } from './compile-operation.ts';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import { createTestPolicy } from './testing/harness.ts';
import type { Policy } from './policy.ts';

const policy = createTestPolicy(`
  type Query { open: Int @public(reason: "x") a: Int @auth b: Int @auth(roles: [ADMIN]) t: T @auth n: Node @auth ns: [[Node!]] @auth u: U @auth q: Query @auth
    byArg(by: ID @owner): Int @auth byInput(i: I): Int @public(reason: "x") byLast(n: Int, by: ID @owner): Int @auth plain(id: ID): Int @auth }
  type Mutation { m: T @auth }
  interface Node { id: ID! @auth next: Node @auth }
  type T implements Node { id: ID! next: T @auth t: Int @auth }
  type S implements Node @auth { id: ID! next: Node s: Int }
  type O @auth { o: Int }
  union U = T | S | O
  input I { deep: J } input J { by: ID @owner }
`);

/** Compiles the first operation of a document that is valid. */
function compile(text: string, conditions: Readonly<Record<string, boolean | null>> = {}, asked: Policy = policy) {
  const document = parse(text);
  expect(validate(asked.schema, document)).toEqual([]);
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === 'OperationDefinition',
  );
  if (!operation) throw new Error('The test has no operation.');
  return compileOperation(asked, document, operation, new Map(Object.entries(conditions)));
}
const coordinates = (text: string, conditions?: Readonly<Record<string, boolean | null>>) =>
  compile(text, conditions)
    .checks.map(({ coordinate }) => coordinate)
    .join(' ');

describe('what an operation may run is found', () => {
  test.each([
    ['an alias by its field', '{ b: a a: open }', 'Query.a'],
    ['an operation among others', 'query A { a } query B { b }', 'Query.a'],
    ['a mutation', 'mutation { m { t } }', 'Mutation.m T.t'],
    ['an inline fragment', '{ ... on Query { a } ... { b } }', 'Query.a Query.b'],
    ['a named fragment', '{ ...F } fragment F on Query { q { ...G } } fragment G on Query { b }', 'Query.q Query.b'],
    ['two selections of one field', '{ t { id } t { t } }', 'Query.t T.id T.t'],
    ['an interface, for each type that it may be', '{ n { id } }', 'Query.n S.id T.id'],
    ['lists of lists', '{ ns { id } }', 'Query.ns S.id T.id'],
    ['an interface, narrowed', '{ n { ... on T { id } } }', 'Query.n T.id'],
    ['an interface, narrowed and widened again', '{ n { ... on S { ... on Node { id } } } }', 'Query.n S.id'],
    [
      'a field that one type answers more narrowly',
      '{ n { ... on T { next { ... on Node { id } } } } }',
      'Query.n T.next T.id',
    ],
    ['a field that only one of them answers narrowly', '{ n { next { id } } }', 'Query.n S.next T.next S.id T.id'],
    ['a union, by each of its members', '{ u { ... on T { t } ... on O { o } } }', 'Query.u T.t O.o'],
    ['a union, by an interface that some of them have', '{ u { ... on Node { id } } }', 'Query.u T.id S.id'],
    ['a union in a union', '{ u { ... on U { ... on S { s } } } }', 'Query.u S.s'],
    [
      'the name of a type, which asks nothing',
      '{ __typename u { __typename } n { __typename ... on T { __typename } } }',
      'Query.u Query.n',
    ],
    ['a field that is public, which asks nothing', '{ open }', ''],
  ])('%s', (_, text, expected) => {
    expect(coordinates(text).split(' ').toSorted()).toEqual(expected.split(' ').toSorted());
  });

  test('with the rules that its policy asks, and every place where it is named', () => {
    const { checks } = compile('{ a: b n { id } ...F b }  fragment F on Query { n { own: id } }');
    expect(
      checks.map(({ coordinate, rules, nodes }) => [coordinate, rules, nodes.map(({ loc }) => loc?.start)]),
    ).toEqual([
      ['Query.b', policy.requirement('Query', 'b'), [2, 21]],
      ['Query.n', policy.requirement('Query', 'n'), [7, 48]],
      ['T.id', policy.requirement('T', 'id'), [11, 52]],
      ['S.id', policy.requirement('S', 'id'), [11, 52]],
    ]);
  });

  test('and of a field that was never judged, nothing is said but no', () => {
    const unjudging: Policy = { ...createTestPolicy('type Query @auth { b: Int }'), schema: policy.schema };
    expect(() => compile('{ a }', {}, unjudging)).toThrow('Query.a was never judged.');
  });
});

describe('@skip and @include leave out', () => {
  test.each([
    ['@skip(if: true)', ''],
    ['@skip(if: false)', 'Query.a'],
    ['@include(if: true)', 'Query.a'],
    ['@include(if: false)', ''],
    ['@include(if: true) @skip(if: true)', ''],
    ['@skip(if: true) @include(if: true)', ''],
    ['@include(if: false) @skip(if: false)', ''],
    ['@skip(if: false) @include(if: false)', ''],
    ['@skip(if: false) @include(if: true)', 'Query.a'],
  ])('as written: %s leaves "%s"', (directive, expected) => {
    for (const text of [
      `{ a ${directive} }`,
      `{ ... ${directive} { a } }`,
      `{ ... on Query ${directive} { a } }`,
      `{ ...F ${directive} } fragment F on Query { a }`,
      `{ ...F } fragment F on Query { a ${directive} }`,
    ])
      expect(coordinates(text)).toBe(expected);
  });

  test.each<[string, boolean | null | undefined, boolean]>([
    ['skip', true, false],
    ['skip', false, true],
    ['skip', null, true],
    ['skip', undefined, true],
    ['include', true, true],
    ['include', false, false],
    ['include', null, true],
    ['include', undefined, true],
  ])('by a variable: @%s where it is %s, runs %s', (name, value, runs) => {
    const conditions = value === undefined ? {} : { v: value };
    for (const text of [
      `query ($v: Boolean!) { a @${name}(if: $v) }`,
      `query ($v: Boolean!) { ... @${name}(if: $v) { a } }`,
      `query ($v: Boolean!) { ...F @${name}(if: $v) } fragment F on Query { a }`,
    ])
      expect(coordinates(text, conditions)).toBe(runs ? 'Query.a' : '');
  });

  test('one spread of a fragment, and not the next', () => {
    const spread = '...F @skip(if: true)';
    for (const both of [`${spread} ...F`, `...F ${spread}`])
      expect(coordinates(`{ ${both} } fragment F on Query { a }`)).toBe('Query.a');
  });
});

test('the variables that decide are found in every definition, each once, in order', () => {
  const document = parse(
    `query A { a @skip(if: $d) @include(if: $b) ... @skip(if: $a) { b @include(if: true) @other(if: $x) } }
     query B { t { id @skip(if: $c) } byArg(by: $y) } fragment F on Query { ...G @include(if: $b) }`,
  );
  expect(conditionVariables(document)).toEqual(['a', 'b', 'c', 'd']);
});

/** What validation would refuse, a server may run all the same: then it is judged as it would run. */
describe('what should never have come so far is judged too', () => {
  const unchecked = (text: string, asked = policy) => {
    const document = parse(text);
    const [operation] = document.definitions as unknown as readonly [OperationDefinitionNode];
    return compileOperation(asked, document, operation, new Map()).checks.map(({ coordinate }) => coordinate);
  };
  test('a field that is asked of a union', () => {
    expect(unchecked('{ u { id o } }')).toEqual(['Query.u', 'T.id', 'S.id', 'O.o']);
  });
  test('a field that an interface does not declare, and what lies below it', () => {
    expect(unchecked('{ n { s t q: next { s } } }')).toEqual(['Query.n', 'S.s', 'T.t', 'T.next', 'S.next']);
    expect(unchecked('{ u { next { id } } }')).toEqual(['Query.u', 'T.next', 'S.next', 'T.id', 'S.id']);
  });
  test('fragments that spread each other in a circle', () => {
    expect(unchecked('{ t { ...F } } fragment F on T { next { ...F id } }')).toEqual(['Query.t', 'T.next', 'T.id']);
  });
  test('a field whose name only introspection may have', () => {
    const sdl = `${accessDirectiveSdl} enum Role { A } type Query @auth { __secret: Int __typename_: Int }`;
    const sneaky = checkSchema(buildASTSchema(parse(sdl), { assumeValid: true }));
    expect(unchecked('{ __secret __typename_ __typename }', sneaky)).toEqual(['Query.__secret', 'Query.__typename_']);
  });
});

describe('arguments in which an owner may stand', () => {
  test.each([
    ['{ byArg(by: "x") }', ['Query.byArg']],
    ['{ byArg }', ['Query.byArg']],
    ['{ byInput }', ['Query.byInput']],
    ['{ byLast }', ['Query.byLast']],
    ['{ plain(id: "x") a t { id } }', []],
    ['{ one: byArg two: byArg q { byInput } }', ['Query.byArg', 'Query.byArg', 'Query.byInput']],
    ['{ byArg @skip(if: true) }', []],
  ])('%s', (text, expected) => {
    expect(compile(text).argumentChecks.map(({ coordinate }) => coordinate)).toEqual(expected);
  });
  test('are found with the field as it is written and as it is defined', () => {
    const [found] = compile('{ alias: byArg(by: "x") }').argumentChecks;
    expect(found?.nodes[0].alias?.value).toBe('alias');
    expect(found?.field).toBe(policy.schema.getQueryType()?.getFields()['byArg']);
  });
});

describe('fragments cost what they weigh', () => {
  /** The policy, and how often each field was asked about. */
  function counted() {
    const calls = new Map<string, number>();
    const counting: Policy = {
      ...policy,
      requirement(type, field) {
        calls.set(`${type}.${field}`, (calls.get(`${type}.${field}`) ?? 0) + 1);
        return policy.requirement(type, field);
      },
    };
    return { counting, calls };
  }
  const doubling = (type: string, leaf: string, spread: (next: string) => string) =>
    Array.from({ length: 30 }, (_, level) => {
      const inner = level === 29 ? leaf : `${spread(`F${level + 1}`)} ${spread(`F${level + 1}`)}`;
      return `fragment F${level} on ${type} { ${inner} }`;
    }).join(' ');

  test('thirty that double each other are walked once each', () => {
    const { counting, calls } = counted();
    compile(`{ ...F0 ...F0 } ${doubling('Query', 'a', (next) => `...${next}`)}`, {}, counting);
    expect([...calls]).toEqual([['Query.a', 1]]);
  });
  test('and once for each type on which they are spread', () => {
    const { counting, calls } = counted();
    const fragments = doubling('Node', 'id', (next) => `...${next}`);
    compile(`{ t { ...F0 } n { ...F0 ... on S { ...F0 } } again: t { ...F0 } } ${fragments}`, {}, counting);
    expect([calls.get('T.id'), calls.get('S.id')]).toEqual([1, 1]);
  });
  test('whatever sets of types are left: interfaces that cross each other cannot be multiplied', () => {
    const names = Array.from({ length: 14 }, (_, index) => `I${index}`);
    // Each type lacks one of the interfaces, so that each choice of interfaces leaves other types.
    const types = names.map((missing, index) => {
      const others = names.filter((name) => name !== missing);
      return `type T${index} implements ${['Node', ...others].join(' & ')} { id: ID! }`;
    });
    const crossing = createTestPolicy(`
      type Query @auth { n: Node } interface Node @auth { id: ID! }
      ${names.map((name) => `interface ${name} { id: ID! }`).join(' ')} ${types.join(' ')}
    `);
    const fragments = names.map((name, index) => {
      const next = index === names.length - 1 ? 'id' : `...F${index + 1}`;
      return `fragment F${index} on Node { ... on ${name} { ${next} } ${next} }`;
    });
    let calls = 0;
    const counting: Policy = { ...crossing, requirement: (...at) => (calls++, crossing.requirement(...at)) };
    const plan = compile(`{ n { ...F0 } } ${fragments.join(' ')}`, {}, counting);
    expect(plan.checks).toHaveLength(15);
    expect(calls).toBeLessThan(14 * 14 * 2);
  });
  test('through fields between them as well', () => {
    const { counting, calls } = counted();
    compile(`{ ...F0 } ${doubling('Query', 'a', (next) => `q { ...${next} }`)}`, {}, counting);
    expect([...calls]).toEqual([
      ['Query.q', 58],
      ['Query.a', 1],
    ]);
  });
});
