import { readApiConfig } from '../../server/config.ts';
import { createLogger } from '../../server/http/logger.ts';
import { serveWorkerMetrics } from '../../runtime/metrics-server.ts';
import { assertCanConnect } from '../../server/operations/open-database.ts';
import { assertPortsFree } from '../../server/operations/ports.ts';
import type { CommandContext } from '../../server/operations/run-command.ts';
import { API_FLAGS, API_SCRIPT } from './api-command.ts';
import { runWorkers } from './run-workers.ts';

/**
 * Runs the API alone, for an orchestrator: `WORKERS` processes, their metrics on one port.
 * @returns the exit code 0 after the signal
 * @throws {SettingsError | OperatorError} if the API cannot start, or its last worker is given up
 */
export async function runApi({ environment, signal }: CommandContext): Promise<number> {
  const config = readApiConfig({ ...environment, WORKERS: environment['WORKERS'] || 'auto' });
  const { API_PORT, METRICS_PORT, METRICS_HOST } = config;
  await assertCanConnect('API_DATABASE_URL', config.API_DATABASE_URL, signal);
  await assertPortsFree({ API_PORT, METRICS_PORT }, 0, signal);
  return runWorkers({
    name: 'the API',
    script: API_SCRIPT,
    flags: API_FLAGS,
    count: config.WORKERS ?? 1,
    // No process that serves requests gets the owner's connection string.
    environment: { NODE_ENV: 'production', DATABASE_URL: undefined },
    signal,
    drainDelay: config.DRAIN_DELAY,
    log: createLogger(),
    serveMetrics: (pool) => serveWorkerMetrics({ port: METRICS_PORT, host: METRICS_HOST, running: () => pool.running }),
  });
}
