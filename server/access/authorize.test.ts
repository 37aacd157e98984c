import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { authorize } from './authorize.ts';
import { createPlanner } from './operation-planner.ts';
import { ada, ben, authorizeRequest, NOW, createTestPolicy, formatDecision } from './test-harness.ts';
import { refusalError } from './refusal.ts';
import type { AccessViewer } from './access-viewer.ts';

const policy = createTestPolicy(`
  type Query {
    open: Int @public(reason: "For everyone.")
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

const decide = (text: string, viewer: AccessViewer | null, variables = {}) =>
  formatDecision(authorizeRequest(policy, text, viewer, variables));

describe('authorize without a token', () => {
  test('allows a public field', () => {
    expect(decide('{ open }', null)).toBe('allowed');
  });
  test('refuses the whole request for one restricted field', () => {
    expect(decide('{ open own { size } }', null)).toBe('UNAUTHENTICATED Query.own Thing.size');
  });
  test('allows `__typename` of a restricted type, but not its fields', () => {
    expect(decide('{ __typename }', null)).toBe('allowed');
  });
  // covers: ENGINE-05
  test('refuses with UNAUTHENTICATED before it coerces values', () => {
    expect(decide('query ($n: Int) { byUser(n: $n) }', null, { n: 'no number' })).toBe('UNAUTHENTICATED Query.byUser');
  });
  test('refuses every id in an owner argument of a public field', () => {
    expect(decide('{ openTo }', null)).toBe('allowed');
    expect(decide('{ openTo(userId: null) }', null)).toBe('allowed');
    for (const id of ['ada', '', 'null']) {
      expect(decide(`{ openTo(userId: "${id}") }`, null)).toBe('FORBIDDEN Query.openTo(userId:)');
      expect(decide(`{ openToAll(userIds: ["${id}"]) }`, null)).toBe('FORBIDDEN Query.openToAll(userIds:)');
    }
    expect(decide('{ openToAll(userIds: [null]) }', null)).toBe('FORBIDDEN Query.openToAll(userIds:)');
  });
});

describe('authorize with `roles`', () => {
  test('allows a viewer with one of the roles', () => {
    expect(decide('{ admin }', admin)).toBe('allowed');
    expect(decide('{ admin }', { ...ada, roles: ['x', 'AUDITOR'] })).toBe('allowed');
  });
  test.each([[[]], [['USER']], [['admin']], [['ADMIN ']], [['']]])('refuses a viewer with the roles %j', (roles) => {
    expect(decide('{ admin }', { ...ada, roles })).toBe('FORBIDDEN Query.admin');
  });
  test('applies roles on a root type to each of its fields', () => {
    expect(decide('mutation { change(input: {}) }', { ...ada, roles: [] })).toBe('FORBIDDEN Mutation.change');
  });
});

// covers: RULES-01
describe('authorize with `scopes`', () => {
  const scoped = createTestPolicy(`
    extend schema @tokenScopes(names: ["read:tasks", "write:tasks", "admin"])
    type Query { a: Int @auth(scopes: [["read:tasks", "write:tasks"], ["admin"]]) b: Int @auth(roles: [ADMIN], scopes: [["admin"]]) }
  `);
  test.each<[string, readonly string[] | undefined, string]>([
    ['a', ['read:tasks', 'write:tasks'], 'allowed'],
    ['a', ['write:tasks', 'other', 'read:tasks'], 'allowed'],
    ['a', ['admin'], 'allowed'],
    ['a', ['read:tasks'], 'FORBIDDEN Query.a'],
    ['a', ['write:tasks'], 'FORBIDDEN Query.a'],
    ['a', ['read:tasks write:tasks'], 'FORBIDDEN Query.a'],
    ['a', ['ADMIN', 'admin ', 'adm'], 'FORBIDDEN Query.a'],
    ['a', [], 'FORBIDDEN Query.a'],
    ['a', undefined, 'FORBIDDEN Query.a'],
    ['b', ['admin'], 'FORBIDDEN Query.b'],
  ])('decides on the field %s for a token with the scopes %j: %s', (field, scopes, expected) => {
    expect(formatDecision(authorizeRequest(scoped, `{ ${field} }`, { ...ada, scopes }))).toBe(expected);
  });
  test('requires the roles and the scopes of a rule', () => {
    expect(formatDecision(authorizeRequest(scoped, '{ b }', { ...admin, scopes: ['admin'] }))).toBe('allowed');
    expect(formatDecision(authorizeRequest(scoped, '{ b }', admin))).toBe('FORBIDDEN Query.b');
    expect(formatDecision(authorizeRequest(scoped, '{ a b }', null))).toBe('UNAUTHENTICATED Query.a Query.b');
  });
});

describe('authorize with `maxAge`', () => {
  test.each([
    [NOW, 'allowed'],
    [NOW - 300, 'allowed'],
    [NOW - 301, 'STEP_UP_REQUIRED Query.fresh'],
    [0, 'STEP_UP_REQUIRED Query.fresh'],
    [NOW + 5, 'allowed'],
  ])('decides on authTime %d: %s', (authTime, expected) => {
    expect(decide('{ fresh }', { ...ada, authTime })).toBe(expected);
  });
  test('returns an error with the required maxAge', () => {
    const decision = authorizeRequest(policy, '{ fresh }', stale);
    const [refusal] = decision.kind === 'refused' ? decision.refusals : [];
    expect(refusal && refusalError(refusal).extensions).toEqual({
      code: 'STEP_UP_REQUIRED',
      coordinate: 'Query.fresh',
      maxAge: 300,
    });
  });
});

describe('authorize with `emailVerified`', () => {
  test('refuses a viewer without a verified address', () => {
    expect(decide('{ verified }', ada)).toBe('allowed');
    expect(decide('{ verified }', unverified)).toBe('EMAIL_NOT_VERIFIED Query.verified');
  });
});

// covers: RULES-02
describe('authorize with @auth on an input field', () => {
  const writes = createTestPolicy(`
    type Query {
      find(filter: Filter, filters: [[Filter!]]): Int @auth
      open(filter: Filter, n: Int): Int @public(reason: "Asked by visitors.")
      stale(filter: Filter): Int @auth(maxAge: 300)
    }
    type Mutation @auth { save(input: Task!, either: Either): Int }
    input Filter { text: String all: Boolean @auth(roles: [ADMIN]) nested: Filter list: [Filter] }
    input Task {
      title: String!
      done: Boolean = false
      pinned: Boolean @auth(roles: [ADMIN])
      email: String @auth(emailVerified: true)
      price: Int @auth(maxAge: 60)
      owner: ID @owner @auth(roles: [ADMIN])
      notes: [Note] @auth
    }
    input Note { text: String }
    input Either @oneOf { id: ID key: ID @auth(roles: [ADMIN]) }
  `);
  const decideOn = (text: string, viewer: AccessViewer | null, variables = {}) =>
    formatDecision(authorizeRequest(writes, text, viewer, variables));

  test.each([
    ['{ find }', 'allowed'],
    ['{ find(filter: null) }', 'allowed'],
    ['{ find(filter: {}) }', 'allowed'],
    ['{ find(filter: { text: "x", nested: { text: null } }) }', 'allowed'],
    ['{ find(filter: { all: true }) }', 'FORBIDDEN Filter.all'],
    ['{ find(filter: { all: false }) }', 'FORBIDDEN Filter.all'],
    ['{ find(filter: { all: null }) }', 'FORBIDDEN Filter.all'],
    ['{ find(filter: { nested: { list: [null, { all: null }] } }) }', 'FORBIDDEN Filter.all'],
    ['{ find(filter: { list: { all: true } }) }', 'FORBIDDEN Filter.all'],
    ['{ find(filters: [null, [{ text: "x" }, { all: true }]]) }', 'FORBIDDEN Filter.all'],
    ['{ find(filters: { all: true }) }', 'FORBIDDEN Filter.all'],
    ['{ ...F } fragment F on Query { find(filter: { all: true }) }', 'FORBIDDEN Filter.all'],
    ['{ find @skip(if: true) other: find(filter: { all: true }) @include(if: false) }', 'allowed'],
    ['mutation { save(input: { title: "x", done: true }) }', 'allowed'],
    ['mutation { save(input: { title: "x", pinned: null, owner: null }) }', 'FORBIDDEN Task.pinned Task.owner'],
    ['mutation { save(input: { title: "x", notes: [] }) }', 'allowed'],
    ['mutation { save(input: { title: "x" }, either: { key: "k" }) }', 'FORBIDDEN Either.key'],
    ['mutation { save(input: { title: "x" }, either: { id: "k" }) }', 'allowed'],
  ])('decides for a role USER on %s: %s', (text, expected) => {
    expect(decideOn(text, ada)).toBe(expected);
    if (expected.startsWith('FORBIDDEN')) expect(decideOn(text, admin)).toBe('allowed');
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['query ($all: Boolean) { find(filter: { all: $all }) }', {}, 'allowed'],
    ['query ($all: Boolean) { find(filter: { all: $all }) }', { all: null }, 'FORBIDDEN Filter.all'],
    ['query ($all: Boolean = true) { find(filter: { all: $all }) }', {}, 'FORBIDDEN Filter.all'],
    ['query ($all: Boolean = null) { find(filter: { all: $all }) }', {}, 'FORBIDDEN Filter.all'],
    ['query ($filter: Filter) { find(filter: $filter) }', {}, 'allowed'],
    ['query ($filter: Filter) { find(filter: $filter) }', { filter: { all: null } }, 'FORBIDDEN Filter.all'],
    ['query ($filter: Filter = { all: true }) { find(filter: $filter) }', {}, 'FORBIDDEN Filter.all'],
    ['query ($filter: Filter = { all: true }) { find(filter: $filter) }', { filter: null }, 'allowed'],
    ['query ($lists: [[Filter!]]) { find(filters: $lists) }', { lists: [[{}, { all: true }]] }, 'FORBIDDEN Filter.all'],
    ['query ($inner: Filter) { find(filter: { nested: $inner }) }', { inner: { all: true } }, 'FORBIDDEN Filter.all'],
  ])('decides on %s with the variables %j: %s', (text, variables, expected) => {
    expect(decideOn(text, ada, variables)).toBe(expected);
  });

  test('refuses a value for each reason, and the gravest of fields and values wins', () => {
    const save = (fields: string) => `mutation { save(input: { title: "x", ${fields} }) }`;
    const worst: AccessViewer = { ...ada, emailVerified: false, authTime: NOW - 400 };
    expect(decideOn(save('price: 1'), worst)).toBe('STEP_UP_REQUIRED Task.price');
    expect(decideOn(save('price: 1, email: "x"'), worst)).toBe('EMAIL_NOT_VERIFIED Task.email');
    expect(decideOn(save('price: 1, email: "x", pinned: true'), worst)).toBe('FORBIDDEN Task.pinned');
    expect(decideOn('{ stale(filter: { all: true }) }', worst)).toBe('FORBIDDEN Filter.all');
    expect(decideOn('{ stale(filter: { text: "x" }) }', worst)).toBe('STEP_UP_REQUIRED Query.stale');
    expect(decideOn(save('owner: "ben"'), admin)).toBe('FORBIDDEN Task.owner');
    expect(decideOn(save('owner: "ada"'), admin)).toBe('allowed');
  });

  test('refuses a value without a token with UNAUTHENTICATED, also on a public field', () => {
    expect(decideOn('{ open(filter: { text: "x" }) }', null)).toBe('allowed');
    expect(decideOn('{ open(filter: { all: null }) }', null)).toBe('UNAUTHENTICATED Filter.all');
  });

  test('names fields and values that are refused for the same reason', () => {
    const text = '{ stale(filter: { nested: { text: "x" } }) other: find(filter: { text: "y" }) }';
    expect(decideOn(text, { ...ada, authTime: NOW - 400 })).toBe('STEP_UP_REQUIRED Query.stale');
  });
});

describe('authorize with several rules', () => {
  test('requires the rules of the type, the field and the interface', () => {
    const fits: AccessViewer = { ...admin, authTime: NOW - 60 };
    expect(decide('{ strict { id a } }', fits)).toBe('allowed');
    expect(decide('{ strict { a } }', { ...fits, roles: ['USER'] })).toBe('FORBIDDEN Strict.a');
    expect(decide('{ strict { a } }', { ...fits, emailVerified: false })).toBe('EMAIL_NOT_VERIFIED Strict.a');
    expect(decide('{ strict { a } }', { ...fits, authTime: NOW - 61 })).toBe('STEP_UP_REQUIRED Strict.a');
    expect(decide('{ strict { id } }', { ...fits, authTime: NOW - 61 })).toBe('allowed');
  });
  // covers: ENGINE-05
  test('refuses with the reason of highest precedence: FORBIDDEN, EMAIL_NOT_VERIFIED, STEP_UP_REQUIRED', () => {
    const worst = { ...stale, roles: [], emailVerified: false };
    for (const fields of ['fresh verified admin', 'admin verified fresh', 'verified admin fresh'])
      expect(decide(`{ ${fields} }`, worst)).toBe('FORBIDDEN Query.admin');
    for (const fields of ['fresh verified', 'verified fresh'])
      expect(decide(`{ ${fields} }`, worst)).toBe('EMAIL_NOT_VERIFIED Query.verified');
    expect(decide('{ admin byUser(userId: "ben") }', worst)).toBe('FORBIDDEN Query.admin');
    expect(decide('{ fresh verified byUser(userId: "ben") }', worst)).toBe('FORBIDDEN Query.byUser(userId:)');
  });
  test('applies a type’s rule if a field other than `__typename` is selected', () => {
    expect(decide('{ strict { __typename } }', ada)).toBe('allowed');
  });
});

describe('authorize with abstract types', () => {
  // covers: ACCESS-03
  test('applies the rules of every implementing type to a field of an interface', () => {
    expect(decide('{ node { id } }', ada)).toBe('FORBIDDEN Strict.id');
    expect(decide('{ node { id } }', admin)).toBe('allowed');
  });
  test('applies only the rules of the types that a fragment leaves', () => {
    expect(decide('{ node { ... on Thing { id size } } }', ada)).toBe('allowed');
    expect(decide('{ node { ... on Thing { secret } } }', ada)).toBe('FORBIDDEN Thing.secret');
    expect(decide('{ anything { ... on Node { id } } }', ada)).toBe('FORBIDDEN Strict.id');
    expect(decide('{ anything { ... on Thing { ... on Node { id } } } }', ada)).toBe('allowed');
    expect(
      decide('{ anything { ...T } } fragment T on Node { ... on Thing { ...N } } fragment N on Node { id }', ada),
    ).toBe('allowed');
  });
  // covers: ACCESS-03
  test('checks a fragment again for each type on which it is spread', () => {
    const spread = 'fragment N on Node { id }';
    expect(decide(`{ own { ...N } anything { ... on Strict { ...N } } } ${spread}`, ada)).toBe('FORBIDDEN Strict.id');
    expect(decide(`{ anything { ... on Strict { ...N } } own { ...N } } ${spread}`, ada)).toBe('FORBIDDEN Strict.id');
  });
  test('keeps all types for an inline fragment without a type condition', () => {
    expect(decide('{ node { ... { id } } }', ada)).toBe('FORBIDDEN Strict.id');
  });
});

// covers: ACCESS-04
describe('authorize finds every selection of a field', () => {
  test.each([
    ['an alias', '{ open: admin }'],
    ['a second time under another alias', '{ open a: open b: admin }'],
    ['in a named fragment', '{ ...F } fragment F on Query { admin }'],
    ['in a fragment of a fragment', '{ ...F } fragment F on Query { ...G } fragment G on Query { admin }'],
    ['in an inline fragment', '{ ... on Query { admin } }'],
    ['in a merged selection of the same field', '{ own { size } own { secret } }'],
    ['in a named operation', 'query A { admin }'],
  ])('checks a field selected %s', (_, text) => {
    expect(decide(text, ada)).toMatch(/^FORBIDDEN (Query\.admin|Thing\.secret)$/);
  });
});

// covers: ACCESS-04
describe('authorize with @skip and @include', () => {
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
  ])('decides on %s with the variables %j: %s', (text, variables, expected) => {
    expect(decide(text, ada, variables as Record<string, unknown>)).toBe(expected);
  });
  test('decides correctly on more combinations of conditions than are cached', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const text = `query (${names.map((name) => `$${name}: Boolean!`).join()}) { open ${names.map((name) => `${name}: admin @include(if: $${name})`).join(' ')} }`;
    for (let bits = 0; bits < 64; bits++) {
      const variables = Object.fromEntries(names.map((name, index) => [name, ((bits >> index) & 1) === 1]));
      expect(decide(text, ada, variables)).toBe(bits === 0 ? 'allowed' : 'FORBIDDEN Query.admin');
    }
  });
});

// covers: ACCESS-10
describe('authorize with an owner argument', () => {
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
  ])('decides on %s with the variables %j: %s', (text, variables, expected) => {
    expect(decide(text, ada, variables as Record<string, unknown>)).toBe(expected);
  });
  // covers: ACCESS-10
  test('compares a number as the string to which it is coerced', () => {
    expect(decide('{ byUser(userId: 5) }', { ...ada, userId: '5' })).toBe('allowed');
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
  ])('decides on the list %s: %s', (list, expected) => {
    expect(decide(`{ byUsers(userIds: ${list}) }`, ada)).toBe(expected);
  });
  test('allows any id without the directive', () => {
    expect(decide('{ plain(id: "ben", filter: { userId: "ben" }) }', ada)).toBe('allowed');
  });
});

// covers: ACCESS-10
describe('authorize with an owner in an input object', () => {
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
  ])('decides on %s: %s', (args, expected) => {
    expect(decide(`{ byInput(${args}) }`, ada)).toBe(expected);
  });
  test('compares an owner in a variable for the whole input or for a part', () => {
    expect(decide('query ($f: Filter) { byInput(input: $f) }', ada, { f: { nested: { userId: 'ben' } } })).toBe(
      REFUSED,
    );
    expect(decide('query ($u: ID) { byInput(input: { nested: { userId: $u } }) }', ada, { u: 'ben' })).toBe(REFUSED);
    expect(decide('query ($u: ID) { byInput(input: { nested: { userId: $u } }) }', ada, { u: 'ada' })).toBe('allowed');
  });
});

describe('authorize with arguments named like properties of Object.prototype', () => {
  const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty'];
  const odd = createTestPolicy(`
    type Query @auth { f(${names.map((name) => `${name}: ID @owner`).join(' ')} input: Odd): Int }
    input Odd { ${names.map((name) => `${name}: ID @owner`).join(' ')} }
  `);
  test('treats omitted arguments as omitted', () => {
    expect(formatDecision(authorizeRequest(odd, '{ f(input: {}) }', ada))).toBe('allowed');
  });
  test.each(names)('compares the value of the argument %s', (name) => {
    for (const id of ['ada', 'ben']) {
      const expected = id === 'ada' ? ['allowed', 'allowed'] : [`FORBIDDEN Query.f(${name}:)`, `FORBIDDEN Odd.${name}`];
      expect([
        formatDecision(authorizeRequest(odd, `{ f(${name}: "${id}") }`, ada)),
        formatDecision(authorizeRequest(odd, `{ f(input: { ${name}: "${id}" }) }`, ada)),
      ]).toEqual(expected);
    }
  });
});

describe('authorize with values that cannot be coerced', () => {
  test('returns the coercion errors if the viewer may use the field', () => {
    const decision = authorizeRequest(policy, 'query ($n: Int) { byUser(n: $n) }', ada, { n: 'x' });
    expect(decision.kind === 'invalid' && decision.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Variable "\$n" .* invalid value.* Int cannot represent non-integer value: "x"$/),
    ]);
  });
  test('returns errors without suggestions', () => {
    const decision = authorizeRequest(policy, 'query ($f: Filter) { byInput(input: $f) }', ada, {
      f: { userIt: 'ada' },
    });
    expect(JSON.stringify(decision)).not.toMatch(/did you mean/i);
    expect(decision.kind).toBe('invalid');
  });
  test('refuses by rules that need no values first', () => {
    expect(decide('query ($n: Int) { fresh byUser(n: $n) }', stale, { n: 'x' })).toBe('STEP_UP_REQUIRED Query.fresh');
  });
});

describe('authorize returns refusals', () => {
  test('refuses each coordinate once, with all nodes that select it', () => {
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
  test('names at most twenty refused coordinates', () => {
    const fields = Array.from({ length: 30 }, (_, index) => `f${index}`);
    const wide = createTestPolicy(`type Query @auth { ${fields.map((name) => `${name}: Int`).join(' ')} }`);
    const decision = authorizeRequest(wide, `{ ${fields.join(' ')} }`, null);
    expect(decision.kind === 'refused' && decision.refusals).toHaveLength(20);
  });
  // covers: ACCESS-23
  test('decides anew for the next viewer of the same operation', () => {
    expect(decide('{ byUser(userId: "ada") }', ada)).toBe('allowed');
    expect(decide('{ byUser(userId: "ada") }', ben)).toBe('FORBIDDEN Query.byUser(userId:)');
    expect(decide('{ byUser(userId: "ada") }', null)).toBe('UNAUTHENTICATED Query.byUser');
  });
});

describe('authorize returns refusals of owner arguments', () => {
  const crowded = createTestPolicy(`
    type Query {
      find(${Array.from({ length: 25 }, (_, index) => `a${index}: ID @owner`).join(' ')}): Int @auth
      narrow(by: Pair, must: Int! = 5): Int @auth
      vault: Vault @auth
    }
    input Pair { one: ID @owner two: ID @owner three: ID @owner }
    type Vault @auth(roles: [ADMIN]) { code: Int @auth(roles: [AUDITOR]) }
  `);

  test('names at most twenty refused coordinates', () => {
    const args = Array.from({ length: 25 }, (_, index) => `a${index}: "ben"`).join(' ');
    const decision = authorizeRequest(crowded, `{ find(${args}) }`, ada);
    expect(decision.kind === 'refused' && decision.refusals).toHaveLength(20);
  });

  test('refuses each owner field of one input object', () => {
    expect(
      formatDecision(authorizeRequest(crowded, '{ narrow(by: { one: "ben", two: "ada", three: "ben" }) }', ada)),
    ).toBe('FORBIDDEN Pair.one Pair.three');
  });

  test('returns one refusal for a coordinate that two rules refuse for the same reason', () => {
    expect(formatDecision(authorizeRequest(crowded, '{ vault { code } }', ada))).toBe('FORBIDDEN Vault.code');
  });
});

describe('authorize returns `invalid`', () => {
  test('returns `invalid` for a wrong variable of an operation without owner arguments', () => {
    const text = 'query ($id: ID) { plain(id: $id) }';
    expect(decide(text, ada, { id: { no: 'id' } })).toBe('invalid');
    expect(decide(text, ada, { id: 'ben' })).toBe('allowed');
  });

  test('returns `invalid` for a non-null argument set to null by a variable', () => {
    const strict = createTestPolicy('type Query { find(by: ID @owner, must: Int! = 5): Int @auth }');
    const text = 'query ($must: Int) { find(must: $must) }';
    expect(formatDecision(authorizeRequest(strict, text, ada, { must: null }))).toBe('invalid');
    expect(formatDecision(authorizeRequest(strict, text, ada, {}))).toBe('allowed');
  });
});

// covers: RULES-03
describe('authorize and onRefusal: NULL', () => {
  const nullable = createTestPolicy(`
    interface Root { b: T @auth }
    type Query implements Root {
      open: Int @public(reason: "Asked.")
      a: T @auth(roles: [ADMIN], onRefusal: NULL)
      b: T @auth(maxAge: 60, onRefusal: NULL)
      c(by: ID @owner): Int @auth(roles: [ADMIN], onRefusal: NULL)
    }
    interface Node { n: Int @auth(emailVerified: true, onRefusal: NULL) }
    type T implements Node @auth { x: Int @auth(roles: [AUDITOR]) n: Int @auth(roles: [ADMIN], onRefusal: NULL) }
    type Mutation { m: T @auth }
  `);
  const formatNulls = (text: string, viewer: AccessViewer | null) => {
    const decision = authorizeRequest(nullable, text, viewer);
    const nulled = decision.kind === 'allowed' ? decision.nulled?.refusals : undefined;
    if (nulled === undefined) return formatDecision(decision);
    return ['allowed', ...nulled.map(({ coordinate, reason }) => `${coordinate} ${reason}`)].join(' ');
  };

  test.each<[string, AccessViewer | null, string]>([
    ['{ open }', null, 'allowed'],
    ['{ a { n } }', admin, 'allowed'],
    ['{ a { n } }', { ...admin, emailVerified: false }, 'allowed T.n EMAIL_NOT_VERIFIED'],
    ['{ a { n x } open }', ada, 'allowed Query.a FORBIDDEN'],
    ['{ a { n x } open }', null, 'allowed Query.a UNAUTHENTICATED'],
    ['{ a { n x } }', admin, 'FORBIDDEN T.x'],
    ['{ b { n } }', null, 'UNAUTHENTICATED Query.b'],
    ['{ b { n } }', { ...ada, authTime: NOW - 61 }, 'allowed Query.b STEP_UP_REQUIRED'],
    // Of two rules with NULL, the gravest reason.
    ['{ b { n } }', { ...ada, emailVerified: false }, 'allowed T.n FORBIDDEN'],
    ['{ c(by: "ben") }', ada, 'FORBIDDEN Query.c(by:)'],
    ['{ c(by: "ada") }', ada, 'allowed Query.c FORBIDDEN'],
    ['mutation { m { n } }', ada, 'FORBIDDEN T.n'],
    ['mutation { m { n } }', admin, 'allowed'],
  ])('authorize decides on %s for %j: %s', (text, viewer, expected) => {
    expect(formatNulls(text, viewer)).toBe(expected);
  });

  test('returns the same fields for the same decision on one plan, and others for another decision', () => {
    const document = parse('{ a { n } c }');
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const plan = createPlanner(nullable)(document, operation, {});
    const nulledFor = (viewer: AccessViewer | null) => {
      const decision = authorize(nullable, plan, operation, {}, viewer, NOW);
      return decision.kind === 'allowed' ? decision.nulled : undefined;
    };
    const [ofAda, ofNobody, ofAdmin] = [nulledFor(ada), nulledFor(null), nulledFor(admin)];
    expect(new Set([ofAda, ofNobody, ofAdmin]).size).toBe(3);
    expect(
      [nulledFor(ada), nulledFor(null), nulledFor(admin)].map(
        (each, index) => each === [ofAda, ofNobody, ofAdmin][index],
      ),
    ).toEqual([true, true, true]);
    expect(ofAdmin?.refusals).toEqual([]);
  });
});
