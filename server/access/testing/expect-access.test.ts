import { describe, expect, test } from 'vitest';
import { expectAccess } from './expect-access.ts';
import { createTestPolicy, createTestSchema } from './harness.ts';
import { AccessPolicyError } from '../schema-problem.ts';

const policy = createTestPolicy(`
  type Query {
    open: Int @public(reason: "A door.")
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

/** What a test's author reads when the schema says otherwise. */
function complaint(says: () => unknown): string {
  try {
    says();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing';
}

describe('a field', () => {
  test('that is public is everybody’s', () => {
    the.field('Query.open').allows('anonymous', 'signed in', { signedIn: 'stale', email: 'unverified' });
  });
  test('that is closed is anybody’s with a token', () => {
    the.field('Query.me').allows('signed in', { signedIn: 'stale' }).refuses('anonymous');
  });
  test('for roles is for any one of them, as is one of a type for roles', () => {
    the.field('Query.log').allows({ role: 'ADMIN' }, { role: 'AUDITOR' }).refuses('signed in', { role: 'USER' });
    the.field('Mutation.change').allows({ role: 'USER' }).refuses('anonymous', 'signed in', { role: 'ADMIN' });
  });
  test('for a recent sign-in and a verified address asks for both', () => {
    the
      .field('Query.sudo')
      .allows('signed in', { signedIn: 300 })
      .refuses({ signedIn: 301 }, { signedIn: 'stale' }, { email: 'unverified' });
  });
  test('of an owned type is its owner’s: whoever is not said to own it does not', () => {
    the
      .field('Task.title')
      .allows('owner', { is: 'owner', signedIn: 'stale' })
      .refuses('other', 'anonymous', 'signed in', { role: 'ADMIN' });
  });
  test('of a shared type is also for the role', () => {
    the.field('Shared.id').allows('owner', { role: 'ADMIN' }, { is: 'other', role: 'ADMIN' }).refuses('other');
    the.field('Shared.secret').allows({ is: 'owner', signedIn: 60 }).refuses({ is: 'owner', signedIn: 61 }, 'other');
  });
  test('with an owner of its own is for that one, and its neighbours are for all', () => {
    the.field('Profile.email').allows('owner').refuses('other', 'anonymous');
    the.field('Profile.name').allows('signed in');
  });
  test('that leads to an owned object is for the owner of what comes by it', () => {
    the.field('Query.task').allows('owner').refuses('other', 'anonymous');
  });
  test('of an interface is the field of each type behind it', () => {
    the.field('Node.id').allows('owner').refuses('anonymous');
    expect(complaint(() => the.field('Node.id').refuses('other'))).toContain('Node.id (as Free.id)');
    expect(complaint(() => the.field('Node.id').allows('other'))).toContain('Node.id (as Task.id)');
  });
});

describe('an argument or input field', () => {
  test.each(['Query.byUsers(ids:)', 'Filter.userId'])('%s takes the own id, or none', (coordinate) => {
    the.argument(coordinate).allows('own id', 'no id').refuses('other id');
  });
  test('that is required is asked with an id', () => {
    the.argument('Query.byUser(id:)').allows('own id').refuses('other id');
  });
  test('without a rule takes any id', () => {
    the.argument('Query.plain(id:)').allows('own id', 'other id', 'no id');
  });
});

describe('a wrong expectation fails, and says', () => {
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
      'Query.open should be refused to "anonymous", but is allowed by @public(reason: "A door.") at Query.open (schema.graphql:3).',
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
      'Query.byUser(id:) should take "other id", but @owner at Query.byUser(id:) (schema.graphql:12) refuses it.',
    ],
    [
      () => the.argument('Filter.userId').refuses('own id'),
      'Filter.userId should refuse "own id", but takes it: @owner at Filter.userId (schema.graphql:24) allows it.',
    ],
    [
      () => the.argument('Query.plain(id:)').refuses('other id'),
      'Query.plain(id:) should refuse "other id", but takes it: no @owner stands on it.',
    ],
  ])('%#', (says, expected) => {
    const lines = (text: string) => text.replaceAll(/graphql:\d+/g, 'graphql:N');
    expect(lines(complaint(says))).toBe(lines(expected));
  });

  test('the place, with file and line', () => {
    const schema = createTestSchema(
      'type Query {\n  a: Int @public(reason: "x")\n}',
      'extend type Query {\n\n  b: Int @auth\n}',
    );
    expect(complaint(() => expectAccess(schema).field('Query.b').allows('anonymous'))).toContain('(more-1.graphql:3)');
  });
});

describe('a test that would say nothing fails', () => {
  test.each([
    [() => the.field('Query.me').refuses({ role: 'ADMN' }), 'The schema has no role ADMN.'],
    [
      () => the.field('Query.me').allows('owner'),
      'Query.me has no owner, so "owner" says nothing there: write "signed in".',
    ],
    [
      () => the.field('Query.me').refuses({ is: 'other' }),
      'Query.me has no owner, so {"is":"other"} says nothing there: write "signed in".',
    ],
    [() => the.field('Query.mee').refuses('anonymous'), 'The schema has no field Query.mee on an object.'],
    [() => the.field('Filter.userId').refuses('anonymous'), 'The schema has no field Filter.userId on an object.'],
    [() => the.field('Task').refuses('anonymous'), 'The schema has no field Task on an object.'],
    [() => the.argument('Query.byUser(who:)'), 'The schema has no argument or input field Query.byUser(who:).'],
    [() => the.argument('Filter.who'), 'The schema has no argument or input field Filter.who.'],
    [() => the.argument('Task.title'), 'The schema has no argument or input field Task.title.'],
    [() => the.argument('Query.plain(size:)'), 'Query.plain(size:) takes no id.'],
    [
      () => the.argument('Query.byUser(id:)').allows('no id'),
      'Query.byUser(id:) cannot be asked with "no id": it needs an id.',
    ],
  ])('%#', (says, expected) => {
    expect(complaint(says)).toBe(expected);
  });

  test('as does one on a schema that is no policy', () => {
    expect(() => expectAccess(createTestSchema('type Query { leak: Int }'))).toThrow(AccessPolicyError);
  });
});
