import { SignJWT } from 'jose';
import { type AccessTokenClaims, TOKEN_TYPE } from '../../runtime/token.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The user and the session that a token is issued for. */
export interface TokenSubject {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly emailVerified: boolean;
    readonly role?: unknown;
  };
  readonly session: {
    readonly id: string;
    readonly expiresAt: Date;
    /** A Date: when the user last authenticated in this session. */
    readonly authenticatedAt?: unknown;
  };
}

/** The response of RFC 6749 §5.1, with its names in camel case. */
export interface TokenResponse {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  /** Seconds until the token expires: independent of the client's clock. */
  readonly expiresIn: number;
}

/** The options of a token issuer. */
export interface TokenIssuerOptions {
  readonly keys: Pick<SigningKeys, 'signingKey'>;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds until a token expires; fewer if its session ends before that. */
  readonly lifetime: number;
}

/** Issues a token for a subject. `now` is in milliseconds since the epoch. */
export type IssueToken = (subject: TokenSubject, now?: number) => Promise<TokenResponse>;

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1_000);

/** Creates the function that issues access tokens (runtime/token.ts), signed with the currently active key. */
export function createTokenIssuer({ keys, issuer, audience, lifetime }: TokenIssuerOptions): IssueToken {
  return async ({ user, session }, now = Date.now()) => {
    if (typeof user.role !== 'string') throw new TypeError('No token was issued: the user has no role.');
    if (!(session.authenticatedAt instanceof Date))
      throw new TypeError('No token was issued: the session has no time of authentication.');
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
      auth_time: seconds(session.authenticatedAt.getTime()),
      iat,
      // A token must not outlive its session.
      exp: Math.min(iat + lifetime, seconds(session.expiresAt.getTime())),
    };
    const { kid, algorithm: alg, key } = await keys.signingKey(iat);
    const accessToken = await new SignJWT({ ...claims }).setProtectedHeader({ alg, typ: TOKEN_TYPE, kid }).sign(key);
    return { accessToken, tokenType: 'Bearer', expiresIn: claims.exp - iat };
  };
}
