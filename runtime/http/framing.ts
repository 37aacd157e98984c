import type { IncomingMessage } from 'node:http';

/** A header that says how a body is written, in a way that this server does not read. */
export type FramingFault = 'content-encoding' | 'transfer-encoding';

/**
 * Returns which header of a request describes its body in a way that this server does not read; null for none.
 * Bodies are read as they are: a compressed one would be taken for plain text by this reader and unpacked by another on
 * the way, and two readers that disagree on where a body ends disagree on where the next request begins (request
 * smuggling, RFC 9112 §11.2). A faulty `Transfer-Encoding` is to be answered with 400, a `Content-Encoding` with 415.
 * @see RFC 9110 §8.4, RFC 9112 §6.1
 */
export function framingFault({ headers, httpVersion }: IncomingMessage): FramingFault | null {
  // Node joins repeated lines with a comma: a second `chunked` makes a list of two.
  const transfer = headers['transfer-encoding'];
  if (transfer !== undefined && (httpVersion === '1.0' || !/^[ \t]*chunked[ \t]*$/i.test(transfer)))
    return 'transfer-encoding';
  const content = headers['content-encoding'];
  return content === undefined || content.split(',').every(isIdentity) ? null : 'content-encoding';
}

/** RFC 9110 §5.6.1.2: a recipient takes empty elements of a list for nothing. */
function isIdentity(coding: string): boolean {
  return /^[ \t]*(?:identity[ \t]*)?$/i.test(coding);
}
