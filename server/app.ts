/**
 * Assembles the API. The path of a request, from the socket to the SQL statement and back; each step is a call into the
 * file that it names:
 *
 * 1. Socket. `runtime/http/server.ts` accepts the connection and enforces timeouts and the limits per client;
 *    `http/fastify-server.ts` rejects malformed HTTP requests and parses the JSON body.
 * 2. Route. `http/graphql-route.ts` serves `POST /graphql`: by `http/short-path.ts`, or by Apollo (`http/apollo-server.ts`)
 *    if the request is one that only Apollo can answer. After step 3, `http/schema-route.ts` serves the schema itself, and `http/access-map-route.ts` the access map.
 * 3. Authentication. The context function of both ways calls `authentication/authenticate.ts` before the document is parsed:
 *    Authorization header → Bearer token → verified claims → `Viewer`, if its session is not revoked. Without a header the
 *    viewer is null; a rejected token ends the request.
 * 4. Document. `http/request-document.ts` takes it from the body, or finds the trusted document that the body names;
 *    `http/document-preparation.ts` parses it unless it is cached, and `http/document-validation.ts` checks the cost limits and
 *    validates it against the schema.
 * 5. Authorization (wall 1). `http/executor.ts` calls `authorize` of `access/`: every selected field and argument is
 *    checked against its access rule. If any is denied, nothing runs.
 * 6. Resolvers. The executor opens the viewer's data (`data/operation-runner.ts`): one transaction for a mutation, one for
 *    each statement of a query. It executes the operation as graphql-js does, by a plan if it came before
 *    (`execution/compiled-execute.ts`); resolvers call repositories and never see another user's data.
 * 7. SQL (wall 2). A repository filters every statement by the viewer's id (`data/query/owned-statements.ts`). The `userId`
 *    argument of a field is asserted equal to the viewer's id in step 5 and then dropped: SQL only ever sees the viewer's id.
 * 8. PostgreSQL (wall 3). `data/pg/viewer-database.ts` sets the viewer's id for the transaction and sends the statement, with
 *    those of other viewers that are ready at the same time (`data/pg/read-batches.ts`), each a transaction of its own;
 *    row-level security filters by that id again. A cross-owner read, for a role in `orRoles`, is the one exception to 7
 *    and 8: it names its type, and its statement also writes an audit event.
 * 9. Response. The guard (`guardSchema`, below) checks the owner of every object that a resolver returns; another owner's
 *    object is a breach: the response has no data and the operator gets an alarm. `http/executor.ts` then reduces errors to
 *    public codes; Fastify sends the response and logs one line.
 *
 * If the request's trace is recorded (`http/request-tracing.ts`), steps 3 to 9 and each statement are spans of it.
 */
