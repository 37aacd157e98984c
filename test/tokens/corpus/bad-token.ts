import type { TokenFault } from '../../../server/authentication/verify.ts';
import { claimsOf } from '../../api/token.ts';

/** A token that must be refused, and the inner reason. The caller never learns which it was. */
export interface BadToken {
  readonly name: string;
  readonly token: string;
  readonly fault: TokenFault;
}

/** The user whom the bad tokens speak of. */
export const USER = '01900000-0000-7000-8000-00000000000a';

/** The claims that would be good. */
export const CLAIMS = claimsOf(USER);

export function bad(fault: TokenFault, name: string, token: string): BadToken {
  return { name, token, fault };
}
