import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { clientAddress, type IsTrusted, requestAddress, trustedProxies } from './client-address.ts';
import type { CountedResponse } from './counted-response.ts';
import { Tally } from './tally.ts';

/** How much of this process clients may hold. */
export interface TrafficLimits {
  /** Connections from one address, a trusted proxy's excepted; 1,024 unless said otherwise. */
  readonly connectionsPerAddress: number;
  /** Connections in all; 4,096 unless said otherwise. */
  readonly connections: number;
  /** Bytes of answers that one caller has not yet taken; 32 MiB unless said otherwise. The largest answer has 18 MB. */
  readonly bytesPerCaller: number;
  /** Bytes of answers that all callers together have not yet taken; 256 MiB unless said otherwise. */
  readonly bytes: number;
}

export const TRAFFIC_LIMITS: TrafficLimits = {
  connectionsPerAddress: 1_024,
  connections: 4_096,
  bytesPerCaller: 32 * 1_024 * 1_024,
  bytes: 256 * 1_024 * 1_024,
};

/** Whose limit is reached: the caller's own, or that of the server as a whole. */
export type Overload = 'caller' | 'server';

/** A request that has come, until its answer has been taken. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: CountedResponse;
  readonly caller: string;
  /** Bytes of its answer that are held here. */
  held: number;
}

/** When something that should move last did. */
class Progress {
  #movedAt = performance.now();
  #numbers: readonly number[] = [];

  /** For how many milliseconds none of the numbers has changed while it was waited for. */
  since(now: number, isWaitedFor: boolean, ...numbers: readonly number[]): number {
    if (!isWaitedFor || numbers.some((number, index) => number !== this.#numbers[index])) {
      this.#movedAt = now;
      this.#numbers = numbers;
    }
    return now - this.#movedAt;
  }
}

/** What is known of one connection. */
class Connection {
  readonly socket: Socket;
  readonly address: string;
  readonly isProxy: boolean;
  /** Accepted only to be told that there are too many. */
  readonly overload: Overload | null;
  readonly exchanges = new Set<Exchange>();
  hasAsked = false;
  /** How many bytes had been read when no request was under way. */
  #settled = 0;
  #idleSince = performance.now();
  readonly #taken = new Progress();
  readonly #sent = new Progress();

  constructor(socket: Socket, address: string, isProxy: boolean, overload: Overload | null) {
    this.socket = socket;
    this.address = address;
    this.isProxy = isProxy;
    this.overload = overload;
  }

  /** Notes that its last request is over. */
  settle(): void {
    this.#settled = this.socket.bytesRead;
    this.#idleSince = performance.now();
  }

  /** For how many milliseconds no request has been under way on it, nor come on; 0 while one is. */
  idleFor(now: number): number {
    if (this.exchanges.size > 0) return 0;
    return this.#hasPartOfRequest ? this.stalledFor(now) : now - this.#idleSince;
  }

  /**
   * For how many milliseconds the client has kept it from going on: not taking its answer, or not sending on. Each by
   * itself: a client that does not read must not live on by sending a byte now and then.
   */
  stalledFor(now: number): number {
    const { bytesRead, bytesWritten } = this.socket;
    const sinceTaken = this.#taken.since(now, this.socket.writableLength > 0, bytesWritten, queuedBytes(this.socket));
    return Math.max(sinceTaken, this.#sent.since(now, this.#waitsForRequest, bytesRead));
  }

  get #waitsForRequest(): boolean {
    if (!this.hasAsked || this.#hasPartOfRequest) return true;
    for (const { request } of this.exchanges) if (!request.complete) return true;
    return false;
  }

  get #hasPartOfRequest(): boolean {
    return this.exchanges.size === 0 && this.socket.bytesRead > this.#settled;
  }
}

/**
 * How many bytes the system has not yet taken of the write that is going on. The public counters of a socket move only
 * when a whole write is done, which for an answer of megabytes says nothing of a client that reads slowly. Node's own
 * socket timeout looks at this number for that reason.
 */
function queuedBytes(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}

/**
 * Every connection of a server: who holds how much of it, who has stalled, and who is under way when it stops.
 * A limit by address stops a single client, not one that has many addresses: the limits in all keep the process alive.
 */
export class Connections {
  readonly #limits: TrafficLimits;
  readonly #isTrusted: IsTrusted;
  readonly #bySocket = new Map<Socket, Connection>();
  readonly #byRequest = new WeakMap<IncomingMessage, Exchange & { readonly connection: Connection }>();
  readonly #perAddress = new Tally();
  readonly #held = new Tally();
  #isDraining = false;

