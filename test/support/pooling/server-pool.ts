import { connect, type Socket } from 'node:net';
import { Client } from 'pg';
import { type Message, messageReader } from './protocol-messages.ts';

const CANCEL_REQUEST = 80_877_102;

/** A connection to PostgreSQL, which one client at a time uses, for one transaction. */
export class ServerConnection {
  /** The names of the statements that it has parsed. */
  readonly prepared = new Set<string>();
  readonly #client: Client;
  readonly #socket: Socket;
  #cancels: Promise<void> = Promise.resolve();
  /** Receives each message of the server; those for no client are dropped, as PgBouncer drops notifications. */
  onMessage: (message: Message) => void = () => {};
  onEnd: () => void = () => {};

  private constructor(client: Client) {
    this.#client = client;
    this.#socket = client.connection.stream as Socket;
    // pg signed in; from here on the messages are the clients'.
    this.#socket.removeAllListeners('data').on(
      'data',
      messageReader((message) => this.onMessage(message)),
    );
    this.#socket.on('close', () => this.onEnd());
  }

  static async open(url: string): Promise<ServerConnection> {
    const client = new Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    return new ServerConnection(client);
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  get isEnded(): boolean {
    return this.#socket.destroyed;
  }

  /** Cancels the running statement. */
  cancel(): void {
    const { host, port, processID, secretKey } = this.#client as unknown as Record<
      'port' | 'processID' | 'secretKey',
      number
    > & { host: string };
    const request = Buffer.alloc(16);
    for (const [index, field] of [request.length, CANCEL_REQUEST, processID, secretKey].entries())
      request.writeInt32BE(field, index * 4);
    const { promise, resolve } = Promise.withResolvers<void>();
    connect(port, host)
      .on('error', () => {})
      .on('close', () => resolve())
      .resume()
      .end(request);
    this.#cancels = Promise.all([this.#cancels, promise]).then(() => undefined);
  }

  /** Resolves when PostgreSQL has received every cancel request: until then one could hit the next transaction. */
  get cancelled(): Promise<void> {
    return this.#cancels;
  }
}

interface Waiter {
  readonly last: ServerConnection | null;
  readonly resolve: (server: ServerConnection) => void;
  readonly reject: (error: unknown) => void;
}

/** The connections of one role to one database. No client gets the same one for two transactions in a row. */
export class ServerPool {
  readonly #url: string;
  readonly #size: number;
  readonly #servers = new Set<ServerConnection>();
  #opening = 0;
  #free: ServerConnection[] = [];
  #waiters: Waiter[] = [];

  /** @param size two or more */
  constructor(url: string, size: number) {
    this.#url = url;
    this.#size = size;
  }

  /** Resolves to a connection other than `last`. */
  acquire(last: ServerConnection | null): Promise<ServerConnection> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ last, resolve, reject });
      this.#serve();
    });
  }

  /** Returns a connection on which no transaction is open. */
  release(server: ServerConnection): void {
    server.onMessage = () => {};
    server.onEnd = () => this.#forget(server);
    void this.#reuse(server);
  }

  async #reuse(server: ServerConnection): Promise<void> {
    await server.cancelled;
    if (server.isEnded) return this.#forget(server);
    this.#free.push(server);
    this.#serve();
  }

  /** Ends a connection whose client has gone in a transaction. */
  discard(server: ServerConnection): void {
    server.onMessage = () => {};
    server.destroy();
    this.#forget(server);
  }

  close(): void {
    for (const server of this.#servers) server.destroy();
  }

  #serve(): void {
    // `#remove` replaces the list.
    for (const waiter of this.#waiters) {
      const server = this.#free.find((free) => free !== waiter.last);
      if (server !== undefined) {
        this.#free = this.#free.filter((free) => free !== server);
        this.#remove(waiter);
        waiter.resolve(server);
      } else if (this.#servers.size + this.#opening < this.#size) {
        this.#remove(waiter);
        void this.#open(waiter);
      }
    }
  }

  async #open({ resolve, reject }: Waiter): Promise<void> {
    this.#opening++;
    try {
      const server = await ServerConnection.open(this.#url);
      this.#servers.add(server);
      resolve(server);
    } catch (error) {
      reject(error);
    } finally {
      this.#opening--;
    }
  }

  #remove(waiter: Waiter): void {
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
  }

  #forget(server: ServerConnection): void {
    this.#servers.delete(server);
    this.#free = this.#free.filter((free) => free !== server);
    this.#serve();
  }
}
