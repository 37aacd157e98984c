import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { freePort } from '../../server/operations/ports.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { waitUntilReady } from '../../tools/supervisor/wait-until-ready.ts';
import { startService } from '../../tools/supervisor/start-service.ts';
import { migrate } from '../../server/data/admin/migrate.ts';
import { startScratchPostgres } from '../support/scratch-postgres.ts';
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
  stop(): Promise<void>;
}

/** A pooler in front of PostgreSQL. */
export interface Pooler {
  /** Returns a connection string of PostgreSQL that leads through the pooler. */
  proxiedUrl(url: string): string;
  close(): Promise<void>;
}

/** Starts a pooler to the server of a connection string of the API's role, with its files in a folder. */
export type StartPooler = (url: string, folder: string) => Promise<Pooler>;

/**
 * Starts PostgreSQL in `folder`, migrates it, and starts the API.
 * @param environment environment that the process inherits in addition to its settings
 * @param startPooler if given, the API's statements take the pooler, and its revocation channel the direct way
 */
export async function startApiUnderTest(
  folder: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  startPooler?: StartPooler,
): Promise<ApiUnderTest> {
  const postgres = await startScratchPostgres(path.join(folder, 'data'));
  const running: (() => Promise<void>)[] = [postgres.discard];
  const stop = async () => {
    for (const end of running.splice(0).toReversed()) await end();
  };
  try {
    const [api, auth] = [postgres.url('api'), postgres.url('auth')];
    await migrate({ databaseUrl: postgres.url('owner'), apiDatabaseUrl: api, authDatabaseUrl: auth });
    const pooler = await startPooler?.(api, folder);
    if (pooler !== undefined) running.push(pooler.close);
    const port = await freePort();
    const tokenSettings = {
      kid: 'attack',
      secret: randomBytes(32),
      issuer: 'http://web.test',
      audience: 'fieldgate-api',
    };
    const log = fs.openSync(path.join(folder, 'api.log'), 'w');
    const service = startService(
      'the API',
      [inRoot('server/main.ts')],
      {
        ...environment,
        NODE_ENV: 'production',
        API_DATABASE_URL: pooler?.proxiedUrl(api) ?? api,
        DIRECT_DATABASE_URL: api,
        API_PORT: String(port),
        // The suite sends more than any client may.
        LIMIT_REQUESTS_PER_ADDRESS: 'none',
        LIMIT_REQUESTS_PER_VIEWER: 'none',
        METRICS_PORT: String(await freePort()),
        API_URL: `http://localhost:${port}`,
        WEB_URL: tokenSettings.issuer,
        TOKEN_MODE: 'shared-secret',
        TOKEN_SECRETS: `${tokenSettings.kid}:${tokenSettings.secret.toString('base64url')}`,
        TOKEN_ISSUER: tokenSettings.issuer,
        TOKEN_AUDIENCE: tokenSettings.audience,
        TOKEN_TTL: '15m',
        TRUSTED_PROXIES: '',
        INTROSPECTION: 'on',
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
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
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
