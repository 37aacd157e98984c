import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Registry } from 'prom-client';

/** What the API counts. */
export interface Metrics {
  readonly requests: Counter<'status'>;
  readonly refusals: Counter<'reason'>;
  readonly breaches: Counter<'coordinate'>;
  readonly registry: Registry;
}

/** Makes the counters; each app has its own, so that two in one process do not add up. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'fieldgate_requests_total',
      help: 'Answered requests.',
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

/** Serves the counters for Prometheus, to this machine alone. */
export function serveMetrics({ registry }: Metrics, port: number): Promise<Server> {
  const server = createServer((_request, response) => {
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
