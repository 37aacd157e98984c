import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { clientAddress, clientNetwork, type IsTrusted, requestAddress, trustedProxies } from './client-address.ts';
import type { MeteredResponse } from './metered-response.ts';
import { isHealthCheck } from './health-check.ts';
import { inodeOf, sendQueues } from './send-queues.ts';
import { KeyedCounter } from './keyed-counter.ts';

/** The limits on what clients hold. A caller is the network of a client's address: an IPv4 address or an IPv6 /64. */
export interface TrafficLimits {
  /** Connections from one network, except a trusted proxy's; default 1,024. */
  readonly connectionsPerAddress: number;
  /** Requests of one caller in flight, except a trusted proxy's own; default 512. */
  readonly requestsPerCaller: number;
  /** All connections; default 4,096. */
  readonly connections: number;
  /** Buffered bytes of responses that one caller has not read; default 32 MiB. The largest response has 18 MB. */
  readonly bytesPerCaller: number;
  /** Buffered bytes of responses that all callers together have not read; default 256 MiB. */
  readonly bytes: number;
}

export const TRAFFIC_LIMITS: TrafficLimits = {
  connectionsPerAddress: 1_024,
  requestsPerCaller: 512,
  connections: 4_096,
  bytesPerCaller: 32 * 1_024 * 1_024,
  bytes: 256 * 1_024 * 1_024,
};

/** After how many idle milliseconds `Connections.endIdle` ends a connection. */
export interface IdleTimeouts {
  /** Of a connection that has brought a request. */
  readonly afterRequest: number;
  /** Of one that has not: its client has just connected, and will send one. */
  readonly beforeRequest: number;
  /** How long the client then has to end its side. */
  readonly close: number;
}

/** How often per stall timeout the kernel's send queues are read for a client that seems stalled. */
const QUEUE_READS = 8;

/** Which limit is reached: one of the caller, or one of the whole server. */
export type Overload = 'caller' | 'server';

/** A request and its response, until the request has arrived completely and the response has been sent. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: MeteredResponse;
  readonly caller: string;
  /** The limit that was reached when the request arrived. */
  readonly overload: Overload | null;
  /** Whether the request counts towards the limit of its caller. */
  isCounted: boolean;
  /** Bytes of the response that this process buffers. */
  bufferedBytes: number;
}

/** Measures for how long an expected transfer has made no progress. */
class StallTimer {
  #progressAt = performance.now();
  #counters: readonly number[] = [];

  /** Returns for how many milliseconds no counter has changed while progress was expected. */
  stalledFor(now: number, isExpected: boolean, ...counters: readonly number[]): number {
    if (!isExpected || counters.some((count, index) => count !== this.#counters[index])) {
      this.#progressAt = now;
      this.#counters = counters;
    }
    return now - this.#progressAt;
  }

  /** Records progress that the counters do not show. */
  recordProgress(now: number): void {
    this.#progressAt = now;
  }
}

/** The state of one connection. */
class Connection {
  readonly socket: Socket;
  /** The network of the peer. */
  readonly network: string;
  readonly isProxy: boolean;
  /** Set if the connection was accepted only to send the refusal. */
  readonly overload: Overload | null;
  readonly exchanges = new Set<Exchange>();
  hasSentRequest = false;
  /** `bytesRead` of the socket when the last exchange ended. */
  #bytesReadWhenIdle = 0;
  #idleSince = performance.now();
  readonly #readTimer = new StallTimer();
  readonly #sendTimer = new StallTimer();
  /** The inode of the socket, its key in the kernel's tables; null without one. */
  #inode: string | null | undefined;
  /** Unacknowledged bytes of responses when the send queues were last read. */
  #unacknowledged = 0;

  constructor(socket: Socket, network: string, isProxy: boolean, overload: Overload | null) {
    this.socket = socket;
    this.network = network;
    this.isProxy = isProxy;
    this.overload = overload;
  }

  /** Removes an exchange whose request has arrived completely and whose response has ended. */
  drop(exchange: Exchange): void {
    if (!this.exchanges.delete(exchange) || this.exchanges.size > 0) return;
    this.#bytesReadWhenIdle = this.socket.bytesRead;
    this.#idleSince = performance.now();
  }

  /** Returns for how many milliseconds no request has been in flight or arriving; 0 while one is in flight. */
  idleFor(now: number): number {
    if (this.exchanges.size > 0) return 0;
    return this.#hasPartOfRequest ? this.stalledFor(now) : now - this.#idleSince;
  }

  /**
   * Returns for how many milliseconds the client has stalled: it does not read its response, or does not send its request.
   * The two are measured separately: a client that does not read must not stay connected by sending single bytes.
   */
  stalledFor(now: number): number {
    return Math.max(this.unreadFor(now), this.unsentFor(now));
  }

