import { describe, expect, test } from 'vitest';
import { ada, ben, authorizeRequest, NOW, createTestPolicy, formatDecision } from './testing/harness.ts';
import { refusalError } from './refusal.ts';
import type { AccessViewer } from './access-viewer.ts';

const policy = createTestPolicy(`
  type Query {
    open: Int @public(reason: "A door.")
    own: Thing @auth
    admin: Int @auth(roles: [ADMIN, AUDITOR])
    fresh: Int @auth(maxAge: 300)
    verified: Int @auth(emailVerified: true)
    strict: Strict @auth
    node: Node @auth
    anything: [Anything] @auth
    byUser(userId: ID @owner, n: Int = 1): Int @auth
    byUsers(userIds: [ID] @owner): Int @auth
    byInput(input: Filter, inputs: [Filter!]): Int @auth
    plain(id: ID, filter: Plain): Int @auth
    openTo(userId: ID @owner): Int @public(reason: "Asked by visitors.")
    openToAll(userIds: [ID] @owner): Int @public(reason: "Asked by visitors.")
  }
  type Mutation @auth(roles: [USER]) { change(input: Filter!): Int }
  input Filter { userId: ID @owner, nested: Filter, many: [Filter] , note: String }
  input Plain { userId: ID }
  interface Node { id: ID! @auth }
  type Thing implements Node @owner(field: "id") { id: ID! size: Int secret: Int @auth(roles: [ADMIN]) }
  type Strict implements Node @auth(roles: [ADMIN], emailVerified: true) { id: ID! a: Int @auth(maxAge: 60) }
  union Anything = Thing | Strict
`);

const admin: AccessViewer = { ...ada, roles: ['ADMIN'] };
const stale: AccessViewer = { ...ada, authTime: NOW - 301 };
const unverified: AccessViewer = { ...ada, emailVerified: false };

const judged = (text: string, viewer: AccessViewer | null, variables = {}) =>
  formatDecision(authorizeRequest(policy, text, viewer, variables));

describe('without a token', () => {
  test('a public field runs', () => {
    expect(judged('{ open }', null)).toBe('allowed');
  });
  test('a closed one is refused, and with it the whole request', () => {
    expect(judged('{ open own { size } }', null)).toBe('UNAUTHENTICATED Query.own Thing.size');
  });
  test('a type’s name may be asked, the type’s fields may not', () => {
    expect(judged('{ __typename }', null)).toBe('allowed');
  });
  // covers: ENGINE-05
  test('401 comes before any word on the values', () => {
    expect(judged('query ($n: Int) { byUser(n: $n) }', null, { n: 'no number' })).toBe('UNAUTHENTICATED Query.byUser');
  });
  test('an owner named on a public field is nobody’s', () => {
    expect(judged('{ openTo }', null)).toBe('allowed');
    expect(judged('{ openTo(userId: null) }', null)).toBe('allowed');
    for (const id of ['ada', '', 'null']) {
      expect(judged(`{ openTo(userId: "${id}") }`, null)).toBe('FORBIDDEN Query.openTo(userId:)');
      expect(judged(`{ openToAll(userIds: ["${id}"]) }`, null)).toBe('FORBIDDEN Query.openToAll(userIds:)');
    }
    expect(judged('{ openToAll(userIds: [null]) }', null)).toBe('FORBIDDEN Query.openToAll(userIds:)');
  });
});

describe('roles', () => {
  test('any one of them is enough', () => {
    expect(judged('{ admin }', admin)).toBe('allowed');
    expect(judged('{ admin }', { ...ada, roles: ['x', 'AUDITOR'] })).toBe('allowed');
  });
  test.each([[[]], [['USER']], [['admin']], [['ADMIN ']], [['']]])('%j is none of them', (roles) => {
    expect(judged('{ admin }', { ...ada, roles })).toBe('FORBIDDEN Query.admin');
  });
  test('on a root type they hold for each of its fields', () => {
    expect(judged('mutation { change(input: {}) }', { ...ada, roles: [] })).toBe('FORBIDDEN Mutation.change');
  });
});

