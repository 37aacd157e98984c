import { type AppOptions, createApp } from '../../server/app.ts';
import type { DatabaseSource } from '../../server/data/database-source.ts';
import { AUDIENCE, CURRENT_SECRET, ISSUER, MAX_LIFETIME, NOW, PREVIOUS_SECRET } from './test-token.ts';

/** The web app's origin, whose pages may call the API. */
export const WEB_URL = 'http://web.test';

/** A response, read to its end. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The text parsed as JSON, or null if it is not JSON. */
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

/** Parts of a request beside the document. */
export interface RequestOptions {
  readonly token?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A running API on a free port. */
export interface TestApi {
  readonly url: string;
  /** Sends an operation as POST /graphql. */
  execute(query: string, requestOptions?: RequestOptions): Promise<ApiResponse>;
  /** Sends any request to a path. */
  send(path: string, init?: RequestInit): Promise<ApiResponse>;
  /** The log so far, one entry a line. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Returns the metrics in Prometheus' format. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** Options that differ from the tests' defaults. */
export interface TestApiOptions {
  readonly settings?: Partial<AppOptions['config']>;
  /** The documents that clients may name by their id. */
  readonly trustedDocuments?: NonNullable<AppOptions['trustedDocuments']>;
  readonly timeLimits?: NonNullable<AppOptions['timeLimits']>;
  readonly traffic?: NonNullable<AppOptions['traffic']>;
  /** Records traces; default: none are recorded. */
  readonly tracing?: AppOptions['tracing'];
  /** Plugins of Apollo Server; default none. */
  readonly apolloPlugins?: NonNullable<AppOptions['apolloPlugins']>;
  /** Whether 403 responses are recorded, each after its response; default false: tests count statements. */
  readonly recordRefusals?: boolean;
  /** Returns milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** Starts the API on a database. Its clock is fixed at `NOW` by default. */
export async function startTestApi(
  source: Pick<DatabaseSource, 'mapping' | 'pool'>,
  introspection: 'on' | 'off' = 'on',
  {
    settings = {},
    trustedDocuments = {},
    timeLimits = {},
    traffic = {},
    tracing,
    apolloPlugins = [],
    recordRefusals = false,
    clock = () => NOW * 1_000,
  }: TestApiOptions = {},
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
    trustedDocuments,
    timeLimits,
    traffic,
    tracing,
    apolloPlugins,
    recordRefusals,
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

/** Returns status, headers and body as text, without x-request-id and Date, which differ in each response. */
export function comparableText({ status, headers, text }: ApiResponse): string {
  const comparedHeaders = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return [status, ...comparedHeaders.map((header) => header.join(': ')), '', text].join('\n');
}

/** Returns the codes of a response's errors. */
export function errorCodes({ body }: ApiResponse): readonly string[] {
  return (body?.errors ?? []).map(({ extensions }) => extensions.code);
}
