import { createTestDatabase, type TestDatabase } from './test-database.ts';
import type { WebConfig } from '../../web/config.ts';
import { readWebConfig } from '../../web/config.ts';
import { type AuthServices, createAuth } from '../../web/auth/auth-services.ts';
import { createAuthPool } from '../../web/auth/auth-pool.ts';
import { handleAuthRequest } from '../../web/auth/auth-gateway.ts';

/** The secret that tokens are signed with in tests. */
export const TOKEN_SECRET = new Uint8Array(32).fill(7);

/** A browser's view of /api/auth: it keeps cookies, and comes from the right origin unless told otherwise. */
export interface Visitor {
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  readonly cookies: Map<string, string>;
}

/** Accounts over a database of their own, and visitors to them. */
export interface TestAccounts {
  readonly services: AuthServices;
  readonly config: WebConfig;
  readonly database: TestDatabase;
  /** The text of every statement so far. */
  readonly statements: string[];
  /** @param address where the visitor comes from, as serve.ts would tell */
  visitor(address?: string): Visitor;
  end(): Promise<void>;
}

/**
 * Starts accounts as the web app would, on a migrated database. Call `end` in the `afterAll`.
 * @param environment settings beside the defaults of these tests
 * @param shared a database that is used by others too, and not dropped; a new one unless given
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
    BETTER_AUTH_SECRET: 'a secret for tests that nobody else has',
    TOKEN_SECRETS: `test:${Buffer.from(TOKEN_SECRET).toString('base64url')}`,
    ...environment,
  });
  const pool = createAuthPool(config.AUTH_DATABASE_URL);
  const statements: string[] = [];
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...sent: unknown[]) => unknown;
    const recordingQuery = (...sent: unknown[]) => {
      const [first] = sent as [string | { readonly text: string }];
      statements.push(typeof first === 'string' ? first : first.text);
      return query(...sent);
    };
    Object.assign(client, { query: recordingQuery });
  });
  const services = createAuth(config, pool);

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
  return { services, config, database, statements, visitor, end };
}
