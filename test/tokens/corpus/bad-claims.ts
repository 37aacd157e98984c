import type { ClaimsRejection } from '../../../server/authentication/claims.ts';
import { NOW } from '../../support/test-token.ts';

/** A payload that a verifier must reject, as changes to a valid one; `undefined` removes the claim. */
export interface BadClaims {
  readonly name: string;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly reason: ClaimsRejection;
}

const NON_STRINGS = [undefined, null, '', 0, 1, 1.5, true, [], ['a'], {}, { a: 1 }];
const INVALID_TIMES = [
  undefined,
  null,
  '',
  `${NOW}`,
  true,
  [],
  [NOW],
  {},
  0,
  -1,
  -NOW,
  NOW + 0.5,
  2 ** 53,
  1e18,
  1e308,
];
const NON_BOOLEANS = [undefined, null, '', 'true', 'false', 0, 1, [], {}];

const ILL_TYPED = [
  ...illTyped(['iss', 'aud', 'sub', 'user_id', 'email', 'role', 'sid', 'jti'], NON_STRINGS),
  ...illTyped(['auth_time', 'iat', 'exp'], INVALID_TIMES),
  ...illTyped(['email_verified'], NON_BOOLEANS),
];

const USER_ID = '01900000-0000-7000-8000-00000000000a';
/** Values that are no user id; as `sub` and `user_id`, and beside a valid id. */
const INVALID_USER_IDS = [
  'admin',
  '0',
  '*',
  USER_ID.toUpperCase(),
  `{${USER_ID}}`,
  USER_ID.replaceAll('-', ''),
  `${USER_ID} `,
  ` ${USER_ID}`,
  `${USER_ID}\n`,
  `${USER_ID}\0`,
  `urn:uuid:${USER_ID}`,
  USER_ID.replace('a', 'а'),
];
const OTHER_SUBJECT = [
  ...INVALID_USER_IDS.map((id) =>
    badClaims(`sub and user_id are ${JSON.stringify(id)}`, { sub: id, user_id: id }, 'subject-not-user'),
  ),
  ...[...INVALID_USER_IDS, USER_ID.replace('a', 'b')].flatMap((id) => [
    badClaims(`sub is ${JSON.stringify(id)}, user_id another`, { sub: id, user_id: USER_ID }, 'subject-not-user'),
    badClaims(`user_id is ${JSON.stringify(id)}, sub another`, { sub: USER_ID, user_id: id }, 'subject-not-user'),
  ]),
];

const BAD_TIMES = [
  ...[0, 1, 60, 600].map((ago) => badClaims(`it expired ${ago} s ago`, { iat: NOW - 700, exp: NOW - ago }, 'expired')),
  ...['iat', 'auth_time'].flatMap((claim) =>
    [6, 60, 600].map((ahead) => badClaims(`${claim} is ${ahead} s ahead`, { [claim]: NOW + ahead }, 'not-yet-valid')),
  ),
  ...[NOW + 6, NOW + 600, ...INVALID_TIMES.slice(1)].map((nbf) =>
    badClaims(`nbf is ${JSON.stringify(nbf)}`, { nbf }, 'not-yet-valid'),
  ),
  badClaims('its lifetime is a second too long', { iat: NOW - 300, exp: NOW + 601 }, 'lives-too-long'),
  badClaims('its lifetime is a year', { exp: NOW + 31_536_000 }, 'lives-too-long'),
  badClaims('it was issued long ago and expires soon', { iat: 1, exp: NOW + 60 }, 'lives-too-long'),
];

/** Every class of bad payload. */
export const BAD_CLAIMS: readonly BadClaims[] = [...ILL_TYPED, ...OTHER_SUBJECT, ...BAD_TIMES];

function badClaims(name: string, changes: BadClaims['changes'], reason: ClaimsRejection): BadClaims {
  return { name, changes, reason };
}

function illTyped(claims: readonly string[], values: readonly unknown[]): readonly BadClaims[] {
  return claims.flatMap((claim) =>
    values.map((value) =>
      badClaims(`${claim} is ${JSON.stringify(value)}`, { [claim]: value }, 'claim-missing-or-ill-typed'),
    ),
  );
}
