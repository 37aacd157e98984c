import { ApolloServer } from '@apollo/server';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import Fastify from 'fastify';
import { options } from './options.mjs';
import { typeDefs } from './schema.mjs';
import { createResolvers } from './tasks.mjs';

/** Apollo Server on Fastify with pg, without checks: the user's id is read from a token that is not verified. */
const app = Fastify({ logger: false });
const apollo = new ApolloServer({
  typeDefs: typeDefs(),
  resolvers: createResolvers(({ user }) => user),
  plugins: [fastifyApolloDrainPlugin(app)],
});
await apollo.start();
await app.register(fastifyApollo(apollo), {
  context: async ({ headers }) => {
    const payload = headers.authorization?.split('.')[1] ?? '';
    return { user: JSON.parse(Buffer.from(payload, 'base64url').toString()).sub };
  },
});
app.get('/', async () => 'ready');
await app.listen({ port: options.port, host: '127.0.0.1' });
