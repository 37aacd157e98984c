import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { Connections, type Overload, TRAFFIC_LIMITS, type TrafficLimits } from './connections.ts';
import { CountedResponse } from './counted-response.ts';

/** What a server is told. All times are in milliseconds. */
export interface HttpServerOptions {
  /** Addresses or CIDR ranges whose word on the caller's address is taken, and whose connections are not counted. */
  readonly trustedProxies: readonly string[];
  /** How long a client may keep an answer unread, or a request unfinished, without moving; 30 s unless said otherwise. */
  readonly stallTimeout?: number | undefined;
  /** How long the head of a request may take to arrive; 10 s unless said otherwise. */
  readonly headersTimeout?: number;
  /** How long all of a request may take to arrive; 20 s unless said otherwise. */
  readonly requestTimeout?: number;
  /** Whether Node refuses a request without a host, in no words; yes unless said otherwise. */
  readonly requireHostHeader?: boolean;
  readonly limits?: Partial<TrafficLimits>;
}

/** An HTTP server, with what both processes need of it. */
export interface HttpServer {
  readonly server: Server;
  readonly connections: Connections;
  /** See `Connections.overload`. */
  overload(request: IncomingMessage): Overload | null;
  /**
   * Stops it: no new connections are taken, requests under way are answered, each answer says `connection: close`, and
   * what comes on a kept connection meanwhile is answered too. Resolves when the last connection has gone, however often
   * it is called. It has no timeout of its own: a process that stops has one.
   */
  drain(): Promise<void>;
}

/** How often connections are looked at: a stalled one goes within so many milliseconds of its time. */
const LOOK = 250;

/**
 * How long a kept connection may still bring a request once the server stops. What its client had sent by then, and what
 * it sends before it can know, is answered instead of being reset.
 */
const LAST_REQUESTS = 250;

/** How long a client has to close its side of a connection that we have ended. */
const GOODBYE = 1_000;

/** How long a client may keep a server that stops waiting by not reading its answer. */
const STALL_AT_END = 3_000;

/** A turn of Node's loop that is shorter has had little to do. */
const SHORT_TURN = 0.5;

/** How often a server that stops looks for idle connections. */
const DRAIN_LOOK = 20;

/** Of so many connections beyond the limit in all, each hears that there are too many; further ones are dropped. */
const TOLD = 1.25;

/** Makes an HTTP server that no client can make wait, and whose memory none can fill by not reading. */
export function createHttpServer(
  listener: RequestListener,
  {
    trustedProxies,
    stallTimeout = 30_000,
    headersTimeout = 10_000,
    requestTimeout = 20_000,
    requireHostHeader = true,
    limits: given = {},
  }: HttpServerOptions,
): HttpServer {
  const limits = { ...TRAFFIC_LIMITS, ...given };
  const connections = new Connections(trustedProxies, limits);
  const server = createServer(
    {
      ServerResponse: CountedResponse,
      headersTimeout,
      requestTimeout,
      // Node looks for slow senders every 30 s unless told otherwise: ten seconds would be up to forty.
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
  server.maxConnections = Math.floor(limits.connections * TOLD);
  let accepted = 0;
  server.on('connection', (socket) => {
    accepted++;
    connections.add(socket);
  });
  // What a request expects beyond `100-continue` may be passed over (RFC 9110 §10.1.1); Node would refuse without words.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));

  let watch: NodeJS.Timeout | undefined;
  const look = Math.min(LOOK, stallTimeout);
  server.on('listening', () => {
    watch = setInterval(() => connections.closeStalled(stallTimeout), look).unref();
  });

  async function stop(): Promise<void> {
    // Connections that wait to be accepted are reset when the listening socket closes. Node accepts one in each turn of
    // its loop: the socket closes after a turn that accepted none and was short, so that few can have come since.
    const began = performance.now();
    for (let isQuiet = false; !isQuiet && performance.now() - began < LAST_REQUESTS; ) {
      const before = { accepted, at: performance.now() };
      await nextTurn();
      isQuiet = accepted === before.accepted && performance.now() - before.at < SHORT_TURN;
    }
    // Not http.Server's own `close`: it destroys idle connections at once, and with them requests that are on their way.
    if (server.listening) NetServer.prototype.close.call(server);
    // After that: a client that is told to go comes back at once, as one more that waits.
    connections.announceEnd();
    while (connections.size > 0) {
      await wait(DRAIN_LOOK);
      // A timer that comes late comes before the sockets are read: what had arrived by then is read first.
      await nextTurn();
      connections.endIdle(LAST_REQUESTS, GOODBYE);
      connections.closeStalled(Math.min(stallTimeout, STALL_AT_END));
    }
    clearInterval(watch);
  }
  let stopped: Promise<void> | undefined;
  return {
    server,
    connections,
    overload: (request) => connections.overload(request),
    drain: () => (stopped ??= stop()),
  };
}
