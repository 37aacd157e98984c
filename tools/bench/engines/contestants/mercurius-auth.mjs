import fastify from 'fastify';
import mercurius from 'mercurius';
import mercuriusAuth from 'mercurius-auth';
import { resolvers, sdl } from './domain.mjs';

const RULES = {
  prelude: `
    directive @auth(requires: Requirement!) on OBJECT | FIELD_DEFINITION
    enum Requirement { SIGNED_IN OWN_ARGUMENT ADMIN OWNER }
  `,
  auth: '@auth(requires: OWN_ARGUMENT)',
  admin: '@auth(requires: ADMIN)',
  owner: '@auth(requires: OWNER)',
};

async function applyPolicy(directive, parent, { userId, filter }, { auth: { viewer } }) {
  if (viewer === null) return false;
  switch (directive.arguments[0].value.value) {
    case 'ADMIN':
      return viewer.roles.includes('ADMIN');
    case 'OWNER':
      return parent.userId === viewer.id;
    default:
      return (userId ?? filter?.userId ?? viewer.id) === viewer.id;
  }
}

export async function create(isProtected) {
  const app = fastify();
  await app.register(mercurius, {
    schema: sdl(isProtected ? RULES : {}),
    resolvers: { ...resolvers, Node: { resolveType: ({ __typename }) => __typename } },
  });
  if (isProtected)
    await app.register(mercuriusAuth, {
      authContext: ({ viewer }) => ({ viewer }),
      applyPolicy,
      authDirective: 'auth',
    });
  await app.ready();
  app.log.level = 'silent';
  return (text, variables, context, operationName) => app.graphql(text, context, variables, operationName);
}