import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { trustedProxies } from '../runtime/http/client-address.ts';
import { serveMetrics, shareMetrics } from '../runtime/metrics-server.ts';
import type { Tracing } from '../runtime/tracing/tracing.ts';
import { type AccessBreach, checkSchema, guardSchema, type Policy } from './access/index.ts';
import { authenticate } from './authentication/authenticate.ts';
import { createVerifier, type VerifyToken } from './authentication/token-verifier.ts';
import type { ApiConfig, LimitSetting } from './config.ts';
import type { Context } from './context.ts';
import type { DocumentManifest } from './document-manifest.ts';
import { createRefusalRecorder } from './data/auth-event/refusal-recorder.ts';
import { OWNED_TABLES } from './data/admin/privileges.ts';
import { assertSafeReplica } from './data/admin/replica-check.ts';
import { createOperationRunner } from './data/operation-runner.ts';
import type { Owners } from './data/query/owned-statements.ts';
import { openReadRouter } from './data/replica/open-read-router.ts';
import { openRevocationListener } from './data/revocation/revocation-listener.ts';
import type { DatabaseSource } from './data/database-source.ts';
import { ViewerDatabase, type DatabaseTimeouts } from './data/pg/viewer-database.ts';
import { routeAccessMap } from './http/access-map-route.ts';
import { type ApolloOptions, createApollo } from './http/apollo-server.ts';
import { createRequestAuthentication } from './http/authenticate-request.ts';
import { costLimitsOf } from './http/cost-limits.ts';
import { createDocumentCache } from './http/document-cache.ts';
import { createDocumentPreparation } from './http/document-preparation.ts';
import { createDocumentValidator } from './http/document-validation.ts';
import { createServerEvents } from './http/server-events.ts';
import { createExecutor } from './http/executor.ts';
import { withExplanations } from './http/explain-extension.ts';
import { createFastify, type FastifyOptions } from './http/fastify-server.ts';
import { routeGraphql } from './http/graphql-route.ts';
import { routeHealth } from './http/health-routes.ts';
import { routeLandingPage } from './http/landing-page.ts';
import { createLogger } from './http/logger.ts';
import { countLimitEvents, reportLimitStore } from './http/limit-metrics.ts';
import { areRequestsLimited, assertRolesExist, countAddresses, createRequestLimits } from './http/request-limits.ts';
import { executeIntrospectionInTurns } from './http/introspection-turns.ts';
import { createWorkScheduler } from './http/work-scheduler.ts';
import { traceRequests } from './http/request-tracing.ts';
import { createMetrics, createReadCounter, observePool } from './http/metrics.ts';
import { createErrorFormat } from './http/public-errors.ts';
import { createRunOperation } from './http/run-operation.ts';
import { routeSchema } from './http/schema-route.ts';
import { createShortPath } from './http/short-path.ts';
import { documentOfRequest } from './http/request-document.ts';
import { createTrustedDocuments } from './http/trusted-documents.ts';
import { shareLimits } from './limits/share-limits.ts';
import { openVerificationKeys } from './open-verification-keys.ts';
import { executableSchema } from './executable-schema.ts';

/** Options of `createApp`. */
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
    // Defaults: the pool's own connection string, limits shared in its database, no read replicas, a loopback origin, no
    // explorers, no explanations, the stall timeout of runtime/http/server.ts, any operations, plans of repeated ones,
    // Apollo's pipeline only where it is needed, the cost limits of http/cost-limits.ts, no limits on the number of requests.
    Partial<
      Pick<
        ApiConfig,
        | 'DIRECT_DATABASE_URL'
        | 'REDIS_URL'
        | 'API_READ_DATABASE_URL'
        | 'POSITION_SECRET'
        | 'API_URL'
        | 'EXPLORER_ORIGINS'
        | 'EXPLAIN'
        | 'STALL_TIMEOUT'
        | 'OPERATIONS'
        | 'APOLLO_PIPELINE'
        | 'EXECUTION_PLANS'
        | LimitSetting
      >
    >;
  readonly source: Pick<DatabaseSource, 'mapping' | 'pool'>;
  /** Receives the lines of the log; default standard output. */
  readonly logDestination?: { write(line: string): void };
  /** Returns milliseconds since the epoch; default `Date.now`. */
  readonly clock?: () => number;
  /** The time limits of operations and statements, in milliseconds; defaults in graphql-route.ts and viewer-database.ts. */
  readonly timeLimits?: DatabaseTimeouts & { readonly operation?: number };
  /** Whether requests of users that are refused with 403 are recorded in the security log; default true. */
  readonly recordRefusals?: boolean;
  /** The documents that clients may name by their id; default none. */
  readonly trustedDocuments?: DocumentManifest;
  /** Plugins of Apollo Server. With any, Apollo's pipeline serves every request; default none. */
  readonly apolloPlugins?: ApolloOptions['plugins'] & object;
  /** Whether the process will stop soon, so that `/readyz` answers 503; default never. */
  readonly isDraining?: () => boolean;
  /** Records traces; default: none are recorded. */
  readonly tracing?: Tracing | undefined;
  /** The limits on what clients hold; defaults in runtime/http/connections.ts. */
  readonly traffic?: Pick<FastifyOptions['traffic'] & object, 'limits'>;
}

/** An app that is ready to listen. */
export interface App {
  readonly http: FastifyInstance;
  /** Serves the counters; on the loopback interface by default. */
  serveMetrics(port: number, host?: string): Promise<Server>;
  /** Lets the primary process collect the counters, in a worker of `node:cluster`. */
  shareMetrics(): void;
  /** Finishes the requests in flight, then closes everything except the database source. */
  close(): Promise<void>;
}

