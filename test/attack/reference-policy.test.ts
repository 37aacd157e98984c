import { getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { type Caller, ReferencePolicy } from './reference-policy.ts';

const referencePolicy = new ReferencePolicy(
  parse(`
    type Query {
      open: Int @public(reason: "a test")
      mine(userId: ID @owner, input: In, ids: [ID] @owner): Thing @auth
      admins: Thing @auth(roles: [ADMIN])
      careful: Thing @auth(maxAge: 300)
    }
    extend type Query { reached: Thing @auth(emailVerified: true) }
    input In { userId: ID @owner, inner: [In] }
    type Thing @owner(field: "userId") { userId: ID!, next: Thing, secret: Int @auth(roles: [ADMIN]) }
  `),
);
const ada: Caller = { userId: 'ada', roles: ['USER'], emailVerified: true, age: 10 };

function refusalFor(query: string, caller: Caller | null, variables: Record<string, unknown> = {}) {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return referencePolicy.refusalFor(document, operation, variables, true, caller);
}

test.each([
  ['{ open }', null],
  ['{ __typename }', null],
  ['{ mine { userId } }', 'UNAUTHENTICATED'],
  ['{ open mine { __typename } }', 'UNAUTHENTICATED'],
  ['{ ... { ...F } } fragment F on Query { admins { userId } }', 'UNAUTHENTICATED'],
])('without a token, %s', (query, reason) => {
  expect(refusalFor(query, null)).toBe(reason);
});

test.each([
  ['{ mine { userId } }', {}, null],
  ['{ mine(userId: "ada") { userId } }', {}, null],
  ['{ mine(userId: null) { userId } }', {}, null],
  ['{ mine(userId: "bob") { userId } }', {}, 'FORBIDDEN'],
  ['{ mine(userId: "ADA") { userId } }', {}, 'FORBIDDEN'],
  ['query ($v: ID) { mine(userId: $v) { userId } }', { v: 'bob' }, 'FORBIDDEN'],
  ['query ($v: ID = "bob") { mine(userId: $v) { userId } }', {}, 'FORBIDDEN'],
  ['query ($v: ID = "bob") { mine(userId: $v) { userId } }', { v: 'ada' }, null],
  ['query ($v: In) { mine(input: $v) { userId } }', { v: { inner: [{ userId: 'bob' }] } }, 'FORBIDDEN'],
  ['{ mine(input: { userId: "bob" }) { userId } }', {}, 'FORBIDDEN'],
  ['{ mine(ids: []) { userId } }', {}, null],
  ['{ mine(ids: ["ada", "bob"]) { userId } }', {}, 'FORBIDDEN'],
  ['{ mine(ids: [null]) { userId } }', {}, 'FORBIDDEN'],
  ['query ($s: Boolean!) { open mine(userId: "bob") @skip(if: $s) { userId } }', { s: true }, null],
  ['{ admins { userId } }', {}, 'FORBIDDEN'],
  ['{ mine { next { secret } } }', {}, 'FORBIDDEN'],
  ['{ careful { userId } }', {}, null],
])('with a token, %s with %j', (query, variables, reason) => {
  expect(refusalFor(query, ada, variables)).toBe(reason);
});

test('applies conditions on the viewer, and the first reason in order wins', () => {
  expect(refusalFor('{ careful { userId } }', { ...ada, age: 301 })).toBe('STEP_UP_REQUIRED');
  expect(refusalFor('{ reached { userId } }', { ...ada, emailVerified: false })).toBe('EMAIL_NOT_VERIFIED');
  const weak = { ...ada, age: 301, emailVerified: false };
  expect(refusalFor('{ careful { userId } reached { userId } }', weak)).toBe('EMAIL_NOT_VERIFIED');
  expect(refusalFor('{ careful { userId } admins { userId } }', weak)).toBe('FORBIDDEN');
});

test('throws on schema elements that it does not support', () => {
  expect(() => new ReferencePolicy(parse('interface Node { id: ID }'))).toThrow('Node');
});
