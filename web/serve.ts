import cluster from 'node:cluster';
import type { RequestListener, ServerResponse } from 'node:http';
import path from 'node:path';
import next from 'next';
import { watchDraining } from '../runtime/draining.ts';
import { KeyFileError } from '../runtime/key-file.ts';
import { serveMetrics, serveWebMetrics, shareMetrics } from '../runtime/metrics-server.ts';
import type { ProcessReport } from '../runtime/process-report.ts';
import { SettingsError } from '../runtime/settings.ts';
import { openTracing } from '../runtime/tracing/tracing.ts';
import { sharedAddressWarning } from '../runtime/shared-address.ts';
import { createAuthPool } from './auth/auth-pool.ts';
import { startMail } from './auth/auth-services.ts';
import { retentionsOf, startRetention } from './auth/retention.ts';
import { createSigningKeys } from './auth/signing-keys.ts';
import { type WebConfig, webConfig } from './config.ts';
import { trustedProxies } from '../runtime/http/client-address.ts';
import { createHttpServer } from '../runtime/http/server.ts';
import { routeConsole } from './console.ts';
import { withCompression } from './http/compress-pages.ts';
import { rejectRequest } from './http/reject-request.ts';
import { replaceForwardedHeaders } from './http/forwarded-headers.ts';
import { setWebMetrics } from './http/metrics.ts';
import { createWebMetrics } from './http/metrics-registry.ts';
import { withPageStatus } from './http/page-status.ts';
import { rejectUnread } from './http/reject-unread.ts';
import { logRequests } from './http/request-log.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createStaticFileHandler } from './http/static-files.ts';
import { errorFields, log, logOutage } from './log.ts';
import { MAIL_OFF_WARNING, mailMode } from './mail/mail-mode.ts';

/** How long running requests may take to finish after a stop signal, in milliseconds. */
const DRAIN_TIMEOUT = 8_000;

/** Starts the web process: Next behind Fieldgate's HTTP server, which drains on a stop signal. */
async function main(config: WebConfig): Promise<void> {
  const webUrl = new URL(config.WEB_URL);
  const app = next({ dev: false, dir: import.meta.dirname, hostname: webUrl.hostname, port: config.WEB_PORT });
  await app.prepare();
  // Fails at the start, not at the first sign-in, if the key file is unreadable.
  await createSigningKeys(config.TOKEN_MODE, config.TOKEN_SECRETS).signingKey(Math.floor(Date.now() / 1_000));
  const serveStatic = await createStaticFileHandler(path.join(import.meta.dirname, config.WEB_BUILD_DIR));
  const handle = withCompression(withPageStatus(app.getRequestHandler()));
  const headers = new Headers(securityHeaders(webUrl));
  const isTrusted = trustedProxies(config.TRUSTED_PROXIES);

  const isDraining = cluster.isWorker ? watchDraining() : () => false;
  const database = createAuthPool(config.AUTH_DATABASE_URL);
  const metrics = createWebMetrics(database);
  setWebMetrics(metrics);
  if (cluster.isWorker) shareMetrics(metrics.registry);
  else
    await serveWebMetrics(
      config.WEB_METRICS_PORT,
      (port) => serveMetrics(metrics.registry, port, config.METRICS_HOST),
      (warning) => log.warn({ event: 'metrics' }, warning),
    );

  const tracing = await openTracing(config, 'fieldgate-web', (error) => logOutage(error, 'spans were not exported'));

  const listener: RequestListener = (request, response) => {
    if (rejectUnread(request, response, { headers, overload: httpServer.overload(request) })) return;
    if (serveStatic(request, response)) return;
    response.setHeaders(headers);
    if (rejectRequest(request, response)) return;
    if (request.url === '/healthz') return response.end('ok');
    if (request.url === '/readyz') return answerReadiness(response, isDraining());
    replaceForwardedHeaders(request.headers, request.socket.remoteAddress ?? '', { webUrl, isTrusted });
    handle(request, response).catch((error: unknown) => {
      log.error(errorFields(error), 'a request failed');
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  };
  const httpServer = createHttpServer(logRequests(listener, { log, isTrusted, tracing }), {
    trustedProxies: config.TRUSTED_PROXIES,
    stallTimeout: config.STALL_TIMEOUT * 1_000,
  });
  let stopMail = async () => {};
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    log.info('the web app is stopping');
    setTimeout(() => process.exit(1), DRAIN_TIMEOUT).unref();
    // A mail that is being sent is sent: otherwise the next process would send it again.
    void Promise.all([httpServer.drain(), stopMail()])
      .then(() => tracing?.close())
      .then(() => app.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error(errorFields(error), 'the web app did not stop in order');
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, stop);
  // A terminal sends SIGHUP to all its processes: the primary process decides what it means.
  if (cluster.isWorker) process.on('SIGHUP', () => {});
  await new Promise<void>((resolve, reject) => {
    httpServer.server.once('error', reject);
    httpServer.server.listen(config.WEB_PORT, config.WEB_HOST, resolve);
  });
  // Not awaited on a stop: each batch is its own transaction.
  startRetention(database, { retentions: retentionsOf(config) });
  stopMail = await startMail(config, database);
  if (mailMode(config) === 'off') log.warn({ event: 'mail' }, MAIL_OFF_WARNING);
  log.info({ url: config.WEB_URL, port: config.WEB_PORT }, 'the web app is listening');
  const warning = sharedAddressWarning(config);
  if (warning !== undefined) log.warn({ event: 'shared-address' }, warning);
  report('ready');
}

routeConsole(log);
try {
  await main(webConfig());
} catch (error) {
  if (error instanceof SettingsError || error instanceof KeyFileError) {
    process.stderr.write(`${error.message}\n`);
    report({ refused: error.message });
  } else log.fatal(errorFields(error), 'the web app did not start');
  process.exitCode = 1;
  // `node:cluster` exits with 0 when a worker disconnects.
  if (cluster.isWorker) setImmediate(() => process.exit());
  else process.disconnect?.();
}

/** Answers `GET /readyz`: whether a load balancer should send requests to this process. */
function answerReadiness(response: ServerResponse, isDraining: boolean): void {
  response.writeHead(isDraining ? 503 : 200, {
    'cache-control': 'no-store',
    ...(isDraining && { 'retry-after': '1' }),
  });
  response.end(isDraining ? 'draining' : 'ready');
}

/** Sends a report to the supervisor, if there is one. */
function report(message: ProcessReport): void {
  if (process.connected) process.send?.(message);
}
