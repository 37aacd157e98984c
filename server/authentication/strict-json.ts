/** A string, or one of the characters that give JSON its structure. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads bytes as one JSON object without doubt about what it says (RFC 8259): UTF-8 without a byte order mark, and no
 * key twice in one object, where two readers could each take another value (RFC 8725 §2.4). Null for anything else.
 */
export function readJsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  let text: string;
  let value: unknown;
  try {
    text = UTF_8.decode(bytes);
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && !repeatsKey(text) ? (value as Record<string, unknown>) : null;
}

/** Whether valid JSON names one key twice in one object; keys are compared as read, not as written. */
function repeatsKey(text: string): boolean {
  const objects: (Set<string> | null)[] = [];
  let latest = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') objects.push(new Set());
    else if (token === '[') objects.push(null);
    else if (token === '}' || token === ']') objects.pop();
    else if (token === ':') {
      const keys = objects.at(-1);
      const key = JSON.parse(latest) as string;
      if (keys?.has(key)) return true;
      keys?.add(key);
    } else if (token !== ',') latest = token;
  }
  return false;
}
