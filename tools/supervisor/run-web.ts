import { serveWebMetrics, serveWorkerMetrics } from '../../runtime/metrics-server.ts';
import { createLogger } from '../../server/http/logger.ts';
import { assertCanConnect } from '../../server/operations/open-database.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { assertPortsFree } from '../../server/operations/ports.ts';
import type { CommandContext } from '../../server/operations/run-command.ts';
import { readWebConfig } from '../../web/config.ts';
import { assertWebBuilt } from './build-steps.ts';
import { runWorkers } from './run-workers.ts';

/**
 * Runs the production build of the web app alone, for an orchestrator: `WORKERS` processes.
 * @returns the exit code 0 after the signal
 * @throws {SettingsError | OperatorError} if the web app cannot start, or its last worker is given up
 */
export async function runWeb({ environment, signal }: CommandContext): Promise<number> {
  const config = readWebConfig({ ...environment, WORKERS: environment['WORKERS'] || 'auto' });
  assertWebBuilt(config.WEB_BUILD_DIR);
  await assertCanConnect('AUTH_DATABASE_URL', config.AUTH_DATABASE_URL, signal);
  const { WEB_PORT, WEB_METRICS_PORT, METRICS_HOST } = config;
  await assertPortsFree({ WEB_PORT, ...(WEB_METRICS_PORT !== undefined && { WEB_METRICS_PORT }) }, 0, signal);
  const log = createLogger();
  return runWorkers({
    name: 'the web app',
    script: inRoot('web/serve.ts'),
    count: config.WORKERS ?? 1,
    // The web app reaches the tasks over HTTP only, and no process that serves requests gets the owner's connection string.
    environment: {
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      DATABASE_URL: undefined,
      API_DATABASE_URL: undefined,
    },
    signal,
    drainDelay: config.DRAIN_DELAY,
    log,
    serveMetrics: (pool) =>
      serveWebMetrics(
        WEB_METRICS_PORT,
        (port) => serveWorkerMetrics({ port, host: METRICS_HOST, running: () => pool.running }),
        (warning) => log.warn({ event: 'metrics' }, warning),
      ),
  });
}
