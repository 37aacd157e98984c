import { type AppOptions, createApp } from '../../server/app.ts';
import type { DatabaseSource } from '../../server/data/database-source.ts';
import { AUDIENCE, CURRENT_SECRET, ISSUER, MAX_LIFETIME, NOW, PREVIOUS_SECRET } from './test-token.ts';

/** The origin whose pages may call the API. */
export const WEB_URL = 'http://web.test';

/** An answer, as it came. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text read as JSON; null when it is none. */
  readonly body: Body | null;
}
interface Body {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly PublicError[];
}
interface PublicError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

/** What a caller shows and says beside the document. */
export interface RequestOptions {
  readonly token?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API, listening on a port of its own. */
export interface TestApi {
  readonly url: string;
  /** Sends an operation. */
  execute(query: string, requestOptions?: RequestOptions): Promise<ApiResponse>;
  /** Sends anything to a path. */
  send(path: string, init?: RequestInit): Promise<ApiResponse>;
  /** What was logged so far, a line an entry. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** What the counters say, as Prometheus reads them. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** What is other than usual about an app. */
export interface TestApiOptions {
  readonly settings?: Partial<AppOptions['config']>;
  readonly timeLimits?: NonNullable<AppOptions['timeLimits']>;
  readonly traffic?: NonNullable<AppOptions['traffic']>;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** Starts the whole app on a source; its clock stands at `NOW` unless said otherwise. */
export async function startTestApi(
  source: Pick<DatabaseSource, 'mapping' | 'pool'>,
  introspection: 'on' | 'off' = 'on',
  { settings = {}, timeLimits = {}, traffic = {}, clock = () => NOW * 1_000 }: TestApiOptions = {},
): Promise<TestApi> {
  const log: Record<string, unknown>[] = [];
  const { http, serveMetrics, close } = await createApp({
    config: {
      TOKEN_MODE: 'shared-secret',
      TOKEN_SECRETS: { listed: [CURRENT_SECRET, PREVIOUS_SECRET] },
      TOKEN_ISSUER: ISSUER,
      TOKEN_AUDIENCE: AUDIENCE,
      TOKEN_TTL: MAX_LIFETIME,
      WEB_URL,
      TRUSTED_PROXIES: [],
      INTROSPECTION: introspection,
      ...settings,
    },
    source,
    timeLimits,
    traffic,
    logDestination: { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
    clock,
  });
  const url = await http.listen({ port: 0, host: '127.0.0.1' });
  const metrics = await serveMetrics(0);

  const send = (path: string, init?: RequestInit) => readResponse(fetch(`${url}${path}`, init));
  return {
    url,
    log,
    send,
    execute: (query, { token, variables, headers } = {}) =>
      send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...headers },
        body: JSON.stringify({ query, ...(variables && { variables }) }),
      }),
    async metrics() {
      const { port } = metrics.address() as { port: number };
      return (await fetch(`http://127.0.0.1:${port}/`)).text();
    },
    async close() {
      metrics.close();
      await close();
    },
  };
}

async function readResponse(response: Promise<Response>): Promise<ApiResponse> {
  const { status, headers, ...rest } = await response.then(async (r) => ({
    status: r.status,
    headers: r.headers,
    text: await r.text(),
  }));
  return { status, headers, text: rest.text, body: parseBody(rest.text) };
}

function parseBody(text: string): Body | null {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return null;
  }
}

/** An answer without what differs from request to request: status, body and headers but the request's name and Date. */
export function comparableText({ status, headers, text }: ApiResponse): string {
  const comparedHeaders = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return [status, ...comparedHeaders.map((header) => header.join(': ')), '', text].join('\n');
}

/** The codes of an answer's errors. */
export function errorCodes({ body }: ApiResponse): readonly string[] {
  return (body?.errors ?? []).map(({ extensions }) => extensions.code);
}
