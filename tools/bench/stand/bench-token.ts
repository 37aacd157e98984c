import type { AccessTokenClaims } from '../../../runtime/token.ts';
import { signJwt } from '../../../test/support/test-token.ts';
import { AUDIENCE, ISSUER } from './api-process.ts';

/** A session that no trial ends. */
const SESSION = '019aa1b2-0000-7000-8000-000000000000';
/** The longest lifetime that the API accepts, in seconds: a run takes minutes. */
const LIFETIME = 900;

/**
 * Signs an access token of a user, as the web app does.
 * @param secrets the setting TOKEN_SECRETS, `kid:secret`
 * @param sessionId the session of the token. Default: one that no trial ends
 */
export function signAccessToken(userId: string, secrets: string, sessionId: string = SESSION): string {
  const [kid = '', secret = ''] = secrets.split(':');
  const now = Math.floor(Date.now() / 1_000);
  const claims: AccessTokenClaims = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: userId,
    user_id: userId,
    email: 'person@example.com',
    email_verified: true,
    role: 'USER',
    sid: sessionId,
    jti: userId,
    auth_time: now,
    iat: now,
    exp: now + LIFETIME,
  };
  return signJwt({ alg: 'HS256', typ: 'JWT', kid }, claims, Buffer.from(secret, 'base64url'));
}
