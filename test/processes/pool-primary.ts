/** The primary process for worker-pool.test.ts: two workers, their metrics on METRICS_PORT. */
import path from 'node:path';
import { serveWorkerMetrics } from '../../runtime/metrics-server.ts';
import { runCommand } from '../../server/operations/run-command.ts';
import { runWorkers } from '../../tools/supervisor/run-workers.ts';

const write = (level: string) => (fields: object, message: string) =>
  void process.stdout.write(`${level} ${JSON.stringify(fields)} ${message}\n`);

await runCommand(
  ({ signal, environment }) =>
    runWorkers({
      name: 'the test',
      script: path.join(import.meta.dirname, 'pool-worker.ts'),
      flags: ['--max-semi-space-size=3'],
      count: 2,
      signal,
      drainDelay: Number(environment['DRAIN_SECONDS'] ?? 0),
      log: { info: write('info'), warn: write('warn') },
      serveMetrics: (pool) =>
        serveWorkerMetrics({
          port: Number(environment['METRICS_PORT']),
          host: '127.0.0.1',
          running: () => pool.running,
        }),
    }),
  { hangUpAborts: false },
);
