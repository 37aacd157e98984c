import { describe, expect, test } from 'vitest';
import { expectAccess } from './expect-access.ts';
import { createTestPolicy, createTestSchema } from '../test-harness.ts';
import { AccessPolicyError } from '../schema-problem.ts';

const policy = createTestPolicy(`
  type Query {
    open: Int @public(reason: "For everyone.")
    me: Int @auth
    log: Int @auth(roles: [ADMIN, AUDITOR])
    sudo: Int @auth(maxAge: 300, emailVerified: true)
    task: Task @auth
    node: Node @auth
    anything: Anything @auth
    profile: Profile @auth
    byUser(id: ID! @owner, size: Int!): Int @auth
    byUsers(ids: [[ID!]!] @owner): Int @auth
    plain(id: ID, size: Int, filter: Filter): Int @auth
  }
  type Mutation @auth(roles: [USER]) { change(input: Filter!): Int }
  interface Node { id: ID! @auth }
  type Task implements Node @owner { id: ID! userId: ID! title: String }
  type Free implements Node @auth { id: ID! }
  type Shared implements Node @owner(field: "by", orRoles: [ADMIN]) { id: ID! by: ID secret: Int @auth(maxAge: 60) }
  type Profile @auth { id: ID! name: String email: String @owner(field: "id") }
  union Anything = Task | Free
  input Filter { userId: ID @owner, title: String! }
`);
const the = expectAccess(policy);
const scoped = expectAccess(
  createTestPolicy(
    'extend schema @tokenScopes(names: ["a", "b", "c"]) type Query { a: Int @auth(scopes: [["a", "b"], ["c"]]) }',
  ),
);

