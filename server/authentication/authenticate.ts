import type { AccessTokenClaims } from '../../runtime/token.ts';
import type { Viewer } from '../viewer.ts';
import { readBearer } from './bearer.ts';
import type { RevocationChecker } from './revocation-checker.ts';
import type { TokenRejection, VerifyToken } from './token-verifier.ts';

/** The result of authenticating a request by its Authorization header. A rejected token is never `anonymous`. */
export type Authentication =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'viewer'; readonly viewer: Viewer }
  | { readonly kind: 'malformed-header' }
  | { readonly kind: 'bad-token'; readonly reason: TokenRejection | 'revoked' }
  /** The keys or the revocations are unavailable: the token is neither accepted nor rejected. Retry after, in seconds. */
  | { readonly kind: 'unavailable'; readonly retryAfter: number };

/** `retryAfter` while the database cannot tell whether a session is revoked, in seconds. */
const RETRY_REVOCATIONS = 1;

/**
 * Authenticates a request: Authorization header → token → claims → viewer, unless its session is revoked.
 * @param now seconds since the epoch, with fractions
 */
export async function authenticate(
  header: string | undefined,
  verify: VerifyToken,
  revocations: RevocationChecker,
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
      if ('reason' in verified) return { kind: 'bad-token', reason: verified.reason };
      if ('outage' in verified) return { kind: 'unavailable', retryAfter: verified.retryAfter };
      const viewer = toViewer(verified.claims);
      switch (await revocations.statusOf(viewer)) {
        case 'good':
          return { kind: 'viewer', viewer };
        case 'revoked':
          return { kind: 'bad-token', reason: 'revoked' };
        case 'unknown':
          return { kind: 'unavailable', retryAfter: RETRY_REVOCATIONS };
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
    ...(claims.scope !== undefined && { scopes: claims.scope.split(' ').filter((scope) => scope !== '') }),
    sessionId: claims.sid,
    authTime: claims.auth_time,
  };
}
