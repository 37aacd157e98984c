/** The nodes that are frozen with everything below them. */
const frozen = new WeakSet<object>();

/**
 * Freezes a parsed document, so that it stays what was authorized. Servers share parsed documents between requests and
 * hand them to plugins: a field that a plugin adds after the decision would run unauthorized, and the cached plan would
 * not contain it in the requests that follow. Locations are left as they are: execution does not read them, and they hold
 * every token of the document.
 */
export function freezeDocument(part: object): void {
  if (frozen.has(part)) return;
  frozen.add(part);
  Object.freeze(part);
  for (const [key, value] of Object.entries(part) as [string, unknown][])
    if (key !== 'loc' && typeof value === 'object' && value !== null) freezeDocument(value);
}
