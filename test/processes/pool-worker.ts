/**
 * A worker for worker-pool.test.ts: an HTTP server as the API and the web app have it. `GET /held` is answered when the file
 * of RELEASE exists, `GET /flags` with Node's flags, `GET /readyz` with whether the worker is draining. It refuses to start
 * if the file of BROKEN exists, and creates the file of CLOSED when its server has closed.
 */
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Counter, Registry } from 'prom-client';
import { watchDraining } from '../../runtime/draining.ts';
import { createHttpServer } from '../../runtime/http/server.ts';
import { shareMetrics } from '../../runtime/metrics-server.ts';

const { PORT, RELEASE = '', BROKEN = '', CLOSED = '' } = process.env;
if (fs.existsSync(BROKEN)) process.send?.({ refused: 'this worker is broken' }, () => process.exit(1));
else {
  const registry = new Registry();
  const requests = new Counter({ name: 'requests_total', help: 'Requests.', registers: [registry] });
  shareMetrics(registry);
  const isDraining = watchDraining();
  const { server, drain } = createHttpServer(
    async (request, response) => {
      requests.inc();
      while (request.url === '/held' && !fs.existsSync(RELEASE)) await delay(20);
      if (request.url === '/readyz') response.statusCode = isDraining() ? 503 : 200;
      response.end(request.url === '/flags' ? process.execArgv.join(' ') : String(process.pid));
    },
    { trustedProxies: [] },
  );
  process.on('SIGHUP', () => {});
  process.on('SIGTERM', () => void drain().then(() => process.exit(0)));
  server.on('close', () => fs.writeFileSync(CLOSED, ''));
  server.listen(Number(PORT), '127.0.0.1', () => process.send?.('ready'));
}
