import { GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString, isInputType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createTestPolicy } from './test-harness.ts';
import type { Policy } from './policy.ts';

const coordinatesOfRules = (policy: Policy, type: string, field: string) =>
  policy.requirement(type, field).map(({ kind, coordinate, location }) => `${kind} ${coordinate} ${location?.file}`);

// covers: ACCESS-03
describe('requirement combines the rules of the type, the field and every interface', () => {
  const policy = createTestPolicy(
    `type Query { t: T @auth open: Int @public(reason: "x") other: Other @auth }
     interface A @auth { id: ID! @auth(roles: [USER]) }
     interface B implements A { id: ID! @owner(field: "id") b: Int @auth(maxAge: 5) }
     type T implements A & B @owner(field: "id") { id: ID! b: Int @auth(roles: [ADMIN]) c: Int }
     type Other @public(reason: "x") { a: Int b: Int @auth }`,
    'extend interface B @auth(emailVerified: true) extend type T @auth(roles: [AUDITOR])',
  );
  const ON_T = ['owner T schema.graphql', 'auth T more-1.graphql', 'auth A schema.graphql', 'auth B more-1.graphql'];

  test.each([
    ['T', 'c', ON_T],
    ['T', 'id', [...ON_T, 'auth A.id schema.graphql', 'owner B.id schema.graphql']],
    ['T', 'b', [...ON_T, 'auth T.b schema.graphql', 'auth B.b schema.graphql']],
    ['Query', 't', ['auth Query.t schema.graphql']],
    ['Query', 'open', []],
    ['Other', 'a', []],
    ['Other', 'b', ['auth Other.b schema.graphql']],
  ])('requirement combines the rules of type, field and interfaces of %s.%s', (type, field, rules) => {
    expect(coordinatesOfRules(policy, type, field)).toEqual(rules);
  });

  test.each([
    ['T', 'd'],
    ['Missing', 'a'],
    ['A', 'id'],
    ['T', 'constructor'],
    ['T', '__proto__'],
    ['__Schema', 'types'],
  ])('requirement throws for the unknown field %s.%s', (type, field) => {
    expect(() => policy.requirement(type, field)).toThrow(
      new Error(`No access rules for ${type}.${field}: it was added after checkSchema.`),
    );
  });

  test('requirement throws for a field that was added after checkSchema', () => {
    const late = createTestPolicy('type Query @auth { a: Int }');
    const query = late.schema.getQueryType();
    const added = new GraphQLObjectType({ name: 'Late', fields: { late: { type: GraphQLString } } }).getFields();
    Object.assign(query?.getFields() ?? {}, added);
    expect(query?.getFields()['late']).toBeDefined();
    expect(() => late.requirement('Query', 'late')).toThrow(
      'No access rules for Query.late: it was added after checkSchema.',
    );
  });

  test('owners contains the rules of the type and its interfaces, fieldOwners those of fields', () => {
    const owned = createTestPolicy(
      `type Query @auth { s: S f: F }
       interface I @owner(field: "by") { by: ID! } interface J implements I @owner { by: ID! userId: ID! }
       type S implements I & J @owner(field: "id") { id: ID! by: ID! userId: ID! }
       interface G { a: Int @owner(field: "id") id: ID! }
       type F implements G @auth { id: ID! a: Int @owner(field: "me") b: Int me: ID! }`,
    );
    const formatOwners = (rules: ReadonlyMap<string, readonly { coordinate: string; field: string | null }[]>) =>
      [...rules].map(([name, of]) => [name, of.map(({ coordinate, field }) => `${coordinate} ${field}`)]);
    expect(formatOwners(owned.owners)).toEqual([['S', ['S id', 'I by', 'J userId']]]);
    expect(formatOwners(owned.fieldOwners)).toEqual([['F.a', ['F.a me', 'G.a id']]]);
  });
});

describe('owner rules on inputs', () => {
  const policy = createTestPolicy(`
    type Query @auth { a(by: ID @owner, plain: ID, i: Holds, o: Other, s: String, f: Far, r: Round, l: Lists): Int }
    input Holds { by: ID @owner }
    input Other { by: ID }
    input Far { nearer: Nearer } input Nearer { holds: Holds! }
    input Round { again: Round back: Back } input Back { round: [Round] by: ID @owner }
    input Lists { all: [[Holds!]!]! }
    input Empty { again: Empty more: Loop } input Loop { empty: Empty }
    input Extended { n: Int } extend input Extended { by: [ID] @owner }
    enum E { A }
  `);
  test.each([
    ['Holds', true],
    ['Nearer', true],
    ['Far', true],
    ['Back', true],
    ['Round', true],
    ['Lists', true],
    ['Extended', true],
    ['Other', false],
    ['Empty', false],
    ['Loop', false],
    ['E', false],
    ['ID', false],
    ['String', false],
  ])('canContainRule of %s and of lists of it is %s', (name, expected) => {
    const type = policy.schema.getType(name);
    if (!isInputType(type)) throw new Error(`The test has no input ${name}.`);
    for (const wrapped of [type, new GraphQLList(type), new GraphQLNonNull(new GraphQLList(new GraphQLList(type)))])
      expect(policy.canContainRule(wrapped)).toBe(expected);
  });
  test.each([
    ['Query.a(by:)', 'Query.a(by:)'],
    ['Holds.by', 'Holds.by'],
    ['Query.a(plain:)', undefined],
    ['Other.by', undefined],
    ['Query.a', undefined],
    ['Query.missing(by:)', undefined],
  ])('ownerRuleOn finds the owner rule of %s', (coordinate, expected) => {
    expect(policy.ownerRuleOn(coordinate)?.coordinate).toBe(expected);
  });

  /** The subsets of three interfaces that implement each other and of a type that implements them all. */
  const STATED = Array.from({ length: 16 }, (_, bits) =>
    ['A', 'B', 'C', 'T'].filter((_name, bit) => bits & (1 << bit)),
  );
  test.each(STATED.map((names) => [names]))(
    'ownerRuleOn finds the rule of an argument with @owner on any of %j',
    (names) => {
      const field = (name: string) => `{ f(by: ID ${names.includes(name) ? '@owner' : ''}): Int }`;
      const { ownerRuleOn } = createTestPolicy(`
      type Query @auth { a: A b: B c: C t: T }
      interface A @auth ${field('A')}
      interface B implements A ${field('B')}
      interface C implements B & A ${field('C')}
      type T implements C & B & A ${field('T')}
    `);
      expect(ownerRuleOn('T.f(by:)') !== null).toBe(names.length > 0);
      // A refusal names the coordinate of the rule: the type's if it has one.
      if (names.includes('T')) expect(ownerRuleOn('T.f(by:)')?.coordinate).toBe('T.f(by:)');
    },
  );
});

test('fieldOwners contains a field’s owner rules, even if its type has others', () => {
  const { owners, fieldOwners, requirement } = createTestPolicy(`
    type Query { t: T @auth }
    interface I { secret: Int @owner(field: "by") by: ID! }
    type T implements I @owner { userId: ID! by: ID! to: ID! secret: Int @owner(field: "to") }
  `);
  const namesOf = (rules: readonly { readonly kind: string }[] | undefined) =>
    rules?.map((rule) => ('field' in rule ? rule.field : rule.kind));
  expect(namesOf(owners.get('T'))).toEqual(['userId']);
  expect(namesOf(fieldOwners.get('T.secret'))).toEqual(['to', 'by']);
  expect(namesOf(requirement('T', 'secret'))).toEqual(['userId', 'to', 'by']);
});
