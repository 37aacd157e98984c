import { makeExecutableSchema } from '@graphql-tools/schema';
import { Source } from 'graphql';
import { accessDirectiveSdl, loadSchema, protect } from '../../../../server/access/index.ts';
import { resolvers, sdl } from './domain.mjs';
import { executePlain } from './plain.mjs';

const RULES = {
  prelude: 'enum Role { USER ADMIN }',
  public: '@public(reason: "For monitoring.")',
  auth: '@auth',
  admin: '@auth(roles: [ADMIN])',
  owner: '@owner',
  ownArgument: '@owner',
};

export function create(isProtected) {
  const sources = [new Source(accessDirectiveSdl), new Source(sdl(isProtected ? RULES : {}))];
  const Node = { __resolveType: ({ __typename }) => __typename };
  const typeDefs = isProtected ? loadSchema(sources) : sdl();
  const schema = makeExecutableSchema({ typeDefs, resolvers: { ...resolvers, Node } });
  if (!isProtected) return executePlain(schema);
  const authTime = Math.floor(Date.now() / 1_000);
  const { execute } = protect(schema, {
    viewerOf: ({ viewer }) => viewer && { userId: viewer.id, roles: viewer.roles, authTime, emailVerified: true },
    onBreach: () => undefined,
    onFailure: () => undefined,
  });
  return executePlain(schema, execute);
}