/** Returns the message of a failed assertion; `nothing` if it passes. */
function failureOf(assertion: () => unknown): string {
  try {
    assertion();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing';
}

describe('expectAccess().field()', () => {
  test('allows a public field to every audience', () => {
    the.field('Query.open').allows('anonymous', 'signed in', { signedIn: 'stale', email: 'unverified' });
  });
  test('allows a field with @auth to every signed-in audience', () => {
    the.field('Query.me').allows('signed in', { signedIn: 'stale' }).refuses('anonymous');
  });
  test('allows a field with roles, its own or its type’s, to each of the roles', () => {
    the.field('Query.log').allows({ role: 'ADMIN' }, { role: 'AUDITOR' }).refuses('signed in', { role: 'USER' });
    the.field('Mutation.change').allows({ role: 'USER' }).refuses('anonymous', 'signed in', { role: 'ADMIN' });
  });
  // covers: RULES-01
  test('allows a field with scopes to an audience with all scopes of one list', () => {
    scoped
      .field('Query.a')
      .allows({ scopes: ['a', 'b'] }, { scopes: ['c'] })
      .refuses('anonymous', 'signed in', { scopes: ['a'] }, { scopes: ['b'] });
    expect(failureOf(() => scoped.field('Query.a').refuses({ scopes: ['read'] }))).toBe(
      'The schema does not declare the scope read.',
    );
  });
  // covers: RULES-02
  test('tests who may give a value for an input field', () => {
    const writes = expectAccess(
      createTestPolicy(
        'type Query @auth { a(in: In): Int } input In { free: Int kept: Int @auth(roles: [ADMIN], maxAge: 60) }',
      ),
    );
    writes
      .input('In.kept')
      .allows({ role: 'ADMIN' })
      .refuses('anonymous', 'signed in', { role: 'ADMIN', signedIn: 61 });
    writes.input('In.free').allows('anonymous', 'signed in');
    expect(failureOf(() => writes.input('In.kept').allows('signed in'))).toBe(
      'A value for In.kept should be allowed to "signed in", but @auth(roles: [ADMIN], maxAge: 60) at In.kept (schema.graphql:1) refuses it.',
    );
    expect(failureOf(() => writes.input('In.kept').refuses({ role: 'ADMIN' }))).toContain(
      '(schema.graphql:1) allows it.',
    );
    expect(failureOf(() => writes.input('In.free').refuses('anonymous'))).toBe(
      'A value for In.free should be refused to "anonymous", but is allowed: it has no @auth.',
    );
    for (const coordinate of ['In.none', 'Query.a', 'None.a'])
      expect(failureOf(() => writes.input(coordinate))).toBe(`The schema has no input field ${coordinate}.`);
  });
  test('requires both a recent sign-in and a verified address', () => {
    the
      .field('Query.sudo')
      .allows('signed in', { signedIn: 300 })
      .refuses({ signedIn: 301 }, { signedIn: 'stale' }, { email: 'unverified' });
  });
  test('allows a field of an owned type only to the audience `owner`', () => {
    the
      .field('Task.title')
      .allows('owner', { is: 'owner', signedIn: 'stale' })
      .refuses('other', 'anonymous', 'signed in', { role: 'ADMIN' });
  });
  test('allows a field of a type with orRoles to the role too', () => {
    the.field('Shared.id').allows('owner', { role: 'ADMIN' }, { is: 'other', role: 'ADMIN' }).refuses('other');
    the.field('Shared.secret').allows({ is: 'owner', signedIn: 60 }).refuses({ is: 'owner', signedIn: 61 }, 'other');
  });
  test('allows a field with @owner only to the owner, and the other fields of the type to all', () => {
    the.field('Profile.email').allows('owner').refuses('other', 'anonymous');
    the.field('Profile.name').allows('signed in');
  });
  test('allows a field that returns an owned object to the owner of that object', () => {
    the.field('Query.task').allows('owner').refuses('other', 'anonymous');
  });
  test('covers, for a field of an interface, the field of each implementing type', () => {
    the.field('Node.id').allows('owner').refuses('anonymous');
    expect(failureOf(() => the.field('Node.id').refuses('other'))).toContain('Node.id (as Free.id)');
    expect(failureOf(() => the.field('Node.id').allows('other'))).toContain('Node.id (as Task.id)');
  });
});

describe('expectAccess().argument()', () => {
  test.each(['Query.byUsers(ids:)', 'Filter.userId'])('allows at %s the viewer’s own id or no id', (coordinate) => {
    the.argument(coordinate).allows('own id', 'no id').refuses('other id');
  });
  test('tests a required argument with an id', () => {
    the.argument('Query.byUser(id:)').allows('own id').refuses('other id');
  });
  test('allows any id without a rule', () => {
    the.argument('Query.plain(id:)').allows('own id', 'other id', 'no id');
  });
});

describe('expectAccess with failing assertions', () => {
  test.each([
    [
      () => the.field('Task.title').allows('other'),
      'Task.title should be allowed to "other", but @owner(field: "userId") at Task (schema.graphql:19) refuses it.',
    ],
    [
      () => the.field('Task.title').refuses('owner'),
      'Task.title should be refused to "owner", but is allowed by @owner(field: "userId") at Task (schema.graphql:19).',
    ],
    [
      () => the.field('Query.open').refuses('anonymous'),
      'Query.open should be refused to "anonymous", but is allowed by @public(reason: "For everyone.") at Query.open (schema.graphql:3).',
    ],
    [
      () => the.field('Query.log').allows({ role: 'USER' }),
      'Query.log should be allowed to {"role":"USER"}, but @auth(roles: [ADMIN, AUDITOR]) at Query.log (schema.graphql:5) refuses it.',
    ],
    [
      () => the.field('Query.sudo').refuses({ signedIn: 300 }),
      'Query.sudo should be refused to {"signedIn":300}, but is allowed by @auth(maxAge: 300, emailVerified: true) at Query.sudo (schema.graphql:6).',
    ],
    [
      () => the.field('Shared.by').refuses({ role: 'ADMIN' }),
      'Shared.by should be refused to {"role":"ADMIN"}, but is allowed by @owner(field: "by", orRoles: [ADMIN]) at Shared (schema.graphql:21).',
    ],
    [
      () => the.field('Query.anything').allows('signed in'),
      'Query.anything should be allowed to "signed in", but @owner(field: "userId") at Task (schema.graphql:19) refuses it as Task.',
    ],
    [
      () => the.field('Query.anything').refuses('signed in', 'other'),
      'Query.anything should be refused to "signed in", but is allowed as Free by @auth at Query.anything (schema.graphql:10).',
    ],
    [
      () => the.argument('Query.byUser(id:)').allows('other id'),
      'Query.byUser(id:) should accept "other id", but @owner at Query.byUser(id:) (schema.graphql:12) refuses it.',
    ],
    [
      () => the.argument('Filter.userId').refuses('own id'),
      'Filter.userId should refuse "own id", but accepts it: @owner at Filter.userId (schema.graphql:24) allows it.',
    ],
    [
      () => the.argument('Query.plain(id:)').refuses('other id'),
      'Query.plain(id:) should refuse "other id", but accepts it: it has no @owner.',
    ],
  ])('throws with the message %#', (assertion, expected) => {
    const lines = (text: string) => text.replaceAll(/graphql:\d+/g, 'graphql:N');
    expect(lines(failureOf(assertion))).toBe(lines(expected));
  });

  test('throws a message with the file and line of the rule', () => {
    const schema = createTestSchema(
      'type Query {\n  a: Int @public(reason: "x")\n}',
      'extend type Query {\n\n  b: Int @auth\n}',
    );
    expect(failureOf(() => expectAccess(schema).field('Query.b').allows('anonymous'))).toContain('(more-1.graphql:3)');
  });
});

describe('expectAccess with assertions that test nothing', () => {
  test.each([
    [() => the.field('Query.me').refuses({ role: 'ADMN' }), 'The schema has no role ADMN.'],
    [
      () => the.field('Query.me').allows('owner'),
      'Query.me has no owner, so "owner" is not possible there: write "signed in".',
    ],
    [
      () => the.field('Query.me').refuses({ is: 'other' }),
      'Query.me has no owner, so {"is":"other"} is not possible there: write "signed in".',
    ],
    [() => the.field('Query.mee').refuses('anonymous'), 'The schema has no field Query.mee on an object type.'],
    [() => the.field('Filter.userId').refuses('anonymous'), 'The schema has no field Filter.userId on an object type.'],
    [() => the.field('Task').refuses('anonymous'), 'The schema has no field Task on an object type.'],
    [() => the.argument('Query.byUser(who:)'), 'The schema has no argument or input field Query.byUser(who:).'],
    [() => the.argument('Filter.who'), 'The schema has no argument or input field Filter.who.'],
    [() => the.argument('Task.title'), 'The schema has no argument or input field Task.title.'],
    [() => the.argument('Query.plain(size:)'), 'Query.plain(size:) cannot hold an id.'],
    [
      () => the.argument('Query.byUser(id:)').allows('no id'),
      'Query.byUser(id:) cannot be tested with "no id": it requires an id.',
    ],
  ])('throws with the message %#', (assertion, expected) => {
    expect(failureOf(assertion)).toBe(expected);
  });

  test('throws an AccessPolicyError for a schema that violates the schema rules', () => {
    expect(() => expectAccess(createTestSchema('type Query { leak: Int }'))).toThrow(AccessPolicyError);
  });
});

// covers: RULES-03
describe('expectAccess().field().nulls()', () => {
  const nullable = expectAccess(
    createTestPolicy(`type Query { a: Int @auth(roles: [ADMIN], onRefusal: NULL) b: Int @auth t: T @auth }
      type T @owner { userId: ID! c: Int @auth(roles: [ADMIN], onRefusal: NULL) }`),
  );
  test('accepts a field that is null for the audience, and so does refuses()', () => {
    nullable
      .field('Query.a')
      .nulls('anonymous', 'signed in')
      .refuses('anonymous', 'signed in')
      .allows({ role: 'ADMIN' });
    nullable.field('T.c').nulls('owner').refuses('anonymous', 'other');
  });
  test.each([
    ['Query.a', { role: 'ADMIN' }, 'Query.a should be null for {"role":"ADMIN"}, but is allowed by @auth'],
    [
      'Query.b',
      'anonymous',
      'Query.b should be null for "anonymous", but @auth at Query.b (schema.graphql:1) refuses it.',
    ],
    ['T.c', 'anonymous', 'T.c should be null for "anonymous", but @owner(field: "userId") at T'],
    ['T.c', 'other', 'T.c should be null for "other", but @owner(field: "userId") at T'],
  ] as const)('fails for %s and %j', (coordinate, audience, message) => {
    expect(failureOf(() => nullable.field(coordinate).nulls(audience))).toContain(message);
  });
  test('the argument of a field that would be null is tested alone', () => {
    expectAccess(
      createTestPolicy(`interface Kept @auth(roles: [USER]) { a(by: ID): Int }
        type Query implements Kept { a(by: ID @owner): Int @auth(roles: [ADMIN], onRefusal: NULL) }`),
    )
      .argument('Query.a(by:)')
      .allows('own id', 'no id')
      .refuses('other id');
  });
});
