import type { ProcessReport } from '../runtime/process-report.ts';
import { sharedAddressWarning } from '../runtime/shared-address.ts';
import { createApp } from './app.ts';
import { readApiConfig } from './config.ts';
import { OWNED_TABLES } from './data/admin/privileges.ts';
import { assertRoleSubjectToRls } from './data/admin/rls-role-check.ts';
import { openDatabaseSource } from './data/database-source.ts';
import { createLog, logUncaught } from './http/log.ts';
import { isOperatorError } from './operations/operator-error.ts';

/** How long requests that are under way may take to finish, in milliseconds. */
const DRAIN_TIMEOUT = 8_000;

/** The API process: settings, database, listen; at the end no new requests, the old ones finished, everything closed. */
async function main(): Promise<void> {
  const config = readApiConfig();
  const source = await openDatabaseSource({ url: config.API_DATABASE_URL });
  await assertRoleSubjectToRls(source.pool, Object.values(OWNED_TABLES));
  const { http, serveMetrics, close } = await createApp({ config, source });
  logUncaught(http.log);
  const metrics = await serveMetrics(config.METRICS_PORT);
  // One address: for a name with two Fastify makes a second server, whose refusals at the socket are Node's, not ours.
  await http.listen({ port: config.API_PORT, host: '127.0.0.1' });
  const warning = sharedAddressWarning(config);
  if (warning !== undefined) http.log.warn({ event: 'shared-address' }, warning);
  report('ready');

  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), DRAIN_TIMEOUT).unref();
    void close()
      .then(() => source.close())
      .then(() => metrics.close())
      .then(() => process.exit(0));
  };
  process.on('SIGTERM', stop).on('SIGINT', stop).on('disconnect', stop);
}

main().catch((error: unknown) => {
  if (isOperatorError(error)) {
    const { message } = error;
    console.error(message);
    report({ refused: message }, () => process.exit(1));
    return;
  }
  createLog().fatal({ err: error }, 'the API did not start');
  process.exit(1);
});

/** Tells the process that started this one, if it listens. @param then called once that is done */
function report(what: ProcessReport, then: () => void = () => {}): void {
  if (process.send !== undefined && process.connected) process.send(what, then);
  else then();
}
