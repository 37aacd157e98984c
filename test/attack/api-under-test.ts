import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { freePort } from '../../server/operations/ports.ts';
import { API_COMMAND } from '../../tools/supervisor/api-command.ts';
import { waitUntilReady } from '../../tools/supervisor/wait-until-ready.ts';
import { startService } from '../../tools/supervisor/start-service.ts';
import { migrate } from '../../server/data/admin/migrate.ts';
import { startReplicatedPostgres, SYNCHRONOUS_SETTINGS } from '../support/replication/replicated-postgres.ts';
import { type ScratchPostgres, startScratchPostgres } from '../support/scratch-postgres.ts';
import type { HttpResponse } from './compare-response.ts';
import type { Request } from './reference-model.ts';
import type { TokenSettings } from './attack-clients.ts';

const ANSWER_MILLISECONDS = 30_000;

/** The API process as `npm start` runs it, on its own database. */
export interface ApiUnderTest {
  /** Claims and keys for its tokens. */
  readonly tokenSettings: TokenSettings;
  /** The superuser's connection string. */
  readonly superuserUrl: string;
  /** Sends a request over HTTP; rejects if no response arrives within 30 s. */
  send(request: Request, token: string | null): Promise<HttpResponse>;
  /** Returns the number of queries that ran on a replica. */
  replicaReads(): Promise<number>;
  stop(): Promise<void>;
}

/** A pooler in front of PostgreSQL. */
export interface Pooler {
  /** Returns a connection string of PostgreSQL that leads through the pooler. */
  proxiedUrl(url: string): string;
  close(): Promise<void>;
}

/** What stands between the API and its database. */
export interface DatabaseSetup {
  /** Starts a pooler that the API's statements take; its revocation channel takes the direct way. Default: none. */
  readonly startPooler?: StartPooler | undefined;
  /** Whether queries run on a read replica. Each COMMIT waits for it, so that it shows what the model expects. Default: false. */
  readonly hasReplica?: boolean | undefined;
}

/** Starts a pooler to the server of a connection string of the API's role, with its files in a folder. */
export type StartPooler = (url: string, folder: string) => Promise<Pooler>;

/**
 * Starts PostgreSQL in `folder`, migrates it, and starts the API.
 * @param environment environment that the process inherits in addition to its settings
 */
export async function startApiUnderTest(
  folder: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  { startPooler, hasReplica = false }: DatabaseSetup = {},
): Promise<ApiUnderTest> {
  const { postgres, replicaUrl, discard } = await startDatabase(path.join(folder, 'data'), hasReplica);
  const running: (() => Promise<void>)[] = [discard];
  const stop = async () => {
    for (const end of running.splice(0).toReversed()) await end();
  };
  try {
    const api = postgres.url('api');
    const pooler = await startPooler?.(api, folder);
    if (pooler !== undefined) running.push(pooler.close);
    const [port, metricsPort] = [await freePort(), await freePort()];
    const tokenSettings = {
      kid: 'attack',
      secret: randomBytes(32),
      issuer: 'http://web.test',
      audience: 'fieldgate-api',
    };
    const log = fs.openSync(path.join(folder, 'api.log'), 'w');
    const service = startService(
      'the API',
      API_COMMAND,
      {
        ...environment,
        NODE_ENV: 'production',
        API_DATABASE_URL: pooler?.proxiedUrl(api) ?? api,
        ...(pooler !== undefined && { DIRECT_DATABASE_URL: api }),
        ...(replicaUrl !== null && {
          API_READ_DATABASE_URL: replicaUrl(api),
          POSITION_SECRET: randomBytes(32).toString('hex'),
        }),
        API_PORT: String(port),
        // The suite sends more than any client may.
        LIMIT_REQUESTS_PER_ADDRESS: 'none',
        LIMIT_REQUESTS_PER_VIEWER: 'none',
        METRICS_PORT: String(metricsPort),
        API_URL: `http://localhost:${port}`,
        WEB_URL: tokenSettings.issuer,
        PLAIN_HTTP: 'allowed',
        TOKEN_MODE: 'shared-secret',
        TOKEN_SECRETS: `${tokenSettings.kid}:${tokenSettings.secret.toString('base64url')}`,
        TOKEN_ISSUER: tokenSettings.issuer,
        TOKEN_AUDIENCE: tokenSettings.audience,
        TOKEN_TTL: '15m',
        TRUSTED_PROXIES: '',
        INTROSPECTION: 'on',
        // Hardly any text is sent twice: by default graphql-js would execute nearly all of them.
        EXECUTION_PLANS: pooler || hasReplica ? 'repeated' : 'all',
      },
      log,
    );
    running.push(
      () => service.stop(),
      async () => fs.closeSync(log),
    );
    await waitUntilReady('The API', `http://localhost:${port}/readyz`, ANSWER_MILLISECONDS, signal);
    const agent = new http.Agent({ keepAlive: true });
    running.push(async () => agent.destroy());
    const { pathname } = new URL(postgres.url('api'));
    return {
      tokenSettings,
      superuserUrl: Object.assign(new URL(postgres.superuserUrl), { pathname }).href,
      send: (request, token) => send(agent, port, request, token),
      async replicaReads() {
        const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/`)).text();
        return Number(/^fieldgate_reads_total\{server="replica",reason="current"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts PostgreSQL in a folder and migrates it; with a replica, COMMIT waits for that. */
async function startDatabase(folder: string, hasReplica: boolean) {
  const migrateServer = ({ url }: Pick<ScratchPostgres, 'url'>) =>
    migrate({ databaseUrl: url('owner'), apiDatabaseUrl: url('api'), authDatabaseUrl: url('auth') });
  if (!hasReplica) {
    const postgres = await startScratchPostgres(folder);
    try {
      await migrateServer(postgres);
    } catch (error) {
      await postgres.discard();
      throw error;
    }
    return { postgres, replicaUrl: null, discard: postgres.discard };
  }
  const servers = await startReplicatedPostgres(folder, migrateServer, SYNCHRONOUS_SETTINGS);
  await servers.commitOnReplica();
  return { postgres: servers.primary, replicaUrl: servers.replica.urlOf, discard: servers.discard };
}

function send(agent: http.Agent, port: number, request: Request, token: string | null): Promise<HttpResponse> {
  const body = JSON.stringify(request);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const options = { agent, port, host: 'localhost', path: '/graphql', method: 'POST', headers };
    const clientRequest = http.request({ ...options, timeout: ANSWER_MILLISECONDS }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', reject).on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    clientRequest.on('timeout', () =>
      clientRequest.destroy(new Error(`No response within ${ANSWER_MILLISECONDS / 1_000} s.`)),
    );
    clientRequest.on('error', reject).end(body);
  });
}
