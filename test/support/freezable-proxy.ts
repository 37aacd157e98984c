import { connect, createServer, type Socket } from 'node:net';

/** A way to PostgreSQL that can fail as networks and machines do. */
export interface FreezableProxy {
  /** The connection string, but by this way. */
  readonly url: string;
  /** From now on bytes are taken from both sides and come to neither: not a word, not a hang-up. */
  freeze(): void;
  /** What was held back arrives, and all is as before. */
  thaw(): void;
  /** Hangs up on both sides as soon as the API has said this; `isHeard` says whether PostgreSQL still gets to hear it. */
  disconnectAt(words: string, isHeard: boolean): void;
  /** Freezes as soon as the API has said this: PostgreSQL does not hear it any more. */
  freezeAt(words: string): void;
  close(): Promise<void>;
}

/** Stands between the API and the PostgreSQL of a connection string. */
export async function startFreezableProxy(databaseUrl: string): Promise<FreezableProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isFrozen = false;
  let buffered: (() => void)[] = [];
  let disconnect: { readonly words: string; readonly isHeard: boolean } | null = null;
  let freezeAt: string | null = null;

  const forward = (deliver: () => void) => (isFrozen ? void buffered.push(deliver) : deliver());
  const server = createServer((api) => {
    const postgres = connect(Number(target.port), target.hostname);
    const pair = [api, postgres] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      api.destroy();
      postgres.destroy();
    };
    for (const socket of pair) socket.on('error', () => {}).on('close', () => forward(end));
    postgres.on('data', (bytes) => forward(() => void api.write(bytes)));
    api.on('data', (bytes) => {
      if (freezeAt !== null && bytes.includes(freezeAt)) isFrozen = true;
      if (disconnect === null || !bytes.includes(disconnect.words)) return forward(() => void postgres.write(bytes));
      if (!disconnect.isHeard) return end();
      postgres.removeAllListeners('data');
      // Only when PostgreSQL has answered has it surely done what it heard.
      postgres.once('data', end).write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String(port) }).href,
    freeze: () => {
      isFrozen = true;
    },
    freezeAt: (words) => {
      freezeAt = words;
    },
    disconnectAt: (words, isHeard) => {
      disconnect = { words, isHeard };
    },
    thaw() {
      isFrozen = false;
      freezeAt = null;
      disconnect = null;
      const deliveries = buffered;
      buffered = [];
      for (const deliver of deliveries) deliver();
    },
    async close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
