import type { TokenRejection } from '../../../server/authentication/token-verifier.ts';
import { validClaims } from '../../support/test-token.ts';

/** A token that must be refused, and the inner reason. The caller never learns which it was. */
export interface BadToken {
  readonly name: string;
  readonly token: string;
  readonly fault: TokenRejection;
}

/** The user whom the bad tokens speak of. */
export const USER_ID = '01900000-0000-7000-8000-00000000000a';

/** The claims that would be good. */
export const VALID_CLAIMS = validClaims(USER_ID);

export function badToken(fault: TokenRejection, name: string, token: string): BadToken {
  return { name, token, fault };
}
