import { randomInt } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { PooledClient, type TransactionCounts } from './pooled-client.ts';
import { encodeError, encodeMessage, stringAt } from './protocol-messages.ts';
import { ServerPool } from './server-pool.ts';

/**
 * A pooler in transaction mode: every transaction of a client gets another server connection than the one before.
 * Prepared statements are tracked as PgBouncer does: each has one name on all servers, and is parsed on demand. LISTEN is
 * accepted; a notification reaches no client, because it arrives while none uses that server connection.
 */
export interface PoolingProxy {
  /** Returns a connection string of the target that leads through the proxy, which remembers its password. */
  proxiedUrl(url: string): string;
  readonly counts: Readonly<TransactionCounts>;
  close(): Promise<void>;
}

/** The startup parameters that PgBouncer accepts and that are used here; it refuses the others by default. */
const ACCEPTED_PARAMETERS = ['user', 'database', 'application_name', 'client_encoding'];
const [CANCEL_REQUEST, SSL_REQUEST] = [80_877_102, 80_877_103];
const MAX_INT32 = 2_147_483_647;

/** Number of server connections for each role and database: fewer than the API's ten, so that its connections share. */
const POOL_SIZE = 5;

/** Starts a pooling proxy to the server of a connection string. */
export async function startPoolingProxy(target: string): Promise<PoolingProxy> {
  const pools = new Map<string, ServerPool>();
  const sockets = new Set<Socket>();
  const clients = new Map<string, PooledClient>();
  const passwords = new Map<string, string>();
  const counts: TransactionCounts = { transactions: 0, switches: 0 };

  const poolOf = (user: string, database: string): ServerPool => {
    const key = `${user}/${database}`;
    const role = { username: user, password: passwords.get(user) ?? '', pathname: database };
    const pool = pools.get(key) ?? new ServerPool(Object.assign(new URL(target), role).href, POOL_SIZE);
    pools.set(key, pool);
    return pool;
  };
  /** Answers the first message of a connection. */
  const startUp = (socket: Socket, packet: Buffer): void => {
    const code = packet.readInt32BE(4);
    if (code === SSL_REQUEST) {
      socket.once('data', (next) => startUp(socket, next)).write('N');
      return;
    }
    if (code === CANCEL_REQUEST) {
      clients.get(packet.toString('hex', 8, 16))?.cancel();
      return void socket.end();
    }
    const parameters = readParameters(packet);
    const refused = [...parameters.keys()].find((name) => !ACCEPTED_PARAMETERS.includes(name));
    if (refused !== undefined)
      return void socket.end(encodeError('FATAL', '08P01', `unsupported startup parameter: ${refused}`));
    const client = new PooledClient(
      socket,
      poolOf(parameters.get('user') ?? '', parameters.get('database') ?? ''),
      counts,
    );
    const key = Buffer.alloc(8);
    key.writeInt32BE(randomInt(MAX_INT32));
    key.writeInt32BE(randomInt(MAX_INT32), 4);
    clients.set(key.toString('hex'), client);
    socket.on('close', () => clients.delete(key.toString('hex'))).on('data', client.read);
    socket.write(
      Buffer.concat([
        encodeMessage('R', Buffer.alloc(4)),
        encodeMessage('S', 'server_version', '18.0'),
        encodeMessage('S', 'client_encoding', 'UTF8'),
        encodeMessage('K', key),
        encodeMessage('Z', Buffer.from('I')),
      ]),
    );
  };
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket
      .setNoDelay(true)
      .on('error', () => {})
      .on('close', () => sockets.delete(socket))
      .once('data', (packet) => startUp(socket, packet));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  return {
    proxiedUrl: (url) => {
      const { username, password } = new URL(url);
      passwords.set(username, password);
      return Object.assign(new URL(url), { host }).href;
    },
    counts,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      for (const pool of pools.values()) pool.close();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function readParameters(packet: Buffer): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (let offset = 8; offset < packet.length - 1; ) {
    const [name, start] = stringAt(packet, offset);
    const [value, end] = stringAt(packet, start);
    parameters.set(name, value);
    offset = end;
  }
  return parameters;
}
