import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A wire between a client and a server that a test can break. */
export interface TcpProxy {
  /** A connection string as `url`, but through the proxy. */
  proxiedUrl(url: string): string;
  /** Passes nothing on any more, in no direction, and hangs up on nobody: what a dead switch does. */
  blackhole(): void;
  /** Hangs up on everybody, and on whoever comes. */
  disconnect(): void;
  /** Passes on again what comes over new connections. */
  restore(): void;
  close(): Promise<void>;
}

/** Starts a proxy to the server of a connection string. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let state: 'whole' | 'silent' | 'cut' = 'whole';
  const destroySockets = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    if (state === 'cut') return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('data', (data) => state === 'whole' && other.write(data));
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        if (state !== 'silent') other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    proxiedUrl: (url) =>
      Object.assign(new URL(url), { host: `127.0.0.1:${(server.address() as AddressInfo).port}` }).href,
    blackhole: () => {
      state = 'silent';
    },
    disconnect: () => {
      state = 'cut';
      destroySockets();
    },
    restore: () => {
      destroySockets();
      state = 'whole';
    },
    close: async () => {
      destroySockets();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
