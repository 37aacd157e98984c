import { freePort } from '../../../server/operations/ports.ts';
import { API_COMMAND } from '../../supervisor/api-command.ts';
import { deriveEnvironments } from '../../supervisor/service-environments.ts';
import { readStartConfig } from '../../../server/config.ts';
import type { BenchDatabase } from './bench-database.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** The issuer and the audience of the tokens that this API accepts. */
export const ISSUER = 'http://localhost:3000';
export const AUDIENCE = 'fieldgate-api';

/** An API process, and the port of its metrics. */
export interface ApiProcess extends ServerProcess {
  readonly metricsPort: number;
}

/** Options of `startApiProcess`. */
export interface ApiProcessOptions {
  /** Its name in the report. Default: Fieldgate */
  readonly name?: string;
  /** Variables of its environment that are no settings, such as NODE_OPTIONS. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Starts the API as `npm start` runs it: a separate process with the same settings.
 * @param overrides settings of the API that differ
 */
export async function startApiProcess(
  { api, auth, secrets }: BenchDatabase,
  folder: string,
  signal: AbortSignal,
  overrides: Readonly<Record<string, string>> = {},
  { name = 'Fieldgate', variables = {} }: ApiProcessOptions = {},
): Promise<ApiProcess> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const settings = {
    API_PORT: String(port),
    METRICS_PORT: String(metricsPort),
    TOKEN_SECRETS: secrets.TOKEN_SECRETS,
    TOKEN_ISSUER: ISSUER,
    TOKEN_AUDIENCE: AUDIENCE,
    DATA_DIR: folder,
    // The benchmarks send more than any client may.
    LIMIT_REQUESTS_PER_ADDRESS: 'none',
    LIMIT_REQUESTS_PER_VIEWER: 'none',
    ...overrides,
  };
  const server = await startServerProcess({
    name,
    command: API_COMMAND,
    environment: {
      ...deriveEnvironments(settings, readStartConfig(settings), secrets, { api, auth }).api,
      // The launcher's: `npm start` passes it on.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...variables,
    },
    port,
    readyPath: '/readyz',
    folder,
    signal,
  });
  return { ...server, metricsPort };
}
