/**
 * The access token: the contract between the web app, which issues it, and the API, which
 * verifies it. A JWS in compact form (RFC 7515 §3.1) whose payload is a JWT (RFC 7519).
 */

/** The header's `typ` (RFC 8725 §3.11): anything else is not an access token. */
export const TOKEN_TYPE = 'JWT';

/** The signature algorithm of the `shared-secret` mode (RFC 7518 §3.2). */
export const SHARED_SECRET_ALGORITHM = 'HS256';

/** The signature algorithm of the `jwks` mode: Ed25519 (RFC 8037 §3.1). The verifier accepts no other curve. */
export const KEY_PAIR_ALGORITHM = 'EdDSA';

/** How tokens are signed: with a secret that both processes have, or with a key pair whose public key is published. */
export type TokenMode = 'shared-secret' | 'jwks';

/** The algorithm of each mode. The header of a token never chooses the algorithm (RFC 8725 §3.1). */
export const TOKEN_ALGORITHMS = {
  'shared-secret': SHARED_SECRET_ALGORITHM,
  jwks: KEY_PAIR_ALGORITHM,
} as const satisfies Readonly<Record<TokenMode, string>>;

/** Where the web app publishes its public keys in `jwks` mode, as a JWK Set (RFC 7517 §5), below its origin. */
export const JWKS_PATH = '/api/auth/jwks';

/** The form of a key id. */
export const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The shortest shared secret that is accepted, in bytes (RFC 7518 §3.2: at least the hash's size). */
export const SHARED_SECRET_MIN_BYTES = 32;

/** The payload of an access token. All times are in seconds since the epoch (RFC 7519 §2, NumericDate). */
export interface AccessTokenClaims {
  /** The issuer: the web app's origin. */
  readonly iss: string;
  /** The audience: one string, never an array. */
  readonly aud: string;
  /** The user: a UUID in canonical lower-case form. */
  readonly sub: string;
  /** The same as `sub`. */
  readonly user_id: string;
  /** The address the user signs in with. */
  readonly email: string;
  /** Whether the user has verified the address. */
  readonly email_verified: boolean;
  /** The user's role, as `Role` in the schema. */
  readonly role: string;
  /** The scopes that the token is limited to, separated by spaces (RFC 8693 §4.2); rules can require them. Default: none. */
  readonly scope?: string;
  /** The id of the session, which is what can be revoked. A change of one of the three claims above changes it. */
  readonly sid: string;
  /** The id of the token. */
  readonly jti: string;
  /** When the user last authenticated in the session: at sign-in or by step-up (OpenID Connect Core §2). */
  readonly auth_time: number;
  /** When the token was issued. */
  readonly iat: number;
  /** When the token expires: never later than its session. */
  readonly exp: number;
}
