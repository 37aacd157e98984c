import type { IncomingMessage } from 'node:http';
import type { Overload } from './connections.ts';

/** How both processes refuse a request before they read its body; each sends it in its own error format. */
export interface HttpRefusal {
  readonly status: 400 | 415 | 429 | 503;
  readonly code: 'BAD_REQUEST' | 'UNSUPPORTED_MEDIA_TYPE' | 'TOO_MANY_REQUESTS' | 'UNAVAILABLE';
  /** For the client. */
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A header that describes the body in a way that neither process supports. */
type UnsupportedFraming = 'content-encoding' | 'transfer-encoding';

const FRAMING_REFUSALS: Readonly<Record<UnsupportedFraming, HttpRefusal>> = {
  'transfer-encoding': {
    status: 400,
    code: 'BAD_REQUEST',
    message: 'Unsupported Transfer-Encoding: send `chunked` once, or none.',
    // Two readers may disagree on where such a request ends: the bytes after it must not be read as the next request.
    headers: { connection: 'close' },
  },
  'content-encoding': {
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Send the body without a Content-Encoding.',
    headers: { 'accept-encoding': 'identity' },
  },
};

const OVERLOAD_REFUSALS: Readonly<Record<Overload, HttpRefusal>> = {
  caller: {
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    message: 'Too many requests at once. Try again in a moment.',
    headers: { 'retry-after': '1' },
  },
  server: {
    status: 503,
    code: 'UNAVAILABLE',
    message: 'The service cannot answer right now. Try again in a moment.',
    headers: { 'retry-after': '1' },
  },
};

/** Returns the refusal of a request whose body has an unsupported encoding; null for any other request. */
export function framingRefusal(request: IncomingMessage): HttpRefusal | null {
  const framing = unsupportedFraming(request);
  return framing && FRAMING_REFUSALS[framing];
}

/** Returns the refusal for a reached limit; null if none is reached. */
export function overloadRefusal(overload: Overload | null): HttpRefusal | null {
  return overload && OVERLOAD_REFUSALS[overload];
}

/**
 * Returns the header that describes the body in an unsupported way; null if there is none. Bodies are read as they are:
 * this server would take a compressed body for plain text, while a proxy would decompress it. Two readers that disagree
 * on where a body ends disagree on where the next request begins (request smuggling, RFC 9112 §11.2).
 * @see RFC 9110 §8.4, RFC 9112 §6.1
 */
function unsupportedFraming({ headers, httpVersion }: IncomingMessage): UnsupportedFraming | null {
  // Node joins repeated headers with a comma: a second `chunked` makes a list of two.
  const transfer = headers['transfer-encoding'];
  if (transfer !== undefined && (httpVersion === '1.0' || !/^[ \t]*chunked[ \t]*$/i.test(transfer)))
    return 'transfer-encoding';
  const content = headers['content-encoding'];
  return content === undefined || content.split(',').every(isIdentity) ? null : 'content-encoding';
}

/** RFC 9110 §5.6.1.2: a recipient ignores empty list elements. */
function isIdentity(coding: string): boolean {
  return /^[ \t]*(?:identity[ \t]*)?$/i.test(coding);
}
