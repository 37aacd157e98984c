import fastifyJwt from '@fastify/jwt';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import mercuriusAuth from 'mercurius-auth';
import { key, options, TOKEN_CACHE, VERIFICATION } from './options.mjs';
import { typeDefs } from './schema.mjs';
import { STEPS, stepsByTask } from './statements.mjs';
import { createResolvers, rows } from './tasks.mjs';

/** Mercurius with JIT and its loaders; @fastify/jwt with its cache; mercurius-auth by directive. */
const app = Fastify({ logger: false });
await app.register(fastifyJwt, {
  secret: key,
  verify: {
    algorithms: VERIFICATION.algorithms,
    allowedIss: options.issuer,
    allowedAud: options.audience,
    cache: TOKEN_CACHE,
  },
});
await app.register(mercurius, {
  schema: typeDefs('@auth'),
  resolvers: createResolvers(({ auth }) => auth.user, true),
  loaders: {
    Task: {
      steps: {
        loader: async (queries, { auth }) => {
          const ids = queries.map(({ obj }) => obj.id);
          return stepsByTask(ids, await rows(STEPS, [auth.user, ids]));
        },
        // Its cache is of the request's own, and a task is loaded once in each.
        opts: { cache: false },
      },
    },
  },
  jit: 1,
  graphiql: false,
});
await app.register(mercuriusAuth, {
  authDirective: 'auth',
  authContext: async ({ reply }) => {
    if (reply.request.headers.authorization === undefined) return { user: null };
    const { sub } = await reply.request.jwtVerify();
    return { user: sub };
  },
  applyPolicy: async (_directive, _parent, _args, { auth }) => auth.user !== null,
});
app.get('/', async () => 'ready');
await app.listen({ port: options.port, host: '127.0.0.1' });
