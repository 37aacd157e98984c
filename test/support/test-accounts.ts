import { recordStatements, type StatementHooks } from './recording-pool.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { readWebConfig, type WebConfig } from '../../web/config.ts';
import { type AuthServices, createAuth } from '../../web/auth/auth-services.ts';
import { createAuthPool } from '../../web/auth/auth-pool.ts';
import { handleAuthRequest } from '../../web/auth/auth-gateway.ts';

/** The secret that signs access tokens, unless TOKEN_SECRETS says otherwise. */
export const TOKEN_SECRET = new Uint8Array(32).fill(7);

/** A browser at /api/auth: keeps cookies and sends the web app's origin, unless `headers` say otherwise. */
export interface Visitor {
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  readonly cookies: Map<string, string>;
}

/** The web app's accounts on a database, and browsers that use them. */
export interface TestAccounts {
  readonly services: AuthServices;
  readonly config: WebConfig;
  readonly database: TestDatabase;
  /** The text of every statement so far; a test may empty it. */
  readonly statements: string[];
  /** Run on every statement; a test may set and clear them. */
  readonly hooks: StatementHooks;
  /** @param address the visitor's IP address, which `serve.ts` passes in `X-Forwarded-For` */
  visitor(address?: string): Visitor;
  end(): Promise<void>;
}

/**
 * Starts accounts on a migrated database as the web app does. Call `end` in `afterAll`.
 * @param environment settings beside the defaults of the tests
 * @param shared a database that `end` does not drop; default: a new one
 */
export async function createTestAccounts(
  environment: Record<string, string> = {},
  shared?: TestDatabase,
): Promise<TestAccounts> {
  const database = shared ?? (await createTestDatabase());
  const config = readWebConfig({
    AUTH_DATABASE_URL: database.auth,
    WEB_URL: 'http://localhost:3000',
    API_URL: 'http://localhost:4000',
    BETTER_AUTH_SECRET: 'a secret for tests that is 32 characters or longer',
    TOKEN_SECRETS: `test:${Buffer.from(TOKEN_SECRET).toString('base64url')}`,
    ...environment,
  });
  const pool = createAuthPool(config.AUTH_DATABASE_URL);
  const hooks: StatementHooks = {};
  const recording = recordStatements(pool, hooks);
  const services = createAuth(config, recording.pool);

  function visitor(address = '203.0.113.7'): Visitor {
    const cookies = new Map<string, string>();
    return {
      cookies,
      async request(method, path, body, headers = {}) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const request = new Request(`${config.WEB_URL}/api/auth${path}`, {
          method,
          headers: {
            origin: config.WEB_URL,
            'x-forwarded-for': address,
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(cookie && { cookie }),
            ...headers,
          },
          ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        });
        const response = await handleAuthRequest(request, services.gateway);
        for (const line of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          if (value === '') cookies.delete(name);
          else cookies.set(name, value);
        }
        return response;
      },
    };
  }

  const end = async () => {
    await pool.end();
    if (shared === undefined) await database.drop();
  };
  return { services, config, database, statements: recording.statements, hooks, visitor, end };
}
