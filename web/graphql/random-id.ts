/**
 * Returns a random id of 32 hexadecimal digits. Not `crypto.randomUUID`: browsers have that in secure contexts alone, and
 * a page at plain http of another host is none.
 */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
