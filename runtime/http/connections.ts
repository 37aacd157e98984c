import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { clientAddress, clientNetwork, type IsTrusted, requestAddress, trustedProxies } from './client-address.ts';
import type { CountedResponse } from './counted-response.ts';
import { isHealthCheck } from './health-check.ts';
import { inodeOf, sendQueues } from './send-queues.ts';
import { Tally } from './tally.ts';

/** How much of this process clients may hold. A caller is the network of an address: of IPv6 a /64. */
export interface TrafficLimits {
  /** Connections from one network, a trusted proxy's excepted; 1,024 unless said otherwise. */
  readonly connectionsPerAddress: number;
  /** Requests of one caller that are not yet answered, a trusted proxy's own excepted; 512 unless said otherwise. */
  readonly requestsPerCaller: number;
  /** Connections in all; 4,096 unless said otherwise. */
  readonly connections: number;
  /** Bytes of answers that one caller has not yet taken; 32 MiB unless said otherwise. The largest answer has 18 MB. */
  readonly bytesPerCaller: number;
  /** Bytes of answers that all callers together have not yet taken; 256 MiB unless said otherwise. */
  readonly bytes: number;
}

export const TRAFFIC_LIMITS: TrafficLimits = {
  connectionsPerAddress: 1_024,
  requestsPerCaller: 512,
  connections: 4_096,
  bytesPerCaller: 32 * 1_024 * 1_024,
  bytes: 256 * 1_024 * 1_024,
};

/** How often the system is asked what a client has acknowledged before the client counts as stalled. */
const ASKS = 8;

/** Whose limit is reached: the caller's own, or that of the server as a whole. */
export type Overload = 'caller' | 'server';

/** A request, until all of it has come and its answer has been taken. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: CountedResponse;
  readonly caller: string;
  /** Whose limit was reached when it came. */
  readonly overload: Overload | null;
  /** Whether it counts towards the limit of its caller. */
  isCounted: boolean;
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

  /** Notes a movement that the numbers do not show. */
  move(now: number): void {
    this.#movedAt = now;
  }
}

/** What is known of one connection. */
class Connection {
  readonly socket: Socket;
  /** The network that it comes from. */
  readonly network: string;
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
  /** The name of its socket in the system's tables; null where it has none. */
  #inode: string | null | undefined;
  /** How many bytes of its answers were not acknowledged when the system was last asked. */
  #unacknowledged = 0;

  constructor(socket: Socket, network: string, isProxy: boolean, overload: Overload | null) {
    this.socket = socket;
    this.network = network;
    this.isProxy = isProxy;
    this.overload = overload;
  }

  /** Forgets an exchange: all of the request has come, and its answer is over. */
  drop(exchange: Exchange): void {
    if (!this.exchanges.delete(exchange) || this.exchanges.size > 0) return;
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
    return Math.max(this.unreadFor(now), this.unsentFor(now));
  }

  /** For how many milliseconds the client has taken nothing of its answer. */
  unreadFor(now: number): number {
    const { bytesWritten } = this.socket;
    if (this.socket.writableLength === 0) this.#unacknowledged = 0;
    return this.#taken.since(now, this.socket.writableLength > 0, bytesWritten, queuedBytes(this.socket));
  }

  /** For how many milliseconds the client has sent nothing of the request that is waited for. */
  unsentFor(now: number): number {
    return this.#sent.since(now, this.#waitsForRequest, this.socket.bytesRead);
  }

