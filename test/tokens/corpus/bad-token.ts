import type { TokenRejection } from '../../../server/authentication/token-verifier.ts';
import { validClaims } from '../../support/test-token.ts';

/** A token that a verifier must reject, with the reason, which the client never learns. */
export interface BadToken {
  readonly name: string;
  readonly token: string;
  readonly reason: TokenRejection;
}

/** The user of the bad tokens. */
export const USER_ID = '01900000-0000-7000-8000-00000000000a';

/** The claims that would be valid. */
export const VALID_CLAIMS = validClaims(USER_ID);

/** Whether a header can carry the token in one piece: no whitespace, no control character, below the limit of 16 KB. */
export function isSendable(token: string): boolean {
  return /^[\x21-\x7e]+$/.test(token) && token.length < 15_000;
}

/** Whether the token has the syntax of RFC 6750 §2.1; the API answers others with 400. */
export function isBearerSyntax(token: string): boolean {
  return /^[A-Za-z0-9\-._~+/]+=*$/.test(token);
}

/** Returns a bad token. */
export function badToken(reason: TokenRejection, name: string, token: string): BadToken {
  return { name, token, reason };
}