describe('maxAge', () => {
  test.each([
    [NOW, 'allowed'],
    [NOW - 300, 'allowed'],
    [NOW - 301, 'STEP_UP_REQUIRED Query.fresh'],
    [0, 'STEP_UP_REQUIRED Query.fresh'],
    [NOW + 5, 'allowed'],
  ])('a sign-in at %d is judged %s', (authTime, expected) => {
    expect(judged('{ fresh }', { ...ada, authTime })).toBe(expected);
  });
  test('the error says the age that is asked for', () => {
    const decision = authorizeRequest(policy, '{ fresh }', stale);
    const [refusal] = decision.kind === 'refused' ? decision.refusals : [];
    expect(refusal && refusalError(refusal).extensions).toEqual({
      code: 'STEP_UP_REQUIRED',
      coordinate: 'Query.fresh',
      maxAge: 300,
    });
  });
});

describe('emailVerified', () => {
  test('holds back whoever has not verified theirs', () => {
    expect(judged('{ verified }', ada)).toBe('allowed');
    expect(judged('{ verified }', unverified)).toBe('EMAIL_NOT_VERIFIED Query.verified');
  });
});

describe('rules add up', () => {
  test('the type’s, the field’s and the interface’s', () => {
    const fits: AccessViewer = { ...admin, authTime: NOW - 60 };
    expect(judged('{ strict { id a } }', fits)).toBe('allowed');
    expect(judged('{ strict { a } }', { ...fits, roles: ['USER'] })).toBe('FORBIDDEN Strict.a');
    expect(judged('{ strict { a } }', { ...fits, emailVerified: false })).toBe('EMAIL_NOT_VERIFIED Strict.a');
    expect(judged('{ strict { a } }', { ...fits, authTime: NOW - 61 })).toBe('STEP_UP_REQUIRED Strict.a');
    expect(judged('{ strict { id } }', { ...fits, authTime: NOW - 61 })).toBe('allowed');
  });
  // covers: ENGINE-05
  test('of several reasons the first in order is told: forbidden, not verified, sign in again', () => {
    const worst = { ...stale, roles: [], emailVerified: false };
    for (const fields of ['fresh verified admin', 'admin verified fresh', 'verified admin fresh'])
      expect(judged(`{ ${fields} }`, worst)).toBe('FORBIDDEN Query.admin');
    for (const fields of ['fresh verified', 'verified fresh'])
      expect(judged(`{ ${fields} }`, worst)).toBe('EMAIL_NOT_VERIFIED Query.verified');
    expect(judged('{ admin byUser(userId: "ben") }', worst)).toBe('FORBIDDEN Query.admin');
    expect(judged('{ fresh verified byUser(userId: "ben") }', worst)).toBe('FORBIDDEN Query.byUser(userId:)');
  });
  test('a type’s rule counts when a field other than __typename is selected on it', () => {
    expect(judged('{ strict { __typename } }', ada)).toBe('allowed');
  });
});

describe('abstract types', () => {
  // covers: ACCESS-03
  test('a field of an interface counts for every type that it may be', () => {
    expect(judged('{ node { id } }', ada)).toBe('FORBIDDEN Strict.id');
    expect(judged('{ node { id } }', admin)).toBe('allowed');
  });
  test('fragments leave only the types that they name', () => {
    expect(judged('{ node { ... on Thing { id size } } }', ada)).toBe('allowed');
    expect(judged('{ node { ... on Thing { secret } } }', ada)).toBe('FORBIDDEN Thing.secret');
    expect(judged('{ anything { ... on Node { id } } }', ada)).toBe('FORBIDDEN Strict.id');
    expect(judged('{ anything { ... on Thing { ... on Node { id } } } }', ada)).toBe('allowed');
    expect(
      judged('{ anything { ...T } } fragment T on Node { ... on Thing { ...N } } fragment N on Node { id }', ada),
    ).toBe('allowed');
  });
  // covers: ACCESS-03
  test('one fragment is judged anew for each type that it is spread on', () => {
    const spread = 'fragment N on Node { id }';
    expect(judged(`{ own { ...N } anything { ... on Strict { ...N } } } ${spread}`, ada)).toBe('FORBIDDEN Strict.id');
    expect(judged(`{ anything { ... on Strict { ...N } } own { ...N } } ${spread}`, ada)).toBe('FORBIDDEN Strict.id');
  });
  test('an inline fragment without a type leaves all of them', () => {
    expect(judged('{ node { ... { id } } }', ada)).toBe('FORBIDDEN Strict.id');
  });
});

