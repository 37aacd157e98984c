import cluster from 'node:cluster';
import { watchDraining } from '../runtime/draining.ts';
import { createOutageLog } from '../runtime/http/outage-log.ts';
import type { ProcessReport } from '../runtime/process-report.ts';
import { sharedAddressWarning } from '../runtime/shared-address.ts';
import { openTracing } from '../runtime/tracing/tracing.ts';
import { createApp } from './app.ts';
import { readApiConfig } from './config.ts';
import { OWNED_TABLES } from './data/admin/privileges.ts';
import { assertRoleSubjectToRls } from './data/admin/rls-role-check.ts';
import { assertSessionSettings } from './data/admin/session-settings.ts';
import { openDatabaseSource } from './data/database-source.ts';
import { readManifests } from './document-manifest.ts';
import { createLogger, logUncaught } from './http/logger.ts';
import { isOperatorError } from './operations/operator-error.ts';
import { releaseMemoryOfStart } from './operations/release-memory.ts';

/** How long requests in flight may take to finish after a stop signal, in milliseconds. */
const DRAIN_TIMEOUT = 8_000;

/**
 * Starts the API process: settings, database role, app, listen. On a stop signal it finishes the requests in flight, closes
 * everything and exits.
 */
async function main(): Promise<void> {
  const config = readApiConfig();
  const source = await openDatabaseSource({ url: config.API_DATABASE_URL });
  await assertRoleSubjectToRls(source.pool, Object.values(OWNED_TABLES));
  await assertSessionSettings(source.pool);
  const trustedDocuments = readManifests(config.TRUSTED_DOCUMENTS ?? [], config.OPERATIONS === 'trusted');
  const logOutage = createOutageLog(({ consequence, cause, suppressed }) =>
    http.log.warn({ event: 'tracing', cause, suppressed }, consequence),
  );
  const tracing = await openTracing(config, 'fieldgate-api', (error) => logOutage(error, 'spans were not exported'));
  const { http, serveMetrics, shareMetrics, close } = await createApp({
    config,
    source,
    trustedDocuments,
    tracing,
    ...(cluster.isWorker && { isDraining: watchDraining() }),
  });
  logUncaught(http.log);
  if (cluster.isWorker) shareMetrics();
  const metrics = cluster.isWorker ? undefined : await serveMetrics(config.METRICS_PORT, config.METRICS_HOST);
  // An address, not `localhost`: for a name with two addresses Fastify creates a second server without the limits and
  // error responses of runtime/http.
  await http.listen({ port: config.API_PORT, host: config.API_HOST });
  const warning = sharedAddressWarning(config);
  if (warning !== undefined) http.log.warn({ event: 'shared-address' }, warning);
  report('ready');
  releaseMemoryOfStart();

  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), DRAIN_TIMEOUT).unref();
    void close()
      .then(() => source.close())
      .then(() => tracing?.close())
      .then(() => metrics?.close())
      .then(() => process.exit(0));
  };
  // A terminal sends SIGHUP to all its processes: the primary process decides what it means.
  if (cluster.isWorker) process.on('SIGHUP', () => {});
  process.on('SIGTERM', stop).on('SIGINT', stop).on('disconnect', stop);
}

main().catch((error: unknown) => {
  if (isOperatorError(error)) {
    const { message } = error;
    console.error(message);
    report({ refused: message }, () => process.exit(1));
    return;
  }
  createLogger().fatal({ err: error }, 'the API did not start');
  process.exit(1);
});

/** Sends a report to the parent process, if there is an IPC channel. @param onSent called after that, in any case */
function report(message: ProcessReport, onSent: () => void = () => {}): void {
  if (process.send !== undefined && process.connected) process.send(message, onSent);
  else onSent();
}
