import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

/** Requests, the bytes that each attaches to its response, and after how many the young generation is collected. */
const LOAD = { requests: 4_000, payload: 20_000, collection: 200 };

/** Serves requests on one connection, and prints by how many bytes the old generation has grown at most. */
const SCRIPT = `
  import http from 'node:http';
  import { getHeapSpaceStatistics } from 'node:v8';
  import { createHttpServer } from ${JSON.stringify(new URL('server.ts', import.meta.url).href)};
  const used = () => getHeapSpaceStatistics().find((space) => space.space_name === 'old_space').space_used_size;
  const { server } = createHttpServer((request, response) => {
    response.attached = Array.from({ length: ${LOAD.payload / 8} }, (_, index) => [index]);
    response.end('ok');
  }, { trustedProxies: [] });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const send = () => new Promise((resolve, reject) => {
    const options = { agent, host: '127.0.0.1', port: server.address().port };
    http.get(options, (response) => response.resume().once('end', resolve)).once('error', reject);
  });
  for (let index = 0; index < 500; index += 1) await send();
  globalThis.gc();
  const before = used();
  let most = 0;
  for (let index = 0; index < ${LOAD.requests}; index += 1) {
    await send();
    if (index % ${LOAD.collection} === 0) globalThis.gc({ type: 'minor' });
    most = Math.max(most, used() - before);
  }
  console.log(most);
  process.exit();
`;

// covers: PROC-12
test('a request that has ended is freed by a collection of the young generation, with all that hangs on it', async () => {
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', SCRIPT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  // Held until a full collection, they would be 80 MB and more; those in flight at a collection are few.
  expect(Number(output)).toBeGreaterThanOrEqual(0);
  expect(Number(output) / 1_048_576).toBeLessThan(10);
});
