import { createServer, type Server } from 'node:http';
import { AggregatorRegistry, Gauge, Registry } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** Lets the primary process of this worker collect its counters. */
export function shareMetrics({ registry }: Pick<Metrics, 'registry'>): void {
  AggregatorRegistry.setRegistries(registry);
  // The constructor adds the listener that answers the primary process.
  void new AggregatorRegistry();
}

/** The options of `serveWorkerMetrics`. */
export interface WorkerMetricsOptions {
  readonly port: number;
  readonly host: string;
  /** Returns the number of running workers. */
  readonly running: () => number;
}

/**
 * Serves the counters of all workers, added up, from their primary process: Prometheus sees one process. The counters of a
 * worker that has ended are gone, which Prometheus takes for a restart.
 */
export function serveWorkerMetrics({ port, host, running }: WorkerMetricsOptions): Promise<Server> {
  const workers = new AggregatorRegistry();
  const own = new Registry();
  void new Gauge({
    name: 'fieldgate_workers',
    help: 'Workers that run.',
    registers: [own],
    collect() {
      this.set(running());
    },
  });
  const server = createServer((_request, response) => {
    Promise.all([workers.clusterMetrics(), own.metrics()]).then(
      (texts) => response.writeHead(200, { 'content-type': workers.contentType }).end(texts.join('\n')),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
