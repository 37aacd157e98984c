import { type Arbitrary, constantFrom, record } from 'fast-check';
import type { ASTNode } from 'graphql';
import { REASONS, type Refusal, type Rule } from '../../server/access/index.ts';

/** A rule by which a request can be refused for every reason. */
export const AUTH_RULE: Rule = {
  kind: 'auth',
  coordinate: 'Query.a',
  location: null,
  roles: null,
  scopes: null,
  maxAge: 60,
  emailVerified: false,
  onRefusal: 'REJECT',
};

const OWNER_RULE: Rule = { kind: 'owner', coordinate: 'Query.a(x:)', location: null, field: null, orRoles: [] };

/**
 * Returns random refusals, of every reason.
 * @param nodes what the refusals can point at
 */
export function randomRefusal(nodes: readonly (readonly ASTNode[])[]): Arbitrary<Refusal> {
  return record<Refusal>({
    reason: constantFrom(...REASONS),
    coordinate: constantFrom('Query.a', 'Query.b', 'Query.a(x:)'),
    rule: constantFrom(AUTH_RULE, OWNER_RULE),
    nodes: constantFrom(...nodes),
  });
}
