import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Registry } from 'prom-client';

/** The counters of the API. */
export interface Metrics {
  readonly requests: Counter<'status'>;
  readonly refusals: Counter<'reason'>;
  readonly breaches: Counter<'coordinate'>;
  readonly registry: Registry;
}

/** Creates the counters. Each app has its own registry, so that two apps in one process do not share counts. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'fieldgate_requests_total',
      help: 'Requests by response status.',
      labelNames: ['status'],
      registers,
    }),
    refusals: new Counter({
      name: 'fieldgate_refusals_total',
      help: 'Requests refused before execution.',
      labelNames: ['reason'],
      registers,
    }),
    breaches: new Counter({
      name: 'fieldgate_breaches_total',
      help: 'Objects of another owner that the guard stopped. Anything above zero is an incident.',
      labelNames: ['coordinate'],
      registers,
    }),
  };
}

/** Creates the counter of queries by server, for an API with read replicas. */
export function createReadCounter({ registry }: Metrics): Counter<'server' | 'reason'> {
  return new Counter({
    name: 'fieldgate_reads_total',
    help: 'Queries by the server that ran them, and why.',
    labelNames: ['server', 'reason'],
    registers: [registry],
  });
}

/** Serves the counters for Prometheus; on the loopback interface by default, because they have no access control. */
export function serveMetrics({ registry }: Metrics, port: number, host = '127.0.0.1'): Promise<Server> {
  const server = createServer((_request, response) => {
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
