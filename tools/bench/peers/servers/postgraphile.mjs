import { createServer } from 'node:http';
import jwt from 'jsonwebtoken';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { key, options, POOL_SIZE, VERIFICATION } from './options.mjs';

/** PostGraphile on node:http: row-level security, the viewer from the token by pgSettings. */
const service = postgraphile({
  extends: [PostGraphileAmberPreset],
  // It would hide orders that no index has as its first column; ours have the owner there, which the policy gives.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [
    makePgService({ connectionString: options.databaseUrl, schemas: ['app'], poolConfig: { max: POOL_SIZE } }),
  ],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false, dangerouslyAllowAllCORSRequests: true },
  grafast: {
    explain: false,
    context: ({ node }) => {
      const token = node?.req?.headers.authorization?.slice('Bearer '.length) ?? '';
      return { pgSettings: { 'app.viewer_id': jwt.verify(token, key, VERIFICATION).sub } };
    },
  },
}).createServ(grafserv);

const server = createServer((request, response) => {
  if (request.method === 'GET') response.end();
});
await service.addTo(server);
server.listen(options.port, '127.0.0.1');
