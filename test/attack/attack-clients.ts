import type { AccessTokenClaims } from '../../runtime/token.ts';
import { signJwt } from '../support/test-token.ts';
import type { Audience } from './reference-model.ts';
import type { UserName, Dataset } from './dataset.ts';

/** What the API expects of a token. */
export interface TokenSettings {
  readonly kid: string;
  readonly secret: Buffer;
  readonly issuer: string;
  readonly audience: string;
}

/** A client: what the model knows of it, and a function that makes its token. */
export interface AttackClient {
  readonly label: string;
  readonly audience: Audience;
  token(tokens: TokenSettings): string | null;
}

const now = () => Math.floor(Date.now() / 1_000);
/**
 * Ages of a recent and of an old sign-in, in seconds; every `maxAge` in the schema lies between the two. Queries of younger
 * sessions would not run on a replica.
 */
const [FRESH, STALE] = [60, 86_400];

/** All clients: three users, one of them in two weaker states, and clients without a valid token. */
export function attackClients(dataset: Dataset): readonly AttackClient[] {
  return [
    userClient(dataset, 'alice', {}),
    userClient(dataset, 'bob', {}),
    userClient(dataset, 'carol', {}),
    userClient(dataset, 'alice', { age: STALE }),
    userClient(dataset, 'alice', { emailVerified: false }),
    { label: 'anonymous', audience: { kind: 'anonymous' }, token: () => null },
    {
      label: 'a token that has run out',
      audience: { kind: 'bad-token' },
      token: (tokens) => signToken(tokens, claims(dataset, 'alice', tokens, { iat: now() - 600, exp: now() - 120 })),
    },
    {
      label: 'a forged token',
      audience: { kind: 'bad-token' },
      token: (tokens) => signToken({ ...tokens, secret: Buffer.alloc(32, 7) }, claims(dataset, 'alice', tokens, {})),
    },
  ];
}

function userClient(
  dataset: Dataset,
  name: UserName,
  { age = FRESH, emailVerified = true }: { readonly age?: number; readonly emailVerified?: boolean },
): AttackClient {
  const { id: userId, role } = dataset.users[name];
  return {
    label: `${name}${age === STALE ? ', signed in a day ago' : ''}${emailVerified ? '' : ', address not verified'}`,
    audience: { kind: 'user', name, caller: { userId, roles: [role], emailVerified, age } },
    token: (tokens) =>
      signToken(tokens, claims(dataset, name, tokens, { auth_time: now() - age, email_verified: emailVerified })),
  };
}

function claims(
  { users }: Dataset,
  name: UserName,
  { issuer, audience }: TokenSettings,
  changes: Partial<AccessTokenClaims>,
): AccessTokenClaims {
  const { id, email, role } = users[name];
  const iat = now();
  return {
    iss: issuer,
    aud: audience,
    sub: id,
    user_id: id,
    email,
    email_verified: true,
    role,
    sid: id,
    jti: id,
    auth_time: iat - FRESH,
    iat,
    exp: iat + 600,
    ...changes,
  };
}

function signToken({ kid, secret }: TokenSettings, payload: AccessTokenClaims): string {
  return signJwt({ alg: 'HS256', typ: 'JWT', kid }, payload, secret);
}
