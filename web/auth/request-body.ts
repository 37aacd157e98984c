/**
 * Reads a request's body.
 * @param maxBytes bytes; what is longer is not read to its end, whatever its Content-Length claims
 * @returns the bytes, or null when there are more than `maximum`
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > maxBytes) return null;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/**
 * Whether a body is empty, or one JSON object of plain values in UTF-8: there is no account request of any other form.
 * Better Auth merges bodies by recursion, and takes the end of the stack, in one of 5,000 levels, for a fault of its own.
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
