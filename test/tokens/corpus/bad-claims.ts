import type { ClaimsFault } from '../../../server/authentication/claims.ts';
import { NOW } from '../../api/token.ts';

/** A payload that must be refused: what is changed about a good one; `undefined` takes the claim away. */
export interface BadClaims {
  readonly name: string;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly fault: ClaimsFault;
}

const NO_STRINGS = [undefined, null, '', 0, 1, 1.5, true, [], ['a'], {}, { a: 1 }];
const NO_TIMES = [undefined, null, '', `${NOW}`, true, [], [NOW], {}, 0, -1, -NOW, NOW + 0.5, 2 ** 53, 1e18, 1e308];
const NO_BOOLEANS = [undefined, null, '', 'true', 'false', 0, 1, [], {}];

const ILL_TYPED = [
  ...illTyped(['iss', 'aud', 'sub', 'user_id', 'email', 'role', 'sid', 'jti'], NO_STRINGS),
  ...illTyped(['auth_time', 'iat', 'exp'], NO_TIMES),
  ...illTyped(['email_verified'], NO_BOOLEANS),
];

const USER = '01900000-0000-7000-8000-00000000000a';
/** Names that are no user's id: alone, and as a second name for somebody who has one. */
const NO_USERS = [
  'admin',
  '0',
  '*',
  USER.toUpperCase(),
  `{${USER}}`,
  USER.replaceAll('-', ''),
  `${USER} `,
  ` ${USER}`,
  `${USER}\n`,
  `${USER}\0`,
  `urn:uuid:${USER}`,
  USER.replace('a', 'а'),
];
const OTHER_SUBJECT = [
  ...NO_USERS.map((id) => bad(`both names are ${JSON.stringify(id)}`, { sub: id, user_id: id }, 'subject-not-user')),
  ...[...NO_USERS, USER.replace('a', 'b')].flatMap((id) => [
    bad(`sub is ${JSON.stringify(id)}, user_id another`, { sub: id, user_id: USER }, 'subject-not-user'),
    bad(`user_id is ${JSON.stringify(id)}, sub another`, { sub: USER, user_id: id }, 'subject-not-user'),
  ]),
];

const OUT_OF_TIME = [
  ...[0, 1, 60, 600].map((ago) => bad(`it ended ${ago} s ago`, { iat: NOW - 700, exp: NOW - ago }, 'expired')),
  ...['iat', 'auth_time'].flatMap((claim) =>
    [6, 60, 600].map((ahead) => bad(`${claim} is ${ahead} s ahead`, { [claim]: NOW + ahead }, 'not-yet-valid')),
  ),
  ...[NOW + 6, NOW + 600, ...NO_TIMES.slice(1)].map((nbf) =>
    bad(`nbf is ${JSON.stringify(nbf)}`, { nbf }, 'not-yet-valid'),
  ),
  bad('it lives a second too long', { iat: NOW - 300, exp: NOW + 601 }, 'lives-too-long'),
  bad('it lives for a year', { exp: NOW + 31_536_000 }, 'lives-too-long'),
  bad('it was issued long ago and ends soon', { iat: 1, exp: NOW + 60 }, 'lives-too-long'),
];

/** Every class of payload that is signed and still no good. */
export const BAD_CLAIMS: readonly BadClaims[] = [...ILL_TYPED, ...OTHER_SUBJECT, ...OUT_OF_TIME];

function bad(name: string, changes: BadClaims['changes'], fault: ClaimsFault): BadClaims {
  return { name, changes, fault };
}

function illTyped(claims: readonly string[], values: readonly unknown[]): readonly BadClaims[] {
  return claims.flatMap((claim) =>
    values.map((value) =>
      bad(`${claim} is ${JSON.stringify(value)}`, { [claim]: value }, 'claim-missing-or-ill-typed'),
    ),
  );
}