  /** @param proxies addresses or CIDR ranges whose word on the caller's address is taken */
  constructor(proxies: readonly string[], limits: TrafficLimits) {
    this.#isTrusted = trustedProxies(proxies);
    this.#limits = limits;
  }

  /** How many there are. */
  get size(): number {
    return this.#bySocket.size;
  }

  /** Bytes of answers that clients have not yet taken. */
  get heldBytes(): number {
    return this.#held.total;
  }

  /**
   * Takes in a new connection. Some beyond a limit are taken in as well: so many hear why they are refused, and those
   * beyond that are closed without a word.
   */
  add(socket: Socket): void {
    const address = clientAddress(socket.remoteAddress ?? '', undefined, this.#isTrusted);
    const isProxy = this.#isTrusted(address);
    const same = isProxy ? 0 : this.#perAddress.of(address);
    const { connectionsPerAddress, connections } = this.#limits;
    if (same >= 2 * connectionsPerAddress) {
      socket.destroy();
      return;
    }
    const overload = same >= connectionsPerAddress ? 'caller' : this.size >= connections ? 'server' : null;
    const connection = new Connection(socket, address, isProxy, overload);
    this.#bySocket.set(socket, connection);
    this.#perAddress.add(address, 1);
    socket.once('close', () => {
      this.#bySocket.delete(socket);
      this.#perAddress.add(address, -1);
      // Before Node 24 a pipelined response that was never begun does not hear that its connection has gone.
      for (const exchange of connection.exchanges) this.#settle(connection, exchange);
    });
  }

  /**
   * Notes a request.
   * @returns false when it comes too late to be answered, on a connection that has been ended
   */
  begin(request: IncomingMessage, response: CountedResponse): boolean {
    const connection = this.#bySocket.get(request.socket);
    if (connection === undefined || request.socket.writableEnded) return false;
    const { address, isProxy, overload } = connection;
    const caller = isProxy ? requestAddress(request, this.#isTrusted) : address;
    const exchange = { request, response, caller, held: 0, connection };
    connection.hasAsked = true;
    connection.exchanges.add(exchange);
    this.#byRequest.set(request, exchange);
    response.onHeld = (change) => {
      exchange.held += change;
      this.#held.add(caller, change);
    };
    const settle = () => this.#settle(connection, exchange);
    response.once('finish', settle).once('close', settle);
    if (this.#isDraining || overload !== null) response.setHeader('Connection', 'close');
    return true;
  }

  /**
   * Whether a request should be refused because of what its caller, or all callers together, hold already. To be asked
   * when a request comes, and again before its answer is sent: hundreds that come at once hold nothing yet.
   */
  overload(request: IncomingMessage): Overload | null {
    const exchange = this.#byRequest.get(request);
    if (exchange === undefined) return null;
    if (exchange.connection.overload !== null) return exchange.connection.overload;
    if (this.#held.of(exchange.caller) >= this.#limits.bytesPerCaller) return 'caller';
    return this.#held.total >= this.#limits.bytes ? 'server' : null;
  }

  /**
   * Closes the connections whose client has not moved for so long.
   * @param longest in milliseconds
   */
  closeStalled(longest: number): void {
    const now = performance.now();
    // A reset, and no goodbye: the system would go on offering what it still has to a client that does not read.
    for (const connection of this.#bySocket.values())
      if (connection.stalledFor(now) >= longest) connection.socket.resetAndDestroy();
  }

  /** From here on each answer says that its connection ends with it. */
  announceEnd(): void {
    this.#isDraining = true;
    for (const { exchanges } of this.#bySocket.values())
      for (const { response } of exchanges) if (!response.headersSent) response.setHeader('Connection', 'close');
  }

  /**
   * Ends the connections on which no request has come for so long, and closes those whose client does not end them too.
   * Ended, and not closed: a request that crosses with the end would be answered with a reset.
   * @param idle how long a connection has to have been idle, in milliseconds
   * @param goodbye how long a client has to end its side, in milliseconds
   */
  endIdle(idle: number, goodbye: number): void {
    const now = performance.now();
    for (const connection of this.#bySocket.values()) {
      const idleFor = connection.idleFor(now);
      if (idleFor >= idle + goodbye) connection.socket.destroy();
      else if (idleFor >= idle && !connection.socket.writableEnded) connection.socket.end();
    }
  }

  #settle(connection: Connection, exchange: Exchange): void {
    if (!connection.exchanges.delete(exchange)) return;
    exchange.response.onHeld = undefined;
    if (exchange.held !== 0) this.#held.add(exchange.caller, -exchange.held);
    exchange.held = 0;
    if (connection.exchanges.size === 0) connection.settle();
  }
}
