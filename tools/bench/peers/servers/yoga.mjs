import { createServer } from 'node:http';
import { useGenericAuth } from '@envelop/generic-auth';
import { createInlineSigningKeyProvider, useJWT } from '@graphql-yoga/plugin-jwt';
import { createSchema, createYoga } from 'graphql-yoga';
import { key, options, VERIFICATION } from './options.mjs';
import { typeDefs } from './schema.mjs';
import { createResolvers } from './tasks.mjs';

/** GraphQL Yoga on node:http with its JWT plugin, and generic-auth protecting every field. */
const yoga = createYoga({
  schema: createSchema({ typeDefs: typeDefs(), resolvers: createResolvers(({ currentUser }) => currentUser.id) }),
  graphiql: false,
  landingPage: false,
  logging: false,
  plugins: [
    useJWT({
      signingKeyProviders: [createInlineSigningKeyProvider(key)],
      tokenVerification: VERIFICATION,
      reject: { missingToken: true, invalidToken: true },
    }),
    useGenericAuth({
      mode: 'protect-all',
      resolveUserFn: ({ jwt }) => (jwt ? { id: jwt.payload.sub } : null),
    }),
  ],
});
createServer((request, response) => (request.method === 'GET' ? void response.end() : yoga(request, response))).listen(
  options.port,
  '127.0.0.1',
);