  /** Returns for how many milliseconds the client has read nothing of its response. */
  unreadFor(now: number): number {
    const { bytesWritten } = this.socket;
    if (this.socket.writableLength === 0) this.#unacknowledged = 0;
    return this.#readTimer.stalledFor(now, this.socket.writableLength > 0, bytesWritten, queuedBytes(this.socket));
  }

  /** Returns for how many milliseconds the client has sent nothing of the request that the server waits for. */
  unsentFor(now: number): number {
    return this.#sendTimer.stalledFor(now, this.#waitsForRequest, this.socket.bytesRead);
  }

  /** Records bytes that the client acknowledged since the send queues were last read: that is progress, too. */
  noteAcknowledged(queues: ReadonlyMap<string, number>, now: number): void {
    this.#inode ??= inodeOf(this.socket);
    const unacknowledged = queues.get(this.#inode ?? '');
    if (unacknowledged === undefined) return;
    if (unacknowledged < this.#unacknowledged) this.#readTimer.recordProgress(now);
    this.#unacknowledged = unacknowledged;
  }

  get #waitsForRequest(): boolean {
    if (!this.hasSentRequest || this.#hasPartOfRequest) return true;
    for (const { request } of this.exchanges) if (!request.complete) return true;
    return false;
  }

  get #hasPartOfRequest(): boolean {
    return this.exchanges.size === 0 && this.socket.bytesRead > this.#bytesReadWhenIdle;
  }
}

/**
 * Returns how many bytes of the current write the kernel has not yet accepted. The public counters of a socket change only
 * after a whole write, which for a response of megabytes does not show that a client reads slowly. Node's socket timeout
 * uses this number for the same reason. On Linux it changes in steps of a third of the send buffer.
 */
function queuedBytes(socket: Socket): number {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}

/**
 * All connections of a server: it counts what callers hold, closes stalled connections, and drains them at the end. Limits
 * per caller stop a single client, but not one with many addresses; the limits of the server protect the process.
 */
export class Connections {
  readonly #limits: TrafficLimits;
  readonly #isTrusted: IsTrusted;
  readonly #bySocket = new Map<Socket, Connection>();
  readonly #byRequest = new WeakMap<IncomingMessage, Exchange>();
  readonly #connectionsPerNetwork = new KeyedCounter();
  readonly #requestsPerCaller = new KeyedCounter();
  readonly #bufferedPerCaller = new KeyedCounter();
  #isDraining = false;
  /** When the kernel's send queues were last read, and whether a read is pending. */
  #queuesReadAt = 0;
  #isReadingQueues = false;

  /** @param proxies trusted proxies: addresses or CIDR ranges */
  constructor(proxies: readonly string[], limits: TrafficLimits) {
    this.#isTrusted = trustedProxies(proxies);
    this.#limits = limits;
  }

  /** The number of connections. */
  get size(): number {
    return this.#bySocket.size;
  }

  /** Buffered bytes of responses that clients have not read. */
  get bufferedBytes(): number {
    return this.#bufferedPerCaller.total;
  }

