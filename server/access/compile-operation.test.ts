import { buildASTSchema, type OperationDefinitionNode, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { compileOperation, conditionVariables } from './compile-operation.ts';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import { createTestPolicy } from './test-harness.ts';
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

/** Compiles the first operation of a valid document. */
function compile(text: string, conditions: Readonly<Record<string, boolean | null>> = {}, fromPolicy: Policy = policy) {
  const document = parse(text);
  expect(validate(fromPolicy.schema, document)).toEqual([]);
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === 'OperationDefinition',
  );
  if (!operation) throw new Error('The test has no operation.');
  return compileOperation(fromPolicy, document, operation, new Map(Object.entries(conditions)));
}
const coordinates = (text: string, conditions?: Readonly<Record<string, boolean | null>>) =>
  compile(text, conditions)
    .checks.map(({ coordinate }) => coordinate)
    .join(' ');

// covers: RULES-03
describe('compileOperation and onRefusal: NULL', () => {
  const nullable = createTestPolicy(`
    type Query { open: Int @public(reason: "x") n: Node @auth(roles: [ADMIN], onRefusal: NULL) m: Node @auth }
    interface Node { id: Int next: Node }
    type T implements Node { id: Int @auth next: Node @auth(roles: [ADMIN], onRefusal: NULL) }
    type S implements Node @auth { id: Int next: Node }
    type Mutation { m: Node @auth }
  `);
  const named = (checks: readonly { readonly coordinate: string }[] = []) =>
    checks.map(({ coordinate }) => coordinate).join(' ');
  const compiled = (text: string, nulled: readonly string[] = []) => {
    const plan = compile(text, {}, nullable);
    const { checks, nullFields } = nulled.length === 0 ? plan : (plan.nullFields?.without(new Set(nulled)) ?? plan);
    return [named(checks), nullFields && named(nullFields.checks)];
  };

  test.each<[string, readonly string[], string, string | null]>([
    ['{ open m { id } }', [], 'Query.m S.id T.id', null],
    ['{ n { id } }', [], 'S.id T.id', 'Query.n'],
    ['{ n { id next { id } } }', ['Query.n'], '', 'Query.n'],
    ['{ m { next { id } } }', ['T.next'], 'Query.m S.next S.id T.id', 'T.next'],
    ['{ m { ... on T { next { id } } } }', ['T.next'], 'Query.m', 'T.next'],
    ['{ m { ... on T { next { ...F } } ...F } } fragment F on Node { id }', ['T.next'], 'Query.m T.id S.id', 'T.next'],
    ['mutation { m { ... on T { next { id } } } }', [], 'Mutation.m T.next S.id T.id', ''],
  ])('of %s without %j, refuses by %j and nulls by %j', (text, nulled, checks, nullChecks) => {
    const [refusing = '', nulling] = compiled(text, nulled);
    expect(refusing?.split(' ').toSorted()).toEqual(checks.split(' ').toSorted());
    expect(nulling).toBe(nullChecks);
  });
});

describe('compileOperation', () => {
  test.each([
    ['an aliased field', '{ b: a a: open }', 'Query.a'],
    ['an operation among others', 'query A { a } query B { b }', 'Query.a'],
    ['a mutation', 'mutation { m { t } }', 'Mutation.m T.t'],
    ['an inline fragment', '{ ... on Query { a } ... { b } }', 'Query.a Query.b'],
    ['a named fragment', '{ ...F } fragment F on Query { q { ...G } } fragment G on Query { b }', 'Query.q Query.b'],
    ['two selections of one field', '{ t { id } t { t } }', 'Query.t T.id T.t'],
    ['a field of an interface, for each implementing type', '{ n { id } }', 'Query.n S.id T.id'],
    ['lists of lists', '{ ns { id } }', 'Query.ns S.id T.id'],
    ['an interface, narrowed', '{ n { ... on T { id } } }', 'Query.n T.id'],
    ['a field of an interface inside a narrower fragment', '{ n { ... on S { ... on Node { id } } } }', 'Query.n S.id'],
    [
      'a field that one type declares with a narrower type',
      '{ n { ... on T { next { ... on Node { id } } } } }',
      'Query.n T.next T.id',
    ],
    [
      'a field with a narrower type on only one implementing type',
      '{ n { next { id } } }',
      'Query.n S.next T.next S.id T.id',
    ],
    ['fields of each member of a union', '{ u { ... on T { t } ... on O { o } } }', 'Query.u T.t O.o'],
    [
      'fields of an interface that some members of a union implement',
      '{ u { ... on Node { id } } }',
      'Query.u T.id S.id',
    ],
    ['a union in a union', '{ u { ... on U { ... on S { s } } } }', 'Query.u S.s'],
    [
      'no check for `__typename`',
      '{ __typename u { __typename } n { __typename ... on T { __typename } } }',
      'Query.u Query.n',
    ],
    ['no check for a public field', '{ open }', ''],
  ])('finds %s', (_, text, expected) => {
    expect(coordinates(text).split(' ').toSorted()).toEqual(expected.split(' ').toSorted());
  });

  test('returns each coordinate with its rules and every node that selects it', () => {
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

  test('throws for a field that was added after checkSchema', () => {
    const withoutRules: Policy = { ...createTestPolicy('type Query @auth { b: Int }'), schema: policy.schema };
    expect(() => compile('{ a }', {}, withoutRules)).toThrow(
      'No access rules for Query.a: it was added after checkSchema.',
    );
  });
});

describe('compileOperation with @skip and @include', () => {
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
  ])('with the literal condition %s finds "%s"', (directive, expected) => {
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
  ])('with @%s(if: $v), $v being %s, includes the field: %s', (name, value, runs) => {
    const conditions = value === undefined ? {} : { v: value };
    for (const text of [
      `query ($v: Boolean!) { a @${name}(if: $v) }`,
      `query ($v: Boolean!) { ... @${name}(if: $v) { a } }`,
      `query ($v: Boolean!) { ...F @${name}(if: $v) } fragment F on Query { a }`,
    ])
      expect(coordinates(text, conditions)).toBe(runs ? 'Query.a' : '');
  });

  test('excludes one spread of a fragment and includes another', () => {
    const spread = '...F @skip(if: true)';
    for (const both of [`${spread} ...F`, `...F ${spread}`])
      expect(coordinates(`{ ${both} } fragment F on Query { a }`)).toBe('Query.a');
  });
});

