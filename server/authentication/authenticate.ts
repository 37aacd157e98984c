import type { AccessTokenClaims } from '../../schema/token.ts';
import type { Viewer } from '../viewer.ts';
import { readBearer } from './bearer.ts';
import type { TokenFault, Verify } from './verify.ts';

/** Who is calling, as far as the Authorization header tells. A bad token is never served as "anonymous". */
export type Authentication =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'viewer'; readonly viewer: Viewer }
  | { readonly kind: 'malformed-header' }
  | { readonly kind: 'bad-token'; readonly fault: TokenFault }
  /** Whether the token is good cannot be told now: neither yes nor no. */
  | { readonly kind: 'unavailable' };

/** Authorization header → token → claims → viewer. `now` is in seconds since the epoch. */
export async function authenticate(header: string | undefined, verify: Verify, now: number): Promise<Authentication> {
  const bearer = readBearer(header);
  switch (bearer.kind) {
    case 'absent':
      return { kind: 'anonymous' };
    case 'malformed':
      return { kind: 'malformed-header' };
    case 'token': {
      const verified = await verify(bearer.token, now);
      if ('fault' in verified) return { kind: 'bad-token', fault: verified.fault };
      if ('outage' in verified) return { kind: 'unavailable' };
      return { kind: 'viewer', viewer: toViewer(verified.claims) };
    }
  }
}

function toViewer(claims: AccessTokenClaims): Viewer {
  return {
    userId: claims.user_id,
    email: claims.email,
    emailVerified: claims.email_verified,
    roles: [claims.role],
    sessionId: claims.sid,
    authTime: claims.auth_time,
  };
}
