import { connect } from 'node:net';
import type { Client } from 'pg';

/** The code that marks a message as CancelRequest (PostgreSQL manual, "Message Formats"). */
const CANCEL_REQUEST = 80_877_102;
/** Time limit for sending the request, in milliseconds. */
const CANCEL_TIMEOUT = 1_000;

/** What a CancelRequest needs of a connection: its address and its backend key data. */
type Backend = Pick<Client, 'host' | 'port'> & {
  readonly processID: number | null;
  readonly secretKey: number | null;
};

/**
 * Sends a CancelRequest for a connection, over a second connection (PostgreSQL manual, "Canceling Requests in
 * Progress"). PostgreSQL does not report whether or when it cancelled, and the cancel hits whatever statement runs by
 * then: the caller has to drop the connection.
 */
export function sendCancelRequest({ host, port, processID, secretKey }: Backend): void {
  if (processID === null || secretKey === null) return;
  const request = Buffer.alloc(16);
  for (const [index, field] of [request.length, CANCEL_REQUEST, processID, secretKey].entries())
    request.writeInt32BE(field, index * 4);
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  // A lost cancel request is harmless: `statement_timeout` still ends the statement.
  socket.on('error', () => {}).setTimeout(CANCEL_TIMEOUT, () => socket.destroy());
  socket.unref().resume().end(request);
}
