import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { gatherWrites } from './gather-writes.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A response with what was written to it below `gatherWrites`. */
interface Written {
  readonly response: IncomingMessage;
  /** The bytes of each write, and `flush`. */
  readonly calls: (number | 'flush')[];
}

/** Requests a page that `page` writes to a response that gathers. @param isSlow whether each write reports a full buffer */
async function request(
  page: (response: ServerResponse & { flush?: () => void }) => void,
  isSlow = false,
): Promise<Written> {
  const calls: Written['calls'] = [];
  const server = createServer((_request, response: ServerResponse & { flush?: () => void }) => {
    const write = response.write.bind(response) as (bytes: Uint8Array) => boolean;
    response.write = (bytes: Uint8Array) => {
      calls.push(bytes.length);
      return write(bytes) && !isSlow;
    };
    response.flush = () => calls.push('flush');
    gatherWrites(response);
    page(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port }, resolve).on('error', reject);
  });
  return { response, calls };
}

describe('gatherWrites', () => {
  test('pieces that follow each other are written as one, in their order, without a flush', async () => {
    const { response, calls } = await request((page) => {
      for (let index = 0; index < 100; index++) {
        page.write(index % 2 === 0 ? Buffer.from(`<${index}>`) : `<${index}>`);
        page.flush?.();
      }
      page.end('</html>');
    });
    const expected = Array.from({ length: 100 }, (_, index) => `<${index}>`).join('');
    expect((await buffer(response)).toString()).toBe(`${expected}</html>`);
    expect(calls).toEqual([expected.length]);
  });

  test('a page that pauses is sent and flushed up to the pause', async () => {
    let resume = () => {};
    const { response, calls } = await request((page) => {
      page.write('before ');
      page.write('the pause');
      resume = () => page.end(', after it');
    });
    const first = await new Promise<Buffer>((resolve) => response.once('data', resolve));
    expect(first.toString()).toBe('before the pause');
    expect(calls).toEqual([16, 'flush']);
    resume();
    expect((await buffer(response)).toString()).toBe(', after it');
  });

  test('a piece of 64 kB or more is written at once, and the writer learns that the client reads too slowly', async () => {
    const results: boolean[] = [];
    const { response, calls } = await request((page) => {
      results.push(page.write('x'.repeat(65_535)), page.write('x'), page.write('end'));
      page.end();
    }, true);
    expect(await buffer(response)).toHaveLength(65_539);
    expect(results).toEqual([true, false, true]);
    expect(calls).toEqual([65_536, 'flush', 3]);
  });

  test('the status is final with the first piece', async () => {
    const { response } = await request((page) => {
      page.statusCode = 201;
      page.write('first');
      expect(page.headersSent).toBe(true);
      page.end();
    });
    expect(response.statusCode).toBe(201);
  });
});
