/** A string, or a structural character of JSON (RFC 8259 §2). */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses bytes as one unambiguous JSON object (RFC 8259): UTF-8 without a byte order mark, and no duplicate key in any
 * object, from which two readers could take two values (RFC 8725 §2.4). Returns null for anything else.
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

/** Whether an object in valid JSON has a duplicate key; keys are compared after unescaping. */
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
