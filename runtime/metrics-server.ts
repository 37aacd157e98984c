import type { Server } from 'node:http';
import { AggregatorRegistry, Gauge, Registry } from 'prom-client';
import { createServer } from './http/node-http.ts';

/** Serves the metrics of this process for Prometheus; on the loopback interface by default: they have no access control. */
export function serveMetrics(registry: Registry, port: number, host = '127.0.0.1'): Promise<Server> {
  return serve(registry.contentType, () => registry.metrics(), port, host);
}

/** Lets the primary process of this worker collect its metrics. */
export function shareMetrics(registry: Registry): void {
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
 * Serves the metrics of all workers, added up, from their primary process: Prometheus sees one process. The counters of a
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
  const texts = async () => (await Promise.all([workers.clusterMetrics(), own.metrics()])).join('\n');
  return serve(workers.contentType, texts, port, host);
}

function serve(contentType: string, text: () => Promise<string>, port: number, host: string): Promise<Server> {
  const server = createServer((_request, response) => {
    text().then(
      (body) => response.writeHead(200, { 'content-type': contentType }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

/** The default of WEB_METRICS_PORT. */
const WEB_METRICS_PORT = 9_465;

/**
 * Serves the metrics of the web app. If no port is set and another program uses the default, for example a second Fieldgate
 * on this machine, the web app runs without them.
 * @param port WEB_METRICS_PORT; undefined if it is not set
 * @param onPortInUse called with a warning for the operator
 */
export async function serveWebMetrics(
  port: number | undefined,
  start: (port: number) => Promise<Server>,
  onPortInUse: (warning: string) => void,
): Promise<Server | undefined> {
  try {
    return await start(port ?? WEB_METRICS_PORT);
  } catch (error) {
    if (port !== undefined || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    onPortInUse(
      `The metrics of the web app are not served: another program uses port ${WEB_METRICS_PORT}. Set WEB_METRICS_PORT.`,
    );
    return undefined;
  }
}