// covers: ACCESS-04
describe('every way of writing a field is judged', () => {
  test.each([
    ['an alias', '{ open: admin }'],
    ['a second time under another name', '{ open a: open b: admin }'],
    ['a named fragment', '{ ...F } fragment F on Query { admin }'],
    ['a fragment in a fragment', '{ ...F } fragment F on Query { ...G } fragment G on Query { admin }'],
    ['an inline fragment', '{ ... on Query { admin } }'],
    ['beside the same field, merged', '{ own { size } own { secret } }'],
    ['one of two operations', 'query A { admin }'],
  ])('%s', (_, text) => {
    expect(judged(text, ada)).toMatch(/^FORBIDDEN (Query\.admin|Thing\.secret)$/);
  });
});

// covers: ACCESS-04
describe('@skip and @include', () => {
  test.each([
    ['{ admin @skip(if: true) open }', {}, 'allowed'],
    ['{ admin @include(if: false) open }', {}, 'allowed'],
    ['{ admin @skip(if: false) open }', {}, 'FORBIDDEN Query.admin'],
    ['{ admin @include(if: true) @skip(if: true) open }', {}, 'allowed'],
    ['query ($s: Boolean!) { admin @skip(if: $s) open }', { s: true }, 'allowed'],
    ['query ($s: Boolean!) { admin @skip(if: $s) open }', { s: false }, 'FORBIDDEN Query.admin'],
    ['query ($s: Boolean = true) { admin @skip(if: $s) open }', {}, 'allowed'],
    ['query ($s: Boolean = true) { admin @skip(if: $s) open }', { s: false }, 'FORBIDDEN Query.admin'],
    ['query ($i: Boolean = false) { ... @include(if: $i) { admin } open }', {}, 'allowed'],
    ['query ($i: Boolean!) { ...F @include(if: $i) open } fragment F on Query { admin }', { i: false }, 'allowed'],
    [
      'query ($i: Boolean!) { ...F @include(if: $i) ...F } fragment F on Query { admin }',
      { i: false },
      'FORBIDDEN Query.admin',
    ],
    ['query ($s: Boolean!) { admin @skip(if: $s) open }', { s: 'true' }, 'FORBIDDEN Query.admin'],
    ['query ($s: Boolean!) { admin @skip(if: $s) open }', { s: 1 }, 'FORBIDDEN Query.admin'],
    ['query ($s: Boolean!) { admin @skip(if: $s) open }', {}, 'FORBIDDEN Query.admin'],
    [
      'query ($s: Boolean!) { admin @skip(if: $s) open }',
      JSON.parse('{"__proto__":{"s":true}}'),
      'FORBIDDEN Query.admin',
    ],
  ])('%s with %j is %s', (text, variables, expected) => {
    expect(judged(text, ada, variables as Record<string, unknown>)).toBe(expected);
  });
  test('so many combinations that not all are remembered are judged all the same', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const text = `query (${names.map((name) => `$${name}: Boolean!`).join()}) { open ${names.map((name) => `${name}: admin @include(if: $${name})`).join(' ')} }`;
    for (let bits = 0; bits < 64; bits++) {
      const variables = Object.fromEntries(names.map((name, index) => [name, ((bits >> index) & 1) === 1]));
      expect(judged(text, ada, variables)).toBe(bits === 0 ? 'allowed' : 'FORBIDDEN Query.admin');
    }
  });
});

