import type { AccessTokenClaims } from '../../schema/token.ts';
import { sign } from '../api/token.ts';
import type { Audience } from './model.ts';
import type { Name, World } from './world.ts';

/** What the product expects of a token. */
export interface Tokens {
  readonly kid: string;
  readonly secret: Buffer;
  readonly issuer: string;
  readonly audience: string;
}

/** Whoever asks: what the model knows of them, and the token that they show, made anew each time. */
export interface Asker {
  readonly label: string;
  readonly audience: Audience;
  token(tokens: Tokens): string | null;
}

const now = () => Math.floor(Date.now() / 1_000);
/** For how long a proof of who somebody is counts as fresh here; every `maxAge` in the schema is above and below the two. */
const [FRESH, STALE] = [10, 86_400];

/** Everybody who asks: three people, one of them in two weaker states, and those whom nobody can be taken for. */
export function askers(world: World): readonly Asker[] {
  return [
    person(world, 'alice', {}),
    person(world, 'bob', {}),
    person(world, 'carol', {}),
    person(world, 'alice', { age: STALE }),
    person(world, 'alice', { emailVerified: false }),
    { label: 'anonymous', audience: { kind: 'anonymous' }, token: () => null },
    {
      label: 'a token that has run out',
      audience: { kind: 'bad-token' },
      token: (tokens) => mint(tokens, claims(world, 'alice', tokens, { iat: now() - 600, exp: now() - 120 })),
    },
    {
      label: 'a forged token',
      audience: { kind: 'bad-token' },
      token: (tokens) => mint({ ...tokens, secret: Buffer.alloc(32, 7) }, claims(world, 'alice', tokens, {})),
    },
  ];
}

function person(
  world: World,
  name: Name,
  { age = FRESH, emailVerified = true }: { readonly age?: number; readonly emailVerified?: boolean },
): Asker {
  const { id: userId, role } = world.people[name];
  return {
    label: `${name}${age === STALE ? ', signed in a day ago' : ''}${emailVerified ? '' : ', address not verified'}`,
    audience: { kind: 'person', name, caller: { userId, roles: [role], emailVerified, age } },
    token: (tokens) =>
      mint(tokens, claims(world, name, tokens, { auth_time: now() - age, email_verified: emailVerified })),
  };
}

function claims(
  { people }: World,
  name: Name,
  { issuer, audience }: Tokens,
  changes: Partial<AccessTokenClaims>,
): AccessTokenClaims {
  const { id, email, role } = people[name];
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

function mint({ kid, secret }: Tokens, payload: AccessTokenClaims): string {
  return sign({ alg: 'HS256', typ: 'JWT', kid }, payload, secret);
}
