import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { type AccessBreach, checkSchema, guardSchema, type Policy } from './access/index.ts';
import { authenticate } from './authentication/authenticate.ts';
import { createVerifier, type VerifyToken } from './authentication/token-verifier.ts';
import type { ApiConfig } from './config.ts';
import type { Context } from './context.ts';
import { createOperationRunner } from './data/operation-runner.ts';
import type { Owners } from './data/query/owned-statements.ts';
import { openRevocationListener } from './data/revocation/revocation-listener.ts';
import type { DatabaseSource } from './data/database-source.ts';
import { ViewerDatabase, type DatabaseTimeouts } from './data/pg/viewer-database.ts';
import { createApollo } from './http/apollo-server.ts';
import { createServerEvents } from './http/server-events.ts';
import { createExecutor } from './http/executor.ts';
import { createFastify, type FastifyOptions } from './http/fastify-server.ts';
import { routeGraphql } from './http/graphql-route.ts';
import { routeHealth } from './http/health-routes.ts';
import { routeLandingPage } from './http/landing-page.ts';
import { createLog } from './http/log.ts';
import { createMetrics, serveMetrics } from './http/metrics.ts';
import { openVerificationKeys } from './open-verification-keys.ts';
import { executableSchema } from './executable-schema.ts';

/** What an app is made of. */
export interface AppOptions {
  readonly config: Pick<
    ApiConfig,
    | 'TOKEN_MODE'
    | 'TOKEN_SECRETS'
    | 'TOKEN_ISSUER'
    | 'TOKEN_AUDIENCE'
    | 'TOKEN_TTL'
    | 'WEB_URL'
    | 'TRUSTED_PROXIES'
    | 'INTROSPECTION'
  > &
    // Without them: this machine, no explorers, the default of the place that keeps it.
    Partial<Pick<ApiConfig, 'API_URL' | 'EXPLORER_ORIGINS' | 'STALL_TIMEOUT'>>;
  readonly source: Pick<DatabaseSource, 'mapping' | 'pool'>;
  /** Where the log goes, line by line; standard output unless said otherwise. */
  readonly logDestination?: { write(line: string): void };
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** How long an operation and its statements may take; the defaults are those of the places that keep them. */
  readonly timeLimits?: DatabaseTimeouts & { readonly operation?: number };
  /** What clients may hold of the process; the defaults are those of runtime/http/connections.ts. */
  readonly traffic?: Pick<FastifyOptions['traffic'] & object, 'limits'>;
}

/** An app that is ready to listen. */
export interface App {
  readonly http: FastifyInstance;
  /** Serves the counters to this machine alone. */
  serveMetrics(port: number): Promise<Server>;
  /** Answers what has begun, and closes all but the source. */
  close(): Promise<void>;
}

/**
 * The request path, from the socket to the row and back, once, in order:
 * HTTP → Bearer token → verified claims → viewer → may this operation run? → resolver → the viewer's own rows → answer.
 * @throws {InvalidSchemaError} when the files are no valid schema
 * @throws {AccessPolicyError} when one field of the schema is unjudged: then there is no app
 */
export async function createApp({
  config,
  source,
  logDestination,
  clock = Date.now,
  timeLimits,
  traffic = {},
}: AppOptions): Promise<App> {
  const now = () => Math.floor(clock() / 1_000);
  const logger = createLog(logDestination);
  const metrics = createMetrics();
  const events = createServerEvents(logger, metrics);

  // Before anything listens: every field is judged, and the guard stands on every way out.
  const schema = executableSchema();
  const policy = checkSchema(schema);
  guardSchema<Context>(policy, {
    viewerOf: ({ viewer }) => viewer,
    onBreach: (breach: AccessBreach, { requestId }) => events.breached(breach, requestId),
  });

  // HTTP: what is no request of ours ends here.
  const apiUrl = config.API_URL ?? 'http://localhost:4000';
  const explorers = config.EXPLORER_ORIGINS ?? [];
  const http = await createFastify({
    logger,
    apiUrl,
    origins: [config.WEB_URL],
    explorers,
    trustedProxies: config.TRUSTED_PROXIES,
    traffic: {
      ...traffic,
      ...(config.STALL_TIMEOUT !== undefined && { stallTimeout: config.STALL_TIMEOUT * 1_000 }),
    },
    onOutage: events.unavailable,
  });
  http.addHook('onResponse', async (_request, { statusCode }) => metrics.requests.inc({ status: statusCode }));

  // Bearer token → verified claims → viewer: in Apollo's context function, before the document is parsed.
  const verifier = createVerifier({
    keys: await openVerificationKeys(config, events.keysUnavailable),
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    maxLifetime: config.TOKEN_TTL,
  });
  const verify: VerifyToken = async (token, at) => {
    const verified = await verifier(token, at);
    if ('outage' in verified) events.unavailable('the token keys are away');
    return verified;
  };
  const database = new ViewerDatabase(source.pool, timeLimits);
  const revocations = await openRevocationListener({
    pool: source.pool,
    database,
    maxTokenLifetime: config.TOKEN_TTL,
    onChannel: events.revocationChannel,
    onOutage: events.unavailable,
  });

  // The viewer's own rows: bound to the owner that the schema names.
  const operations = createOperationRunner(database, source.mapping, ownersOf(policy));

  // May this operation run? → resolvers → answer.
  const execute = createExecutor({ policy, operations, events, now });
  const apollo = await createApollo({ schema, introspection: config.INTROSPECTION === 'on', execute });
  routeGraphql(http, {
    apollo,
    authenticate: (header) => authenticate(header, verify, revocations, clock() / 1_000),
    onTokenRejected: events.tokenRejected,
    timeLimit: timeLimits?.operation,
  });
  routeLandingPage(http, { apiUrl, webUrl: config.WEB_URL, explorers });
  routeHealth(http, (onFailure) => database.isResponsive(onFailure));
  http.addHook('onClose', async () => {
    await apollo.stop();
    await revocations.close();
  });
  return {
    http,
    serveMetrics: (port) => serveMetrics(metrics, port),
    async close() {
      // Before Fastify hears of it: it tells clients to go while new connections are still taken, and they come back.
      await http.drain();
      await http.close();
    },
  };
}

/** Whom each type belongs to, as the schema says it and the data layer takes it. */
export function ownersOf({ owners }: Policy): Owners {
  return new Map(
    [...owners].map(([type, [rule]]) => [type, { field: rule?.field ?? '', orRoles: rule?.orRoles ?? [] }]),
  );
}
