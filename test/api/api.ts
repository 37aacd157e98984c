import { type AppOptions, createApp } from '../../server/app.ts';
import type { Source } from '../../server/data/source.ts';
import { AUDIENCE, CURRENT, ISSUER, LONGEST_LIFE, NOW, PREVIOUS } from './token.ts';

/** The origin whose pages may call the API. */
export const WEB_URL = 'http://web.test';

/** An answer, as it came. */
export interface Answer {
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
export interface Asking {
  readonly token?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API, listening on a port of its own. */
export interface Api {
  readonly url: string;
  /** Sends an operation. */
  ask(query: string, asking?: Asking): Promise<Answer>;
  /** Sends anything to a path. */
  send(path: string, init?: RequestInit): Promise<Answer>;
  /** What was logged so far, a line an entry. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** What the counters say, as Prometheus reads them. */
  counters(): Promise<string>;
  close(): Promise<void>;
}

/** What is other than usual about an app. */
export interface ApiChanges {
  readonly settings?: Partial<AppOptions['config']>;
  readonly timeLimits?: NonNullable<AppOptions['timeLimits']>;
  readonly traffic?: NonNullable<AppOptions['traffic']>;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

/** Starts the whole app on a source; its clock stands at `NOW` unless said otherwise. */
export async function startApi(
  source: Pick<Source, 'mapping' | 'pool'>,
  introspection: 'on' | 'off' = 'on',
  { settings = {}, timeLimits = {}, traffic = {}, clock = () => NOW * 1_000 }: ApiChanges = {},
): Promise<Api> {
  const log: Record<string, unknown>[] = [];
  const { http, serveMetrics, close } = await createApp({
    config: {
      TOKEN_MODE: 'shared-secret',
      TOKEN_SECRETS: { listed: [CURRENT, PREVIOUS] },
      TOKEN_ISSUER: ISSUER,
      TOKEN_AUDIENCE: AUDIENCE,
      TOKEN_TTL: LONGEST_LIFE,
      WEB_URL,
      TRUSTED_PROXIES: [],
      INTROSPECTION: introspection,
      ...settings,
    },
    source,
    timeLimits,
    traffic,
    logTo: { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
    clock,
  });
  const url = await http.listen({ port: 0, host: '127.0.0.1' });
  const metrics = await serveMetrics(0);

  const send = (path: string, init?: RequestInit) => read(fetch(`${url}${path}`, init));
  return {
    url,
    log,
    send,
    ask: (query, { token, variables, headers } = {}) =>
      send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...headers },
        body: JSON.stringify({ query, ...(variables && { variables }) }),
      }),
    async counters() {
      const { port } = metrics.address() as { port: number };
      return (await fetch(`http://127.0.0.1:${port}/`)).text();
    },
    async close() {
      metrics.close();
      await close();
    },
  };
}

async function read(response: Promise<Response>): Promise<Answer> {
  const { status, headers, ...rest } = await response.then(async (r) => ({
    status: r.status,
    headers: r.headers,
    text: await r.text(),
  }));
  return { status, headers, text: rest.text, body: parse(rest.text) };
}

function parse(text: string): Body | null {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return null;
  }
}

/** An answer without what differs from request to request: status, body and headers but the request's name and Date. */
export function bytes({ status, headers, text }: Answer): string {
  const kept = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return [status, ...kept.map((header) => header.join(': ')), '', text].join('\n');
}

/** The codes of an answer's errors. */
export function codes({ body }: Answer): readonly string[] {
  return (body?.errors ?? []).map(({ extensions }) => extensions.code);
}