test('conditionVariables returns the variables of every definition, without duplicates, sorted', () => {
  const document = parse(
    `query A { a @skip(if: $d) @include(if: $b) ... @skip(if: $a) { b @include(if: true) @other(if: $x) } }
     query B { t { id @skip(if: $c) } byArg(by: $y) } fragment F on Query { ...G @include(if: $b) }`,
  );
  expect(conditionVariables(document)).toEqual(['a', 'b', 'c', 'd']);
});

/** A server may run a document without validation; the plan must cover what would run. */
describe('compileOperation of a document that is not valid', () => {
  const unchecked = (text: string, fromPolicy = policy) => {
    const document = parse(text);
    const [operation] = document.definitions as unknown as readonly [OperationDefinitionNode];
    return compileOperation(fromPolicy, document, operation, new Map()).checks.map(({ coordinate }) => coordinate);
  };
  test('finds a field selected on a union', () => {
    expect(unchecked('{ u { id o } }')).toEqual(['Query.u', 'T.id', 'S.id', 'O.o']);
  });
  test('finds a field that the interface does not declare, and its subfields', () => {
    expect(unchecked('{ n { s t q: next { s } } }')).toEqual(['Query.n', 'S.s', 'T.t', 'T.next', 'S.next']);
    expect(unchecked('{ u { next { id } } }')).toEqual(['Query.u', 'T.next', 'S.next', 'T.id', 'S.id']);
  });
  test('terminates on fragments that spread each other in a cycle', () => {
    expect(unchecked('{ t { ...F } } fragment F on T { next { ...F id } }')).toEqual(['Query.t', 'T.next', 'T.id']);
  });
  test('handles a field with a name reserved for introspection', () => {
    const sdl = `${accessDirectiveSdl} enum Role { A } type Query @auth { __secret: Int __typename_: Int }`;
    const sneaky = checkSchema(buildASTSchema(parse(sdl), { assumeValid: true }));
    expect(unchecked('{ __secret __typename_ __typename }', sneaky)).toEqual(['Query.__secret', 'Query.__typename_']);
  });
});

describe('compileOperation and owner arguments', () => {
  test.each([
    ['{ byArg(by: "x") }', ['Query.byArg']],
    ['{ byArg }', ['Query.byArg']],
    ['{ byInput }', ['Query.byInput']],
    ['{ byLast }', ['Query.byLast']],
    ['{ plain(id: "x") a t { id } }', []],
    ['{ one: byArg two: byArg q { byInput } }', ['Query.byArg', 'Query.byArg', 'Query.byInput']],
    ['{ byArg @skip(if: true) }', []],
  ])('finds the arguments that can contain an owner in %s', (text, expected) => {
    expect(compile(text).argumentChecks.map(({ coordinate }) => coordinate)).toEqual(expected);
  });
  test('returns the node and definition of a field with an owner argument', () => {
    const [found] = compile('{ alias: byArg(by: "x") }').argumentChecks;
    expect(found?.nodes[0].alias?.value).toBe('alias');
    expect(found?.field).toBe(policy.schema.getQueryType()?.getFields()['byArg']);
  });
});

describe('compileOperation walks each fragment once', () => {
  /** Returns a policy that counts the calls of `requirement`. */
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

  test('walks thirty fragments that each spread the next one twice once each', () => {
    const { counting, calls } = counted();
    compile(`{ ...F0 ...F0 } ${doubling('Query', 'a', (next) => `...${next}`)}`, {}, counting);
    expect([...calls]).toEqual([['Query.a', 1]]);
  });
  test('walks a fragment once for each type on which it is spread', () => {
    const { counting, calls } = counted();
    const fragments = doubling('Node', 'id', (next) => `...${next}`);
    compile(`{ t { ...F0 } n { ...F0 ... on S { ...F0 } } again: t { ...F0 } } ${fragments}`, {}, counting);
    expect([calls.get('T.id'), calls.get('S.id')]).toEqual([1, 1]);
  });
  test('walks a fragment at most once for each type, however many overlapping interfaces narrow the types', () => {
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
  test('walks each fragment once if fields separate the spreads', () => {
    const { counting, calls } = counted();
    compile(`{ ...F0 } ${doubling('Query', 'a', (next) => `q { ...${next} }`)}`, {}, counting);
    expect([...calls]).toEqual([
      ['Query.q', 58],
      ['Query.a', 1],
    ]);
  });
});
