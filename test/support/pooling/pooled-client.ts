import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { encodeError, encodeMessage, type Message, messageReader, stringAt } from './protocol-messages.ts';
import type { ServerConnection, ServerPool } from './server-pool.ts';

/** A statement that a client has prepared: its name on the servers, and the text and types of its Parse. */
interface PreparedStatement {
  readonly serverName: string;
  readonly definition: Buffer;
}
/** The answer to a Parse or Close that the server got, and what the client gets for it. */
interface Expected {
  readonly parses: string | null;
  readonly answer: '1' | '3' | null;
}

/** Counts of all clients. */
export interface TransactionCounts {
  transactions: number;
  /** Transactions on another server connection than the client's last one. */
  switches: number;
}

/** A client after its startup: its messages up to a Sync go to a server connection, which it keeps for a transaction. */
export class PooledClient {
  readonly #socket: Socket;
  readonly #pool: ServerPool;
  readonly #counts: TransactionCounts;
  readonly #prepared = new Map<string, PreparedStatement>();
  #batch: Message[] = [];
  #batches: Message[][] = [];
  #isRunning = false;
  #last: ServerConnection | null = null;
  #server: ServerConnection | null = null;

  constructor(socket: Socket, pool: ServerPool, counts: TransactionCounts) {
    this.#socket = socket;
    this.#pool = pool;
    this.#counts = counts;
    socket.on('close', () => {
      if (this.#server !== null) this.#pool.discard(this.#server);
      this.#server = null;
    });
  }

  readonly read = messageReader((message) => {
    if (message.type === 'X') return void this.#socket.end();
    this.#batch.push(message);
    if (message.type !== 'S' && message.type !== 'Q') return;
    this.#batches.push(this.#batch);
    this.#batch = [];
    void this.#run();
  });

  /** Cancels the statement that the client runs. */
  cancel(): void {
    this.#server?.cancel();
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let batch = this.#batches.shift(); batch !== undefined; batch = this.#batches.shift()) {
      try {
        if (this.#server === null) await this.#link();
        await this.#forward(batch);
      } catch (error) {
        // As PgBouncer: a client loses its connection with its server's.
        this.#socket.end(encodeError('FATAL', '08006', `server connection lost: ${String(error)}`));
        return;
      }
    }
    this.#isRunning = false;
  }

  async #link(): Promise<void> {
    const server = await this.#pool.acquire(this.#last);
    if (this.#socket.destroyed) {
      this.#pool.release(server);
      throw new Error('the client has gone');
    }
    this.#counts.transactions++;
    if (this.#last !== null && this.#last !== server) this.#counts.switches++;
    this.#server = this.#last = server;
  }

  /** Sends messages up to a Sync, and resolves when the server is ready for the next ones. */
  #forward(batch: readonly Message[]): Promise<void> {
    const server = this.#server;
    if (server === null) throw new Error('no server connection');
    const expected: Expected[] = [];
    const bytes = batch.flatMap((message) => this.#translate(message, server, expected));
    return new Promise((resolve, reject) => {
      server.onEnd = () => {
        this.#server = null;
        this.#pool.discard(server);
        reject(new Error('ended'));
      };
      server.onMessage = ({ type, body }) => {
        let answer: string | null = type;
        if (type === '1' || type === '3') {
          const { parses, answer: shown = type } = expected.shift() ?? { parses: null };
          if (parses !== null) server.prepared.add(parses);
          answer = shown;
        }
        // The rest of the messages up to the Sync is skipped.
        if (type === 'E') expected.length = 0;
        if (answer !== null) this.#socket.write(encodeMessage(answer, body));
        if (type !== 'Z') return;
        if (body.toString() === 'I') {
          this.#server = null;
          this.#pool.release(server);
        }
        resolve();
      };
      server.send(Buffer.concat(bytes));
    });
  }

  /** Returns what the server gets for a client's message, with the statements' names on the servers. */
  #translate({ type, body }: Message, server: ServerConnection, expected: Expected[]): Buffer[] {
    if (type === 'P') {
      const [name, end] = stringAt(body, 0);
      const definition = body.subarray(end);
      if (name === '') {
        expected.push({ parses: null, answer: '1' });
        return [encodeMessage(type, body)];
      }
      const serverName = `p${createHash('sha256').update(definition).digest('hex').slice(0, 40)}`;
      this.#prepared.set(name, { serverName, definition });
      if (!isPrepared(server, serverName, expected)) {
        expected.push({ parses: serverName, answer: '1' });
        return [encodeMessage(type, serverName, definition)];
      }
      // Closing a statement that does not exist succeeds: its answer stands where that of the Parse has to.
      expected.push({ parses: null, answer: '1' });
      return [encodeMessage('C', Buffer.from('S'), 'none')];
    }
    if (type === 'B') {
      const [portal, start] = stringAt(body, 0);
      const [name, end] = stringAt(body, start);
      const [parse, serverName] = this.#onServer(name, server, expected);
      return [...parse, encodeMessage(type, portal, serverName, body.subarray(end))];
    }
    const isOfStatement = (type === 'D' || type === 'C') && body[0] === 'S'.charCodeAt(0);
    if (type === 'D' && isOfStatement) {
      const [parse, serverName] = this.#onServer(stringAt(body, 1)[0], server, expected);
      return [...parse, encodeMessage(type, Buffer.from('S'), serverName)];
    }
    if (type === 'C') {
      expected.push({ parses: null, answer: '3' });
      if (isOfStatement && this.#prepared.delete(stringAt(body, 1)[0]))
        return [encodeMessage(type, Buffer.from('S'), 'none')];
    }
    return [encodeMessage(type, body)];
  }

  /** Returns the name of a client's statement on the server, and the Parse that the server still needs. */
  #onServer(name: string, server: ServerConnection, expected: Expected[]): readonly [Buffer[], string] {
    const statement = this.#prepared.get(name);
    if (statement === undefined) return [[], name];
    const { serverName, definition } = statement;
    if (isPrepared(server, serverName, expected)) return [[], serverName];
    expected.push({ parses: serverName, answer: null });
    return [[encodeMessage('P', serverName, definition)], serverName];
  }
}

/** Whether the server has parsed a statement, or is about to within the same message. */
function isPrepared(server: ServerConnection, serverName: string, expected: readonly Expected[]): boolean {
  return server.prepared.has(serverName) || expected.some(({ parses }) => parses === serverName);
}
