import type { CryptoKey } from 'jose';
import { LRUCache } from 'lru-cache';

/** The part of a verification that stays true for as long as the key is listed: the signature and the payload. */
export interface VerifiedToken {
  readonly kid: string;
  readonly key: CryptoKey;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Verified tokens by their exact text, and by nothing that an attacker could vary. */
export type VerifiedTokenCache = LRUCache<string, VerifiedToken>;

/** About 20 MB of tokens of the usual size. */
const MAX_TOKENS = 10_000;

/**
 * Creates an LRU cache of verified signatures. Times, key lists and revocations are checked on every use, so they are
 * not cached here.
 * @param maxTokens how many tokens are kept; default 10,000
 */
export function createVerifiedTokenCache(maxTokens: number = MAX_TOKENS): VerifiedTokenCache {
  return new LRUCache({ max: maxTokens });
}
