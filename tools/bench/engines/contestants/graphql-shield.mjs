import { createRequire } from 'node:module';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { resolvers, sdl } from './domain.mjs';
import { executePlain } from './plain.mjs';

// Its ES modules import a folder, which Node 24 refuses.
const { and, allow, rule, shield } = createRequire(import.meta.url)('graphql-shield');
const { applyMiddleware } = createRequire(import.meta.url)('graphql-middleware');

const signedIn = rule({ cache: 'contextual' })((_parent, _args, { viewer }) => viewer !== null);
const isAdmin = rule({ cache: 'contextual' })((_parent, _args, { viewer }) => viewer?.roles.includes('ADMIN') ?? false);
// Not `strict`: hashing arguments and parents took twenty times as long as the rules.
const ownArgument = rule()(
  (_parent, { userId, filter }, { viewer }) => (userId ?? filter?.userId ?? viewer.id) === viewer.id,
);
const ownsParent = rule()(({ userId }, _args, { viewer }) => userId === viewer?.id);

const PERMISSIONS = {
  Query: {
    status: allow,
    tasks: and(signedIn, ownArgument),
    search: and(signedIn, ownArgument),
    task: signedIn,
    node: signedIn,
    log: and(signedIn, isAdmin),
  },
  Mutation: { note: signedIn, purge: and(signedIn, isAdmin) },
  Task: ownsParent,
};

export function create(isProtected) {
  const Node = { __resolveType: ({ __typename }) => __typename };
  const schema = makeExecutableSchema({ typeDefs: sdl(), resolvers: { ...resolvers, Node } });
  return executePlain(isProtected ? applyMiddleware(schema, shield(PERMISSIONS)) : schema);
}
