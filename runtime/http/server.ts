import cluster from 'node:cluster';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as nextIteration, setTimeout as wait } from 'node:timers/promises';
import { Connections, type Overload, TRAFFIC_LIMITS, type TrafficLimits } from './connections.ts';
import { MeteredResponse } from './metered-response.ts';
import { createServer } from './node-http.ts';

/** Options of `createHttpServer`. All times are in milliseconds. */
export interface HttpServerOptions {
  /** Trusted proxies (addresses or CIDR ranges): their X-Forwarded-For is used and their connections are not limited. */
  readonly trustedProxies: readonly string[];
  /** How long a client may neither read its response nor send its request; default 30 s. */
  readonly stallTimeout?: number | undefined;
  /** How long the head of a request may take to arrive; default 10 s. */
  readonly headersTimeout?: number;
  /** How long a whole request may take to arrive; default 20 s. */
  readonly requestTimeout?: number;
  /** Whether Node rejects a request without Host, with an empty body; default true. */
  readonly requireHostHeader?: boolean;
  readonly limits?: Partial<TrafficLimits>;
}

/** An HTTP server with its connections, as both processes use it. */
export interface HttpServer {
  readonly server: Server;
  readonly connections: Connections;
  /** See `Connections.overload`. */
  overload(request: IncomingMessage): Overload | null;
  /**
   * Stops the server: it accepts no new connections, finishes the requests in flight and those that still arrive on
   * keep-alive connections, and sends `connection: close`. Resolves when the last connection has closed, and the primary
   * process, if there is one, hands no more to this process: the IPC channel is then closed. Further calls return the same
   * promise. It has no timeout; the stopping process has one.
   */
  drain(): Promise<void>;
}

/** How often stalled connections are closed, in milliseconds. */
const STALL_CHECK_INTERVAL = 250;

/**
 * How long a keep-alive connection may bring further requests after the stop, in milliseconds: requests that the client
 * sent before it could know of the stop are served instead of reset.
 */
const KEEP_ALIVE_GRACE = 250;

/** When idle connections end after the stop. A client on a busy machine may connect long before it sends its request. */
const IDLE_TIMEOUTS = { afterRequest: KEEP_ALIVE_GRACE, beforeRequest: 1_000, close: 1_000 };

/** The longest stall timeout while draining, in milliseconds: a client that does not read must not delay the stop. */
const DRAIN_STALL_TIMEOUT = 3_000;

/** An iteration of Node's event loop shorter than this many milliseconds had little to do. */
const SHORT_ITERATION = 0.5;

/** How often idle connections are ended while draining, in milliseconds. */
const DRAIN_CHECK_INTERVAL = 20;

/** Connections up to this multiple of the limit are accepted to send the refusal; further ones are dropped. */
const REFUSED_CONNECTIONS_FACTOR = 1.25;

/**
 * Creates an HTTP server that slow clients cannot block, and whose memory clients cannot fill by not reading responses.
 */
export function createHttpServer(
  listener: RequestListener,
  {
    trustedProxies,
    stallTimeout = 30_000,
    headersTimeout = 10_000,
    requestTimeout = 20_000,
    requireHostHeader = true,
    limits: customLimits = {},
  }: HttpServerOptions,
): HttpServer {
  const limits = { ...TRAFFIC_LIMITS, ...customLimits };
  const connections = new Connections(trustedProxies, limits);
  const server = createServer(
    {
      ServerResponse: MeteredResponse,
      headersTimeout,
      requestTimeout,
      // Node's default is 30 s: a timeout of 10 s would take up to 40 s.
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 16_384,
      requireHostHeader,
    },
    (request, response) => {
      if (connections.begin(request, response)) listener(request, response);
      else request.socket.destroy();
    },
  );
  server.maxConnections = Math.floor(limits.connections * REFUSED_CONNECTIONS_FACTOR);
  let accepted = 0;
  server.on('connection', (socket) => {
    accepted++;
    connections.add(socket);
  });
  // A server may ignore expectations other than `100-continue` (RFC 9110 §10.1.1); Node would send 417 with an empty body.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));

  let stallCheck: NodeJS.Timeout | undefined;
  const interval = Math.min(STALL_CHECK_INTERVAL, stallTimeout);
  server.on('listening', () => {
    stallCheck = setInterval(() => connections.closeStalled(stallTimeout), interval).unref();
  });

  async function stop(): Promise<void> {
    // Closing the listening socket resets the connections in its backlog. Node accepts one per iteration of the event loop,
    // so the socket closes after a short iteration that accepted none: few connections can have arrived since.
    const startedAt = performance.now();
    for (let isQuiet = false; !isQuiet && performance.now() - startedAt < KEEP_ALIVE_GRACE; ) {
      const before = { accepted, at: performance.now() };
      await nextIteration();
      isQuiet = accepted === before.accepted && performance.now() - before.at < SHORT_ITERATION;
    }
    // Not `http.Server.close`: it destroys idle connections at once, and so loses requests that are in transit.
    if (server.listening) NetServer.prototype.close.call(server);
    // After closing the socket: a client that receives `connection: close` reconnects at once, into the backlog.
    connections.announceEnd();
    while (connections.size > 0) {
      await wait(DRAIN_CHECK_INTERVAL);
      // A late timer runs before sockets are read: the next iteration reads what has arrived by then.
      await nextIteration();
      connections.endIdle(IDLE_TIMEOUTS);
      connections.closeStalled(Math.min(stallTimeout, DRAIN_STALL_TIMEOUT));
    }
    clearInterval(stallCheck);
    await leaveCluster();
  }
  let stopped: Promise<void> | undefined;
  return {
    server,
    connections,
    overload: (request) => connections.overload(request),
    drain: () => (stopped ??= stop()),
  };
}

/**
 * Waits until the primary process has learned that this worker no longer listens. A connection that it handed over before
 * that would be lost if this process exited: its client would wait for ever, because the primary process keeps it open. Now
 * the worker returns it, and the primary process gives it to another one.
 */
async function leaveCluster(): Promise<void> {
  const { worker } = cluster;
  if (worker === undefined || !worker.isConnected()) return;
  const left = once(worker, 'disconnect');
  worker.disconnect();
  await left;
}
