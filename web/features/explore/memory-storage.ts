/**
 * Returns a storage that is forgotten with the page. GraphiQL's default, localStorage, would show the next user of this
 * browser what was typed, also after a sign-out.
 */
export function createMemoryStorage() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
    clear: () => values.clear(),
    get length() {
      return values.size;
    },
  };
}