/**
 * Creates the API from its settings and a database; the comment at the top of this file describes the path of a request.
 * @throws {InvalidSchemaError} if the files in `schema/` are not a valid schema
 * @throws {AccessPolicyError} if any field has no access rule
 */
export async function createApp({
  config,
  source,
  logDestination,
  clock = Date.now,
  timeLimits,
  recordRefusals = true,
  trustedDocuments = {},
  isDraining,
  traffic = {},
  tracing,
  apolloPlugins = [],
}: AppOptions): Promise<App> {
  const now = () => Math.floor(clock() / 1_000);
  const logger = createLogger(logDestination);
  const metrics = createMetrics();
  observePool(metrics, source.pool);
  const countError = (code: string) => metrics.errors.inc({ code });
  const events = createServerEvents(logger, metrics);

  // Start checks: every field has an access rule, and the guard wraps every resolver that can return an owned object.
  const schema = executableSchema();
  const policy = checkSchema(schema);
  guardSchema<Context>(policy, {
    viewerOf: ({ viewer }) => viewer,
    onBreach: (breach: AccessBreach, { requestId }) => events.breached(breach, requestId),
  });

  // Steps 1 and 2: rejects malformed HTTP requests.
  const apiUrl = config.API_URL ?? 'http://localhost:4000';
  const explorers = config.EXPLORER_ORIGINS ?? [];
  if (config.LIMIT_REQUESTS_PER_VIEWER) assertRolesExist(config.LIMIT_REQUESTS_PER_VIEWER, schema);
  const http = await createFastify({
    logger,
    apiUrl,
    origins: [config.WEB_URL],
    explorers,
    explain: config.EXPLAIN === 'on',
    keepsPosition: config.API_READ_DATABASE_URL !== undefined,
    trustedProxies: config.TRUSTED_PROXIES,
    traffic: {
      ...traffic,
      ...(config.STALL_TIMEOUT !== undefined && { stallTimeout: config.STALL_TIMEOUT * 1_000 }),
    },
    onOutage: events.unavailable,
    onError: countError,
    onOverload: (limit) => metrics.limited.inc({ limit }),
  });
  const settler = areRequestsLimited(config)
    ? await shareLimits({ pool: source.pool, redisUrl: config.REDIS_URL, onChange: events.limitStore })
    : undefined;
  const requestLimits = createRequestLimits(config, {
    ...(settler && { sharing: settler }),
    onEvent: countLimitEvents(metrics),
  });
  if (settler) reportLimitStore(metrics, settler);
  await settler?.start();
  countAddresses(http, trustedProxies(config.TRUSTED_PROXIES), requestLimits);
  traceRequests(http, tracing, trustedProxies(config.TRUSTED_PROXIES));
  http.addHook('onResponse', (request, { statusCode, elapsedTime }, done) => {
    metrics.requests.inc({ status: statusCode });
    metrics.duration.observe({ route: request.routeOptions.url ?? 'none' }, elapsedTime / 1_000);
    done();
  });

  // Step 3: tokens, keys and revocations.
  const verifier = createVerifier({
    keys: await openVerificationKeys(config, events.keysUnavailable),
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    maxLifetime: config.TOKEN_TTL,
    onCache: (result) => metrics.tokenCache.inc({ result }),
  });
  const verify: VerifyToken = async (token, at) => {
    const verified = await verifier(token, at);
    if ('outage' in verified) events.unavailable('the token keys are unavailable');
    return verified;
  };
  // Behind a pooler, each transaction may run on another server connection: statements do not share one.
  const sharing = config.DIRECT_DATABASE_URL === undefined ? {} : { maxShared: 1 };
  const database = new ViewerDatabase(source.pool, timeLimits, sharing);
  const revocations = await openRevocationListener({
    pool: source.pool,
    listenUrl: config.DIRECT_DATABASE_URL,
    database,
    maxTokenLifetime: config.TOKEN_TTL,
    onChannel: events.revocationChannel,
    onRevoked: (lag) => metrics.revocationLag.observe(lag),
    onOutage: events.unavailable,
  });

  // Steps 6 to 8: repositories that filter by the owner field of each type, as the schema's @owner names it. Queries may run
  // on read replicas; revocations, mutations and cross-owner reads never do.
  const { API_READ_DATABASE_URL: urls, POSITION_SECRET: secret } = config;
  const reads = urls && secret ? await openReads(urls, secret) : undefined;
  const operations = createOperationRunner(database, source.mapping, ownersOf(policy), reads);

  // Steps 4 and 5, and 9: documents, authorization, execution, results.
  const refusals = createRefusalRecorder({ database, onFailure: events.notRecorded });
  const execute = createExecutor({
    policy,
    operations,
    events,
    now,
    plans: config.EXECUTION_PLANS,
    ...(recordRefusals && { recordRefusal: refusals.record }),
  });
  const limits = costLimitsOf(config);
  const scheduler = createWorkScheduler();
  const introspection = config.INTROSPECTION === 'on';
  const errorsOf = createDocumentValidator({ schema, introspection, limits });
  const trusted = createTrustedDocuments(trustedDocuments);
  const documents = createDocumentPreparation({
    errorsOf,
    cache: createDocumentCache({ isValid: (document) => errorsOf(document).length === 0 }),
    trusted,
    maxTokens: limits.tokens,
    scheduler,
  });
  const inTurns = executeIntrospectionInTurns(execute, scheduler.schedule);
  const runOperation = createRunOperation({
    schema,
    limits,
    errorsOf,
    execute: config.EXPLAIN === 'on' ? withExplanations({ policy, execute: inTurns, now }) : inTurns,
    onUnexpected: events.unexpected,
  });
  const apollo = await createApollo({
    schema,
    maxTokens: limits.tokens,
    documentStore: documents.store,
    runOperation,
    formatError: createErrorFormat(countError),
    plugins: apolloPlugins,
  });
  const isShort = apolloPlugins.length === 0 && config.APOLLO_PIPELINE !== 'always';
  const authenticateRequest = createRequestAuthentication({
    authenticate: (header) => authenticate(header, verify, revocations, clock() / 1_000),
    countViewer: requestLimits.countViewer,
    onTokenRejected: events.tokenRejected,
  });
  routeGraphql(http, {
    apollo,
    answerShortly: isShort ? createShortPath({ runOperation, onError: countError }) : undefined,
    authenticateRequest,
    documentOf: (body) => documentOfRequest(body, config.OPERATIONS ?? 'any', trusted),
    documents,
    keepsPosition: reads !== undefined,
    timeLimit: timeLimits?.operation,
  });
  if (introspection) {
    routeSchema(http, { policy, authenticateRequest });
    // Where a rule is written and which SQL enforces it is for the machine of a developer, not for the public.
    const explain = config.EXPLAIN === 'on';
    routeAccessMap(http, { policy, tables: OWNED_TABLES, explain, authenticateRequest });
  }
  routeLandingPage(http, { apiUrl, webUrl: config.WEB_URL, explorers });
  routeHealth(http, (onFailure) => database.isResponsive(onFailure), isDraining);
  http.addHook('onClose', async () => {
    await apollo.stop();
    await refusals.settled();
    await revocations.close();
    await settler?.close();
    await reads?.close();
  });

  async function openReads(replicaUrls: readonly string[], positionSecret: string) {
    const counter = createReadCounter(metrics);
    const router = await openReadRouter({
      urls: replicaUrls,
      secret: positionSecret,
      primary: database,
      now,
      assertSafe: (replica) => assertSafeReplica(source.pool, replica),
      onRead: (server, reason) => counter.inc({ server, reason }),
      onReplica: events.readReplica,
      batches: sharing,
    });
    metrics.observeReplicas(router.lag);
    return router;
  }

  return {
    http,
    serveMetrics: (port, host) => serveMetrics(metrics.registry, port, host),
    shareMetrics: () => shareMetrics(metrics.registry),
    async close() {
      // Before `http.close()`: Fastify sends `connection: close` while it still accepts, so clients would reconnect.
      await http.drain();
      await http.close();
    },
  };
}

/** Returns the owner rule of each owned type in the form of the data layer. */
export function ownersOf({ owners }: Policy): Owners {
  return new Map(
    [...owners].map(([type, [rule]]) => [type, { field: rule?.field ?? '', orRoles: rule?.orRoles ?? [] }]),
  );
}
