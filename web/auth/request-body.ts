import { readCapped } from '../../runtime/read-capped.ts';

/**
 * Reads the body of a request.
 * @param maxBytes bytes; nothing is read if Content-Length exceeds it, and reading stops where the body itself does
 * @returns the bytes, or null if there are more than `maxBytes`
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return null;
  return readCapped(request.body, maxBytes);
}

/** The most levels of a body that may be nested: a response of an authenticator has three. */
export const NESTED_LEVELS = 4;

/**
 * Returns whether a body is empty, or one JSON object in UTF-8 whose values are plain.
 * Better Auth merges bodies recursively: one of 5,000 levels exhausts its stack, which it reports as an internal error.
 * @param levels the most levels of objects and lists, the body included. Default: 1
 */
export function isJsonObject(body: Uint8Array, levels = 1): boolean {
  if (body.length === 0) return true;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value) && hasLevels(value, levels);
  } catch {
    return false;
  }
}

function hasLevels(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return most > 0 && Object.values(value).every((each) => hasLevels(each, most - 1));
}
