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

/**
 * Returns whether a body is empty, or one JSON object of plain values in UTF-8. No account request needs another form.
 * Better Auth merges bodies recursively: one of 5,000 levels exhausts its stack, which it reports as an internal error.
 */
export function isFlatJsonObject(body: Uint8Array): boolean {
  if (body.length === 0) return true;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && Object.values(value).every((each) => typeof each !== 'object' || each === null);
  } catch {
    return false;
  }
}
