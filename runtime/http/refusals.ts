import type { IncomingMessage } from 'node:http';
import type { Overload } from './connections.ts';
import { type FramingFault, framingFault } from './framing.ts';

/** How a server refuses a request before it reads the body, in either process's own form of an error. */
export interface Refusal {
  readonly status: 400 | 415 | 429 | 503;
  readonly code: 'BAD_REQUEST' | 'UNSUPPORTED_MEDIA_TYPE' | 'TOO_MANY_REQUESTS' | 'UNAVAILABLE';
  /** For the caller to read. */
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

const FRAMING_REFUSALS: Readonly<Record<FramingFault, Refusal>> = {
  'transfer-encoding': {
    status: 400,
    code: 'BAD_REQUEST',
    message: 'Send no Transfer-Encoding but one `chunked`.',
    // Two readers may disagree on where such a request ends: what follows it must not be read as the next one.
    headers: { connection: 'close' },
  },
  'content-encoding': {
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'Send the body without a Content-Encoding.',
    headers: { 'accept-encoding': 'identity' },
  },
};

const OVERLOAD_REFUSALS: Readonly<Record<Overload, Refusal>> = {
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

/** Returns the refusal of a request whose body is written in a way that no process reads; null for any other. */
export function framingRefusal(request: IncomingMessage): Refusal | null {
  const fault = framingFault(request);
  return fault && FRAMING_REFUSALS[fault];
}

/** Returns the refusal of a request that comes while a limit is reached; null while none is. */
export function overloadRefusal(overload: Overload | null): Refusal | null {
  return overload && OVERLOAD_REFUSALS[overload];
}