  /** Notes what the client has acknowledged since the system was last asked: that has been taken, too. */
  noteAcknowledged(queues: ReadonlyMap<string, number>, now: number): void {
    this.#inode ??= inodeOf(this.socket);
    const unacknowledged = queues.get(this.#inode ?? '');
    if (unacknowledged === undefined) return;
    if (unacknowledged < this.#unacknowledged) this.#taken.move(now);
    this.#unacknowledged = unacknowledged;
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
 * socket timeout looks at this number for that reason. On Linux it moves by a third of the send buffer at a time.
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
  readonly #byRequest = new WeakMap<IncomingMessage, Exchange>();
  readonly #perNetwork = new Tally();
  readonly #underWay = new Tally();
  readonly #held = new Tally();
  #isDraining = false;
  /** When the system was last asked what clients have acknowledged, and whether it still is. */
  #askedAt = 0;
  #isAsking = false;

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
    const network = clientNetwork(address);
    const isProxy = this.#isTrusted(address);
    const same = isProxy ? 0 : this.#perNetwork.of(network);
    const { connectionsPerAddress, connections } = this.#limits;
    if (same >= 2 * connectionsPerAddress) {
      socket.destroy();
      return;
    }
    const overload = same >= connectionsPerAddress ? 'caller' : this.size >= connections ? 'server' : null;
    const connection = new Connection(socket, network, isProxy, overload);
    this.#bySocket.set(socket, connection);
    this.#perNetwork.add(network, 1);
    socket.once('close', () => {
      this.#bySocket.delete(socket);
      this.#perNetwork.add(network, -1);
      // Before Node 24 a pipelined response that was never begun does not hear that its connection has gone.
      for (const exchange of connection.exchanges) {
        this.#release(exchange);
        connection.drop(exchange);
      }
    });
  }

  /**
   * Notes a request.
   * @returns false when it comes too late to be answered, on a connection that has been ended
   */
  begin(request: IncomingMessage, response: CountedResponse): boolean {
    const connection = this.#bySocket.get(request.socket);
    if (connection === undefined || request.socket.writableEnded) return false;
    const address = connection.isProxy ? requestAddress(request, this.#isTrusted) : null;
    const caller = address === null ? connection.network : clientNetwork(address);
    // A proxy that names no client asks by itself, as the web app does when it renders a page for any of its users.
    const isLimited = (address === null || !this.#isTrusted(address)) && !isHealthCheck(request);
    const isOver = isLimited && this.#underWay.of(caller) >= this.#limits.requestsPerCaller;
    const overload = connection.overload ?? (isOver ? 'caller' : null);
    const isCounted = isLimited && overload === null;
    const exchange = { request, response, caller, overload, isCounted, held: 0 };
    if (isCounted) this.#underWay.add(caller, 1);
    connection.hasAsked = true;
    connection.exchanges.add(exchange);
    this.#byRequest.set(request, exchange);
    response.onHeld = (change) => {
      exchange.held += change;
      this.#held.add(caller, change);
    };
    const settle = () => {
      this.#release(exchange);
      if (request.complete) connection.drop(exchange);
      // The answer came before the end of the body: what is still to come is no part of another request.
      else request.once('close', () => connection.drop(exchange));
    };
    response.once('finish', settle).once('close', settle);
    if (this.#isDraining || connection.overload !== null) response.setHeader('Connection', 'close');
    return true;
  }

  /**
   * Whether a request should be refused because of what its caller, or all callers together, hold already; a health check
   * never. To be asked when a request comes, and again before its answer is sent: hundreds that come at once hold nothing
   * yet.
   */
  overload(request: IncomingMessage): Overload | null {
    const exchange = this.#byRequest.get(request);
    if (exchange === undefined || isHealthCheck(request)) return null;
    if (exchange.overload !== null) return exchange.overload;
    if (this.#held.of(exchange.caller) >= this.#limits.bytesPerCaller) return 'caller';
    return this.#held.total >= this.#limits.bytes ? 'server' : null;
  }

  /**
   * Closes the connections whose client has not moved for so long.
   * @param longest in milliseconds
   */
  closeStalled(longest: number): void {
    const now = performance.now();
    const suspects: Connection[] = [];
    let isDue = now - this.#askedAt >= longest / ASKS;
    // A reset, and no goodbye: the system would go on offering what it still has to a client that does not read.
    for (const connection of this.#bySocket.values()) {
      const unreadFor = connection.unreadFor(now);
      if (connection.unsentFor(now) >= longest) connection.socket.resetAndDestroy();
      else if (unreadFor >= longest / ASKS) suspects.push(connection);
      isDue ||= unreadFor >= longest;
    }
    if (suspects.length > 0 && isDue && !this.#isAsking) void this.#closeUnread(suspects, longest);
  }

  /**
   * Closes those of these connections whose client takes nothing. The system is asked first: it takes more of an answer
   * only when a third of its own buffer is free, some megabyte, for which an honest client may need minutes.
   */
  async #closeUnread(suspects: readonly Connection[], longest: number): Promise<void> {
    this.#isAsking = true;
    this.#askedAt = performance.now();
    const queues = await sendQueues();
    this.#isAsking = false;
    const now = performance.now();
    for (const connection of suspects) {
      if (!this.#bySocket.has(connection.socket)) continue;
      connection.noteAcknowledged(queues, now);
      if (connection.unreadFor(now) >= longest) connection.socket.resetAndDestroy();
    }
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

  /** Counts an exchange no longer, whose answer has been taken or has nobody left to take it. */
  #release(exchange: Exchange): void {
    const { caller, response, held, isCounted } = exchange;
    response.onHeld = undefined;
    if (held !== 0) this.#held.add(caller, -held);
    if (isCounted) this.#underWay.add(caller, -1);
    exchange.held = 0;
    exchange.isCounted = false;
  }
}
