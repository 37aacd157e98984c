import type { AccessTokenClaims } from '../../runtime/token.ts';
import { signJwt } from '../support/test-token.ts';
import type { Audience } from './reference-model.ts';
import type { UserName, Dataset } from './dataset.ts';

/** What the product expects of a token. */
export interface TokenSettings {
  readonly kid: string;
  readonly secret: Buffer;
  readonly issuer: string;
  readonly audience: string;
}

/** Whoever asks: what the model knows of them, and the token that they show, made anew each time. */
export interface AttackClient {
  readonly label: string;
  readonly audience: Audience;
  token(tokens: TokenSettings): string | null;
}

const now = () => Math.floor(Date.now() / 1_000);
/** For how long a proof of who somebody is counts as fresh here; every `maxAge` in the schema is above and below the two. */
const [FRESH, STALE] = [10, 86_400];

/** Everybody who asks: three people, one of them in two weaker states, and those whom nobody can be taken for. */
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
    audience: { kind: 'person', name, caller: { userId, roles: [role], emailVerified, age } },
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
