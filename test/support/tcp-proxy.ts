import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that a test can freeze and disconnect. */
export interface TcpProxy {
  /** Returns a connection string of the target that leads through the proxy. */
  proxiedUrl(url: string): string;
  /** Holds back all bytes, and the end of connections, in both directions: a dead switch or a stopped machine. */
  freeze(): void;
  /** Freezes when the client sends this text; the server does not receive it. */
  freezeAt(text: string): void;
  /** Delivers what was held back, and forgets `freezeAt` and `disconnectAt`. */
  thaw(): void;
  /** Ends all connections, and every new one until `restore`. */
  disconnect(): void;
  /** Ends the connection on which the client sends this text; `isDelivered` says whether the server receives it. */
  disconnectAt(text: string, isDelivered: boolean): void;
  /** Ends all connections, drops what was held back, and forwards new connections. */
  restore(): void;
  close(): Promise<void>;
}

/** Starts a proxy to the server of a connection string. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let state: 'open' | 'frozen' | 'disconnected' = 'open';
  let buffered: (() => void)[] = [];
  let frozenAt: string | null = null;
  let disconnectedAt: { readonly text: string; readonly isDelivered: boolean } | null = null;

  const destroySockets = () => {
    for (const socket of sockets) socket.destroy();
  };
  const forward = (deliver: () => void) => (state === 'frozen' ? void buffered.push(deliver) : deliver());
  const server = createServer((client) => {
    if (state === 'disconnected') return client.destroy();
    const upstream = connect(Number(port), hostname);
    const pair = [client, upstream] as const;
    const end = () => {
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          forward(end);
        });
    }
    upstream.on('data', (bytes) => forward(() => void client.write(bytes)));
    client.on('data', (bytes) => {
      if (frozenAt !== null && bytes.includes(frozenAt)) state = 'frozen';
      if (disconnectedAt === null || !bytes.includes(disconnectedAt.text))
        return forward(() => void upstream.write(bytes));
      if (!disconnectedAt.isDelivered) return end();
      upstream.removeAllListeners('data');
      // The answer proves that the server has carried out what it received.
      upstream.once('data', end).write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    proxiedUrl: (url) =>
      Object.assign(new URL(url), { host: `127.0.0.1:${(server.address() as AddressInfo).port}` }).href,
    freeze: () => {
      state = 'frozen';
    },
    freezeAt: (text) => {
      frozenAt = text;
    },
    thaw: () => {
      state = 'open';
      [frozenAt, disconnectedAt] = [null, null];
      const deliveries = buffered;
      buffered = [];
      for (const deliver of deliveries) deliver();
    },
    disconnect: () => {
      state = 'disconnected';
      destroySockets();
    },
    disconnectAt: (text, isDelivered) => {
      disconnectedAt = { text, isDelivered };
    },
    restore: () => {
      destroySockets();
      buffered = [];
      state = 'open';
    },
    close: async () => {
      destroySockets();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
