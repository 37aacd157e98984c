import { SignJWT } from 'jose';
import { type AccessTokenClaims, TOKEN_TYPE } from '../../runtime/token.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Whom a token speaks of: a user, and the session in which they proved it. */
export interface TokenSubject {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly emailVerified: boolean;
    readonly role?: unknown;
  };
  readonly session: { readonly id: string; readonly createdAt: Date; readonly expiresAt: Date };
}

/** A token as it is handed out: the body of RFC 6749 §5.1, in the letter case of JSON. */
export interface TokenResponse {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  /** Seconds from now until it ends: a client whose clock is wrong can still count. */
  readonly expiresIn: number;
}

/** How tokens are made. */
export interface TokenIssuerOptions {
  readonly keys: Pick<SigningKeys, 'signingKey'>;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds a token lives, when its session lives as long. */
  readonly lifetime: number;
}

/** Issues a token for a subject. `now` is in milliseconds since the epoch. */
export type IssueToken = (subject: TokenSubject, now?: number) => Promise<TokenResponse>;

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1_000);

/** Makes the function that issues access tokens (runtime/token.ts), signed with the key whose time it is. */
export function createTokenIssuer({ keys, issuer, audience, lifetime }: TokenIssuerOptions): IssueToken {
  return async ({ user, session }, now = Date.now()) => {
    if (typeof user.role !== 'string') throw new TypeError('The user has no role.');
    const iat = seconds(now);
    const claims: AccessTokenClaims = {
      iss: issuer,
      aud: audience,
      sub: user.id,
      user_id: user.id,
      email: user.email,
      email_verified: user.emailVerified,
      role: user.role,
      sid: session.id,
      jti: crypto.randomUUID(),
      auth_time: seconds(session.createdAt.getTime()),
      iat,
      // A token must not outlive the session that it was issued for.
      exp: Math.min(iat + lifetime, seconds(session.expiresAt.getTime())),
    };
    const { kid, algorithm: alg, key } = await keys.signingKey(iat);
    const accessToken = await new SignJWT({ ...claims }).setProtectedHeader({ alg, typ: TOKEN_TYPE, kid }).sign(key);
    return { accessToken, tokenType: 'Bearer', expiresIn: claims.exp - iat };
  };
}
