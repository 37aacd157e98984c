/**
 * The header with which the API gives a client a position in the write-ahead log after a mutation, and with which the client
 * returns it: its next queries then see the mutation on a read replica, or run on the primary. Also the name of the cookie of
 * the web app's origin that keeps it.
 */
export const POSITION_HEADER = 'fieldgate-position';
