import type { AccessTokenClaims } from '../../schema/token.ts';
import type { Viewer } from '../viewer.ts';
import { readBearer } from './bearer.ts';
import type { Revocations } from './revocation.ts';
import type { TokenFault, Verify } from './verify.ts';

/** Who is calling, as far as the Authorization header tells. A bad token is never served as "anonymous". */
export type Authentication =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'viewer'; readonly viewer: Viewer }
  | { readonly kind: 'malformed-header' }
  | { readonly kind: 'bad-token'; readonly fault: TokenFault | 'revoked' }
  /** Whether the token is good cannot be told now: neither yes nor no. */
  | { readonly kind: 'unavailable' };

/** Authorization header → token → claims → viewer, if its session stands. `now` is in seconds since the epoch. */
export async function authenticate(
  header: string | undefined,
  verify: Verify,
  revocations: Revocations,
  now: number,
): Promise<Authentication> {
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
      const viewer = toViewer(verified.claims);
      switch (await revocations.standing(viewer)) {
        case 'good':
          return { kind: 'viewer', viewer };
        case 'revoked':
          return { kind: 'bad-token', fault: 'revoked' };
        case 'unknown':
          return { kind: 'unavailable' };
      }
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
