import type { CryptoKey } from 'jose';

/** What stays true of a token for as long as its key is listed: who signed it, and what it says. */
export interface VerifiedToken {
  readonly kid: string;
  readonly key: CryptoKey;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Tokens that were accepted, by their exact characters: never by anything that an attacker could vary. */
export interface VerifiedTokenCache {
  get(text: string): VerifiedToken | undefined;
  /** Keeps a token; the one that was not asked for the longest gives way to it. */
  set(text: string, token: VerifiedToken): void;
  delete(text: string): void;
  readonly size: number;
}

/** About 20 MB of tokens of the usual size. */
const MAX_TOKENS = 10_000;

/**
 * Remembers signatures that were good. Times, keys and revocations are asked on every use and are not kept here.
 * @param maxTokens how many tokens are kept; 10,000 unless said otherwise
 */
export function createVerifiedTokenCache(maxTokens: number = MAX_TOKENS): VerifiedTokenCache {
  // A Map goes through its entries in the order in which they were set: the first is the one to give way.
  const tokens = new Map<string, VerifiedToken>();
  return {
    get(text) {
      const token = tokens.get(text);
      if (token === undefined) return undefined;
      tokens.delete(text);
      tokens.set(text, token);
      return token;
    },
    set(text, token) {
      tokens.delete(text);
      tokens.set(text, token);
      const [oldest] = tokens.keys();
      if (tokens.size > maxTokens && oldest !== undefined) tokens.delete(oldest);
    },
    delete: (text) => void tokens.delete(text),
    get size() {
      return tokens.size;
    },
  };
}