// covers: ACCESS-10
describe('an owner argument', () => {
  const REFUSED = 'FORBIDDEN Query.byUser(userId:)';
  test.each([
    ['{ byUser }', {}, 'allowed'],
    ['{ byUser(userId: null) }', {}, 'allowed'],
    ['{ byUser(userId: "ada") }', {}, 'allowed'],
    ['{ byUser(userId: "ben") }', {}, REFUSED],
    ['{ byUser(userId: "Ada") }', {}, REFUSED],
    ['{ byUser(userId: "ada ") }', {}, REFUSED],
    ['{ byUser(userId: "") }', {}, REFUSED],
    ['{ byUser(userId: 5) }', {}, REFUSED],
    ['query ($u: ID) { byUser(userId: $u) }', { u: 'ada' }, 'allowed'],
    ['query ($u: ID) { byUser(userId: $u) }', { u: 'ben' }, REFUSED],
    ['query ($u: ID) { byUser(userId: $u) }', {}, 'allowed'],
    ['query ($u: ID = "ben") { byUser(userId: $u) }', {}, REFUSED],
    ['query ($u: ID = "ben") { byUser(userId: $u) }', { u: 'ada' }, 'allowed'],
    ['query ($u: ID = "ben") { byUser(userId: $u) }', { u: null }, 'allowed'],
    ['{ a: byUser(userId: "ada") b: byUser(userId: "ben") }', {}, REFUSED],
    ['{ b: byUser(userId: "ben") a: byUser(userId: "ada") }', {}, REFUSED],
    ['{ byUser(userId: "ben") @skip(if: true) open }', {}, 'allowed'],
  ])('%s with %j is %s', (text, variables, expected) => {
    expect(judged(text, ada, variables as Record<string, unknown>)).toBe(expected);
  });
  // covers: ACCESS-10
  test('a number is compared as the text that it becomes', () => {
    expect(judged('{ byUser(userId: 5) }', { ...ada, userId: '5' })).toBe('allowed');
  });
  test.each([
    ['[]', 'allowed'],
    ['["ada"]', 'allowed'],
    ['"ada"', 'allowed'],
    ['["ada", "ada"]', 'allowed'],
    ['["ada", "ben"]', 'FORBIDDEN Query.byUsers(userIds:)'],
    ['["ben", "ada"]', 'FORBIDDEN Query.byUsers(userIds:)'],
    ['["ada", null]', 'FORBIDDEN Query.byUsers(userIds:)'],
    ['null', 'allowed'],
  ])('the list %s is %s', (list, expected) => {
    expect(judged(`{ byUsers(userIds: ${list}) }`, ada)).toBe(expected);
  });
  test('without the directive an id is only a value', () => {
    expect(judged('{ plain(id: "ben", filter: { userId: "ben" }) }', ada)).toBe('allowed');
  });
});

// covers: ACCESS-10
describe('an owner inside an input object', () => {
  const REFUSED = 'FORBIDDEN Filter.userId';
  test.each([
    ['input: {}', 'allowed'],
    ['input: { userId: "ada" }', 'allowed'],
    ['input: { userId: "ben" }', REFUSED],
    ['input: { userId: "ada", nested: { nested: { userId: "ben" } } }', REFUSED],
    ['input: { many: [{ userId: "ada" }, { note: "x" }, { userId: "ben" }] }', REFUSED],
    ['input: { many: { userId: "ben" } }', REFUSED],
    ['input: { many: [null, { userId: "ada" }] }', 'allowed'],
    ['inputs: [{ userId: "ada" }, { userId: "ben" }]', REFUSED],
    ['inputs: []', 'allowed'],
    ['input: { userId: "ada" }, inputs: [{ userId: null }]', 'allowed'],
  ])('%s is %s', (args, expected) => {
    expect(judged(`{ byInput(${args}) }`, ada)).toBe(expected);
  });
  test('sent as a variable, whole or in part', () => {
    expect(judged('query ($f: Filter) { byInput(input: $f) }', ada, { f: { nested: { userId: 'ben' } } })).toBe(
      REFUSED,
    );
    expect(judged('query ($u: ID) { byInput(input: { nested: { userId: $u } }) }', ada, { u: 'ben' })).toBe(REFUSED);
    expect(judged('query ($u: ID) { byInput(input: { nested: { userId: $u } }) }', ada, { u: 'ada' })).toBe('allowed');
  });
});

describe('names that every object has', () => {
  const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty'];
  const odd = createTestPolicy(`
    type Query @auth { f(${names.map((name) => `${name}: ID @owner`).join(' ')} input: Odd): Int }
    input Odd { ${names.map((name) => `${name}: ID @owner`).join(' ')} }
  `);
  test('are left out where nobody has written them', () => {
    expect(formatDecision(authorizeRequest(odd, '{ f(input: {}) }', ada))).toBe('allowed');
  });
  test.each(names)('and judged where somebody has: %s', (name) => {
    for (const id of ['ada', 'ben']) {
      const expected = id === 'ada' ? ['allowed', 'allowed'] : [`FORBIDDEN Query.f(${name}:)`, `FORBIDDEN Odd.${name}`];
      expect([
        formatDecision(authorizeRequest(odd, `{ f(${name}: "${id}") }`, ada)),
        formatDecision(authorizeRequest(odd, `{ f(input: { ${name}: "${id}" }) }`, ada)),
      ]).toEqual(expected);
    }
  });
});

