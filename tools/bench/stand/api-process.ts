import { freePort } from '../../../server/operations/ports.ts';
import { deriveEnvironments } from '../../supervisor/service-environments.ts';
import { inRoot } from '../../../server/operations/paths.ts';
import { readStartConfig } from '../../../server/config.ts';
import type { BenchDatabase } from './bench-database.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** The issuer and the audience of the tokens that this API accepts. */
export const ISSUER = 'http://localhost:3000';
export const AUDIENCE = 'fieldgate-api';

/** Starts the API as `npm start` runs it: a separate process with the same settings. */
export async function startApiProcess(
  { api, auth, secrets }: BenchDatabase,
  folder: string,
  signal: AbortSignal,
): Promise<ServerProcess> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const settings = {
    API_PORT: String(port),
    METRICS_PORT: String(metricsPort),
    TOKEN_SECRETS: secrets.TOKEN_SECRETS,
    TOKEN_ISSUER: ISSUER,
    TOKEN_AUDIENCE: AUDIENCE,
    DATA_DIR: folder,
  };
  return startServerProcess({
    name: 'Fieldgate',
    command: [inRoot('server/main.ts')],
    environment: deriveEnvironments(settings, readStartConfig(settings), secrets, { api, auth }).api,
    port,
    readyPath: '/readyz',
    folder,
    signal,
  });
}
