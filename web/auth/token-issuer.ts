import { SignJWT } from 'jose';
import { type AccessTokenClaims, SHARED_SECRET_ALGORITHM, TOKEN_TYPE } from '../../schema/token.ts';
import type { TokenSecret } from '../config.ts';

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
export interface IssuedToken {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  /** Seconds from now until it ends: a client whose clock is wrong can still count. */
  readonly expiresIn: number;
}

/** How tokens are made. */
export interface TokenIssuerOptions {
  /** The key that signs; its `kid` goes into the header. */
  readonly secret: TokenSecret;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds a token lives, when its session lives as long. */
  readonly lifetime: number;
}

/** Issues a token for a subject. `now` is in milliseconds since the epoch. */
export type IssueToken = (subject: TokenSubject, now?: number) => Promise<IssuedToken>;

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1_000);

/** Makes the function that issues access tokens (schema/token.ts) with a shared secret. The key is imported once. */
export function createTokenIssuer({ secret, issuer, audience, lifetime }: TokenIssuerOptions): IssueToken {
  // A copy on an ArrayBuffer of its own, which is what WebCrypto asks for.
  const key = crypto.subtle.importKey('raw', new Uint8Array(secret.secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);

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
    const accessToken = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: SHARED_SECRET_ALGORITHM, typ: TOKEN_TYPE, kid: secret.kid })
      .sign(await key);
    return { accessToken, tokenType: 'Bearer', expiresIn: claims.exp - iat };
  };
}