describe('values that are none of their types', () => {
  test('are told of, once the caller may know of the field', () => {
    const decision = authorizeRequest(policy, 'query ($n: Int) { byUser(n: $n) }', ada, { n: 'x' });
    expect(decision.kind === 'invalid' && decision.errors.map(({ message }) => message)).toEqual([
      'Variable "$n" got invalid value "x"; Int cannot represent non-integer value: "x"',
    ]);
  });
  test('get no suggestions', () => {
    const decision = authorizeRequest(policy, 'query ($f: Filter) { byInput(input: $f) }', ada, {
      f: { userIt: 'ada' },
    });
    expect(JSON.stringify(decision)).not.toMatch(/did you mean/i);
    expect(decision.kind).toBe('invalid');
  });
  test('do not hide a refusal that needs no values', () => {
    expect(judged('query ($n: Int) { fresh byUser(n: $n) }', stale, { n: 'x' })).toBe('STEP_UP_REQUIRED Query.fresh');
  });
});

describe('a refusal', () => {
  test('names each coordinate once, with every place where it is written', () => {
    const decision = authorizeRequest(policy, '{ a: admin b: admin }', ada);
    const refusals = decision.kind === 'refused' ? decision.refusals : [];
    expect(refusals.map((refusal) => refusalError(refusal).toJSON())).toEqual([
      {
        message: 'Not authorized.',
        locations: [
          { line: 1, column: 3 },
          { line: 1, column: 12 },
        ],
        extensions: { code: 'FORBIDDEN', coordinate: 'Query.admin' },
      },
    ]);
  });
  test('names at most twenty coordinates', () => {
    const fields = Array.from({ length: 30 }, (_, index) => `f${index}`);
    const wide = createTestPolicy(`type Query @auth { ${fields.map((name) => `${name}: Int`).join(' ')} }`);
    const decision = authorizeRequest(wide, `{ ${fields.join(' ')} }`, null);
    expect(decision.kind === 'refused' && decision.refusals).toHaveLength(20);
  });
  // covers: ACCESS-23
  test('is remembered for nobody: another caller of the same operation is judged anew', () => {
    expect(judged('{ byUser(userId: "ada") }', ada)).toBe('allowed');
    expect(judged('{ byUser(userId: "ada") }', ben)).toBe('FORBIDDEN Query.byUser(userId:)');
    expect(judged('{ byUser(userId: "ada") }', null)).toBe('UNAUTHENTICATED Query.byUser');
  });
});

describe('refusals', () => {
  const crowded = createTestPolicy(`
    type Query {
      find(${Array.from({ length: 25 }, (_, index) => `a${index}: ID @owner`).join(' ')}): Int @auth
      narrow(by: Pair, must: Int! = 5): Int @auth
      vault: Vault @auth
    }
    input Pair { one: ID @owner two: ID @owner three: ID @owner }
    type Vault @auth(roles: [ADMIN]) { code: Int @auth(roles: [AUDITOR]) }
  `);

  test('of values are twenty at most', () => {
    const args = Array.from({ length: 25 }, (_, index) => `a${index}: "ben"`).join(' ');
    const decision = authorizeRequest(crowded, `{ find(${args}) }`, ada);
    expect(decision.kind === 'refused' && decision.refusals).toHaveLength(20);
  });

  test('name each owner in one input object', () => {
    expect(
      formatDecision(authorizeRequest(crowded, '{ narrow(by: { one: "ben", two: "ada", three: "ben" }) }', ada)),
    ).toBe('FORBIDDEN Pair.one Pair.three');
  });

  test('name a coordinate once that two rules refuse for one reason', () => {
    expect(formatDecision(authorizeRequest(crowded, '{ vault { code } }', ada))).toBe('FORBIDDEN Vault.code');
  });
});

describe('a value that is none of its type is invalid', () => {
  test('in a variable of an operation without owner arguments', () => {
    const text = 'query ($id: ID) { plain(id: $id) }';
    expect(judged(text, ada, { id: { no: 'id' } })).toBe('invalid');
    expect(judged(text, ada, { id: 'ben' })).toBe('allowed');
  });

  test('in an argument that cannot be null, given null by a variable', () => {
    const strict = createTestPolicy('type Query { find(by: ID @owner, must: Int! = 5): Int @auth }');
    const text = 'query ($must: Int) { find(must: $must) }';
    expect(formatDecision(authorizeRequest(strict, text, ada, { must: null }))).toBe('invalid');
    expect(formatDecision(authorizeRequest(strict, text, ada, {}))).toBe('allowed');
  });
});
