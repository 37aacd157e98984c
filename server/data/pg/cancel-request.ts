import { connect } from 'node:net';
import type { Client } from 'pg';

/** The code that tells a cancel request from the start of a session (PostgreSQL manual, "Message Formats"). */
const CANCEL_REQUEST = 80_877_102;
/** How long the request itself may take, in milliseconds. */
const TIME_LIMIT = 1_000;

/** What a cancel request names: where a connection leads, and whom it reached there. */
type Backend = Pick<Client, 'host' | 'port'> & {
  readonly processID: number | null;
  readonly secretKey: number | null;
};

/**
 * Asks PostgreSQL to stop what a connection is running, on a second connection (manual, "Canceling Requests in
 * Progress"). Nobody learns whether and when it did: whatever the connection runs by then is hit. So it must be dropped.
 */
export function sendCancelRequest({ host, port, processID, secretKey }: Backend): void {
  if (processID === null || secretKey === null) return;
  const request = Buffer.alloc(16);
  for (const [index, word] of [request.length, CANCEL_REQUEST, processID, secretKey].entries())
    request.writeInt32BE(word, index * 4);
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  // A cancel that does not arrive costs what it would have saved, and no more: the statement's own time limit holds.
  socket.on('error', () => {}).setTimeout(TIME_LIMIT, () => socket.destroy());
  socket.unref().resume().end(request);
}
