import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publishedSet } from './forge.ts';

/** What publishes keys where the web app would. */
export interface Published {
  /** Its origin: WEB_URL. */
  readonly origin: string;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  /** What it answers from now on; `stall` never ends an answer. */
  answer: RequestListener;
  close(): Promise<void>;
}

/** Publishes the public keys of the forge. */
export async function publish(): Promise<Published> {
  const published: Omit<Published, 'origin'> = {
    asked: [],
    answer: (_, response) => response.setHeader('content-type', 'application/json').end(publishedSet()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer((request, response) => {
    published.asked.push(request.url ?? '');
    published.answer(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return Object.assign(published, { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
