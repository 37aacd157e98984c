import type { GraphQLSchema } from 'graphql';
import { NOW } from '../../test-harness.ts';
import type { AccessViewer } from '../../access-viewer.ts';
import type { AccessBreach } from '../../guard.ts';
import { INVALID_TOKEN, type ProtectOptions, type RefusalReport } from '../../protect-options.ts';

/** The header that stands for a verified token: JSON of a viewer, or one of the words below. */
const VIEWER_HEADER = 'x-viewer';
/** If sent, resolvers return rows of another owner: they have forgotten the filter. */
const FOREIGN_HEADER = 'x-foreign';

/** The context of the resolvers of the conformance suites. */
export interface SuiteContext {
  readonly token: string | null;
  readonly foreign: boolean;
}

/** Reads the context from the headers of a request. */
export function contextOf(header: (name: string) => string | null | undefined): SuiteContext {
  return { token: header(VIEWER_HEADER) ?? null, foreign: header(FOREIGN_HEADER) != null };
}

/** As the `viewerOf` of a server: no token is null, and the words stand for a rejected token and for faults of the server. */
export function viewerOf({ token }: SuiteContext): AccessViewer | null | typeof INVALID_TOKEN {
  if (token === null) return null;
  if (token === 'rejected') return INVALID_TOKEN;
  if (token === 'throws') throw new Error('SECRET: the session store is down');
  if (token === 'undefined') return undefined as never;
  return JSON.parse(token) as AccessViewer;
}

/** What a server reported to its operator. */
export interface Alarms {
  readonly breaches: AccessBreach[];
  readonly failures: unknown[];
  readonly reports: RefusalReport[];
  readonly warnings: string[];
}

/** Returns no alarms. */
export function noAlarms(): Alarms {
  return { breaches: [], failures: [], reports: [], warnings: [] };
}

/** Returns the options of `protect` of every server of the suites. */
export function suiteOptions(alarms: Alarms, mode: 'enforce' | 'report' = 'enforce'): ProtectOptions<SuiteContext> {
  const hooks = {
    viewerOf,
    onBreach: (breach: AccessBreach) => void alarms.breaches.push(breach),
    onFailure: (error: unknown) => void alarms.failures.push(error),
    clock: () => NOW * 1_000,
  };
  if (mode === 'enforce') return hooks;
  return {
    ...hooks,
    mode,
    onRefusal: (report) => void alarms.reports.push(report),
    onWarning: (message) => void alarms.warnings.push(message),
  };
}

/** A running server. */
export interface RunningServer {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** Starts a server with the schema behind its adapter. */
export type StartServer = (schema: GraphQLSchema, options: ProtectOptions<SuiteContext>) => Promise<RunningServer>;

/** One GraphQL request. */
export interface SuiteRequest {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** How a request is sent. */
export interface Sending {
  readonly token?: string | null;
  readonly foreign?: boolean;
  readonly method?: 'GET' | 'POST';
}

/** A response of any server. */
export interface SuiteResponse {
  readonly status: number;
  readonly challenge: string | null;
  readonly body: SuiteBody;
}
/** The body of a response. */
export interface SuiteBody {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly locations?: readonly { readonly line: number; readonly column: number }[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** Sends one request over HTTP, or a batch. */
export async function send(
  { url }: RunningServer,
  request: SuiteRequest | readonly SuiteRequest[],
  { token = null, foreign = false, method = 'POST' }: Sending = {},
): Promise<SuiteResponse> {
  const headers = {
    accept: 'application/graphql-response+json, application/json',
    'content-type': 'application/json',
    // Apollo's defence against forged GET requests.
    'apollo-require-preflight': 'true',
    ...(token !== null && { [VIEWER_HEADER]: token }),
    ...(foreign && { [FOREIGN_HEADER]: 'yes' }),
  };
  const response =
    method === 'GET' && !Array.isArray(request)
      ? await fetch(`${url}?${searchOf(request as SuiteRequest)}`, { headers })
      : await fetch(url, { method: 'POST', headers, body: JSON.stringify(request) });
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: (await response.json()) as SuiteBody,
  };
}

function searchOf({ query, operationName, variables }: SuiteRequest): string {
  return new URLSearchParams({
    query,
    ...(operationName !== undefined && { operationName }),
    ...(variables && { variables: JSON.stringify(variables) }),
  }).toString();
}