  /**
   * Registers a new connection. Beyond the limit of its network, up to the same number again is accepted to send the
   * refusal; further ones are closed at once.
   */
  add(socket: Socket): void {
    const address = clientAddress(socket.remoteAddress ?? '', undefined, this.#isTrusted);
    const network = clientNetwork(address);
    const isProxy = this.#isTrusted(address);
    const count = isProxy ? 0 : this.#connectionsPerNetwork.get(network);
    const { connectionsPerAddress, connections } = this.#limits;
    if (count >= 2 * connectionsPerAddress) {
      socket.destroy();
      return;
    }
    const overload = count >= connectionsPerAddress ? 'caller' : this.size >= connections ? 'server' : null;
    const connection = new Connection(socket, network, isProxy, overload);
    this.#bySocket.set(socket, connection);
    this.#connectionsPerNetwork.add(network, 1);
    socket.once('close', () => {
      this.#bySocket.delete(socket);
      this.#connectionsPerNetwork.add(network, -1);
      // Before Node 24, a pipelined response that was not started emits no 'close' when its connection closes.
      for (const exchange of connection.exchanges) {
        this.#release(exchange);
        connection.drop(exchange);
      }
    });
  }

  /**
   * Registers a request.
   * @returns false if it arrived too late, on a connection that the server has ended
   */
  begin(request: IncomingMessage, response: MeteredResponse): boolean {
    const connection = this.#bySocket.get(request.socket);
    if (connection === undefined || request.socket.writableEnded) return false;
    const address = connection.isProxy ? requestAddress(request, this.#isTrusted) : null;
    const caller = address === null ? connection.network : clientNetwork(address);
    // A proxy without X-Forwarded-For sends its own requests, as the web app does when it renders pages for its users.
    const isLimited = (address === null || !this.#isTrusted(address)) && !isHealthCheck(request);
    const isOver = isLimited && this.#requestsPerCaller.get(caller) >= this.#limits.requestsPerCaller;
    const overload = connection.overload ?? (isOver ? 'caller' : null);
    const isCounted = isLimited && overload === null;
    const exchange = { request, response, caller, overload, isCounted, bufferedBytes: 0 };
    if (isCounted) this.#requestsPerCaller.add(caller, 1);
    connection.hasSentRequest = true;
    connection.exchanges.add(exchange);
    this.#byRequest.set(request, exchange);
    const countBuffered = (change: number) => {
      exchange.bufferedBytes += change;
      this.#bufferedPerCaller.add(caller, change);
    };
    // Not `response.onBufferedChange = (change) => …`: V8 allocates such a function in the old generation, and the request with
    // all it has allocated would be garbage until the next full collection.
    response.onBufferedChange = countBuffered;
    const settle = () => {
      this.#release(exchange);
      if (request.complete) connection.drop(exchange);
      // The response ended before the request body: the remaining bytes are not another request.
      else request.once('close', () => connection.drop(exchange));
    };
    response.once('finish', settle).once('close', settle);
    if (this.#isDraining || connection.overload !== null) response.setHeader('Connection', 'close');
    return true;
  }

  /**
   * Returns which limit is reached, if the request should be refused; null for a health check. Call it when a request
   * arrives, and again before its response is sent: hundreds of requests that arrive at once have buffered nothing yet.
   */
  overload(request: IncomingMessage): Overload | null {
    const exchange = this.#byRequest.get(request);
    if (exchange === undefined || isHealthCheck(request)) return null;
    if (exchange.overload !== null) return exchange.overload;
    if (this.#bufferedPerCaller.get(exchange.caller) >= this.#limits.bytesPerCaller) return 'caller';
    return this.#bufferedPerCaller.total >= this.#limits.bytes ? 'server' : null;
  }

  /**
   * Closes the connections whose client has stalled.
   * @param timeout in milliseconds
   */
  closeStalled(timeout: number): void {
    const now = performance.now();
    const suspects: Connection[] = [];
    let isDue = now - this.#queuesReadAt >= timeout / QUEUE_READS;
    // RST instead of FIN: otherwise the kernel would keep offering its buffer to a client that does not read.
    for (const connection of this.#bySocket.values()) {
      const unreadFor = connection.unreadFor(now);
      if (connection.unsentFor(now) >= timeout) connection.socket.resetAndDestroy();
      else if (unreadFor >= timeout / QUEUE_READS) suspects.push(connection);
      isDue ||= unreadFor >= timeout;
    }
    if (suspects.length > 0 && isDue && !this.#isReadingQueues) void this.#closeUnread(suspects, timeout);
  }

  /**
   * Closes those of the suspects whose client reads nothing. It reads the kernel's send queues first: the kernel accepts
   * more of a response only when a third of its buffer is free, about a megabyte, which can take a slow client minutes.
   */
  async #closeUnread(suspects: readonly Connection[], timeout: number): Promise<void> {
    this.#isReadingQueues = true;
    this.#queuesReadAt = performance.now();
    const queues = await sendQueues();
    this.#isReadingQueues = false;
    const now = performance.now();
    for (const connection of suspects) {
      if (!this.#bySocket.has(connection.socket)) continue;
      connection.noteAcknowledged(queues, now);
      if (connection.unreadFor(now) >= timeout) connection.socket.resetAndDestroy();
    }
  }

  /** Adds `Connection: close` to every response from now on. */
  announceEnd(): void {
    this.#isDraining = true;
    for (const { exchanges } of this.#bySocket.values())
      for (const { response } of exchanges) if (!response.headersSent) response.setHeader('Connection', 'close');
  }

  /**
   * Ends (FIN) the idle connections, and destroys those whose client does not end its side. Destroying them at once would
   * answer a request that crosses with the end with a reset.
   */
  endIdle({ afterRequest, beforeRequest, close }: IdleTimeouts): void {
    const now = performance.now();
    for (const connection of this.#bySocket.values()) {
      const idleTimeout = connection.hasSentRequest ? afterRequest : beforeRequest;
      const idleFor = connection.idleFor(now);
      if (idleFor >= idleTimeout + close) connection.socket.destroy();
      else if (idleFor >= idleTimeout && !connection.socket.writableEnded) connection.socket.end();
    }
  }

  /** Stops counting an exchange whose response has been sent or whose client has left. */
  #release(exchange: Exchange): void {
    const { caller, response, bufferedBytes, isCounted } = exchange;
    response.onBufferedChange = undefined;
    if (bufferedBytes !== 0) this.#bufferedPerCaller.add(caller, -bufferedBytes);
    if (isCounted) this.#requestsPerCaller.add(caller, -1);
    exchange.bufferedBytes = 0;
    exchange.isCounted = false;
    // Not left to the WeakMap: its values, and so the whole request, are freed by a full collection alone.
    this.#byRequest.delete(exchange.request);
  }
}
