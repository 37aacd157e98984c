import { freePort } from '../../../server/operations/ports.ts';
import { inRoot } from '../../../server/operations/paths.ts';
import { readStartConfig } from '../../../server/config.ts';
import { deriveEnvironments } from '../../supervisor/service-environments.ts';
import { type ApiProcess, AUDIENCE, ISSUER } from './api-process.ts';
import type { BenchDatabase } from './bench-database.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** A web process and its origin. */
export interface WebProcess extends ServerProcess {
  readonly url: string;
}

/** Starts the web app as `npm start` runs it: a separate process that serves the production build. Build it before. */
export async function startWebProcess(
  { api: apiDatabase, auth, secrets }: BenchDatabase,
  api: Pick<ApiProcess, 'port'>,
  folder: string,
  signal: AbortSignal,
): Promise<WebProcess> {
  const port = await freePort();
  const settings = {
    API_PORT: String(api.port),
    WEB_PORT: String(port),
    TOKEN_SECRETS: secrets.TOKEN_SECRETS,
    TOKEN_ISSUER: ISSUER,
    TOKEN_AUDIENCE: AUDIENCE,
    // The benchmark is a proxy that names other clients: limits are by address.
    TRUSTED_PROXIES: '127.0.0.1,::1',
    DATA_DIR: folder,
    WEB_BUILD_DIR: process.env['WEB_BUILD_DIR'],
    WEB_METRICS_PORT: String(await freePort()),
  };
  const { web } = deriveEnvironments(settings, readStartConfig(settings), secrets, { api: apiDatabase, auth });
  const server = await startServerProcess({
    name: 'the web app',
    command: [inRoot('web/serve.ts')],
    environment: { ...web, NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] },
    port,
    readyPath: '/readyz',
    folder,
    signal,
  });
  return { ...server, url: `http://localhost:${port}` };
}
