import { array, assert, constantFrom, property, record } from 'fast-check';
import { type ASTNode, Kind } from 'graphql';
import { expect, test } from 'vitest';
import { REASONS, type Refusal, refusalError, type Rule } from '../access/index.ts';
import { PUBLIC_CODES } from '../errors.ts';
import { answerRefusals, areRefusalErrors } from './refusal-errors.ts';

const node = (value: string): ASTNode => ({ kind: Kind.NAME, value });
const NODES: readonly (readonly ASTNode[])[] = [[node('a')], [node('b')]];
const AUTH = {
  kind: 'auth',
  coordinate: 'Query.a',
  location: null,
  roles: null,
  scopes: null,
  maxAge: 60,
  emailVerified: false,
  onRefusal: 'REJECT',
};
const OWNER = { kind: 'owner', coordinate: 'Query.a(id:)', location: null, field: null, orRoles: [] };

const refusal = record<Refusal>({
  reason: constantFrom(...REASONS),
  coordinate: constantFrom('Query.a', 'Query.a(id:)'),
  rule: constantFrom<Rule>(AUTH as Rule, OWNER as Rule),
  nodes: constantFrom(...NODES),
});

// covers: HTTPSPEC-04
test('answerRefusals gives each list of refusals its own errors, whatever was refused before', () => {
  assert(
    property(array(array(refusal, { minLength: 1, maxLength: 3 }), { maxLength: 30 }), (requests) => {
      for (const refusals of requests) {
        const answered = answerRefusals(refusals);
        expect(answered.refusals).toEqual(refusals);
        for (const [index, each] of refusals.entries()) {
          const { http, ...extensions } = answered.errors[index]?.extensions ?? {};
          const expected = refusalError(each);
          expect({ ...answered.errors[index]?.toJSON(), extensions }).toEqual(expected.toJSON());
          expect(http).toMatchObject({ status: PUBLIC_CODES[each.reason].status });
        }
      }
    }),
  );
});

test('answerRefusals returns the same object for the last four kinds of refusal of a selection, and creates others anew', () => {
  const nodes = [node('c')];
  const refuse = (reason: Refusal['reason'], coordinate = 'Query.c') =>
    answerRefusals([{ reason, coordinate, rule: AUTH as Rule, nodes }]);
  const first = REASONS.map((reason) => refuse(reason));
  expect(REASONS.map((reason) => refuse(reason))).toEqual(first);
  for (const [index, reason] of REASONS.entries()) expect(refuse(reason)).toBe(first[index]);
  refuse('FORBIDDEN', 'Query.d');
  expect(refuse('STEP_UP_REQUIRED')).toBe(first[3]);
  expect(refuse('UNAUTHENTICATED')).not.toBe(first[0]);
});

test('areRefusalErrors knows the errors of refusals, and no copy of them', () => {
  const { errors } = answerRefusals([{ reason: 'FORBIDDEN', coordinate: 'Query.e', rule: AUTH as Rule, nodes: [] }]);
  expect([areRefusalErrors(errors), areRefusalErrors([...errors])]).toEqual([true, false]);
});
