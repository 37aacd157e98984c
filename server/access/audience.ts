import { type GraphQLSchema, isEnumType } from 'graphql';
import type { AccessViewer } from './access-viewer.ts';
import { declaredScopes } from './declared-scopes.ts';

/** The audience of requests without a token. Every other audience has the name of a role. */
const ANONYMOUS = 'ANONYMOUS';

/** Returns the roles of a schema: the values of its enum `Role`. */
export function rolesOf(schema: GraphQLSchema): readonly string[] {
  const role = schema.getType('Role');
  return isEnumType(role) ? role.getValues().map(({ name }) => name) : [];
}

/** Returns the names of the audiences of a schema: `ANONYMOUS`, then each role of its enum `Role`. */
export function audiencesOf(schema: GraphQLSchema): readonly string[] {
  return [ANONYMOUS, ...rolesOf(schema)];
}

/**
 * Returns a viewer of an audience, who has just signed in, with every scope, and has no other role; null for `ANONYMOUS`. For questions
 * about the schema: the viewer owns no object.
 * @returns undefined if the schema has no such audience
 */
export function viewerOfAudience(schema: GraphQLSchema, audience: string): AccessViewer | null | undefined {
  if (!audiencesOf(schema).includes(audience)) return undefined;
  if (audience === ANONYMOUS) return null;
  return {
    userId: `a viewer of the audience ${audience}`,
    roles: [audience],
    authTime: 0,
    emailVerified: true,
    scopes: declaredScopes(schema),
  };
}
