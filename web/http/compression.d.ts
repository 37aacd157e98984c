/** The part of `compression` that this folder uses; `@types/compression` brings ten packages of Express's types. */
declare module 'compression' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface CompressionOptions {
    /** Options of Node's brotli streams. */
    readonly brotli?: { readonly params: Readonly<Record<number, number>> };
  }

  /** Returns a middleware that compresses a response as its client accepts: with brotli, gzip or deflate. */
  export default function compression(
    options?: CompressionOptions,
  ): (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
}
