import { AUDIENCE, encodeSegment, ISSUER, NOW, type Forge } from '../../support/test-token.ts';
import { BAD_CLAIMS } from './bad-claims.ts';
import { badToken, type BadToken, VALID_CLAIMS, USER_ID } from './bad-token.ts';

/** Values that are nearly the right one, or of another kind. */
function nearVariants(right: string): readonly unknown[] {
  const near = [
    `${right}/`,
    `${right} `,
    ` ${right}`,
    right.slice(0, -1),
    `${right}x`,
    right.toUpperCase(),
    `${right}\0`,
  ];
  return [undefined, null, '', 0, true, [], [right], 'http://elsewhere.test', ...near];
}

const WRONG_ISSUERS = nearVariants(ISSUER);
const WRONG_AUDIENCES = [...nearVariants(AUDIENCE), [AUDIENCE, 'another'], { 0: AUDIENCE }];

/** Tokens with a good signature and claims that are not; and good claims changed after signing. */
export function claimsTokens({ header, signToken, sign }: Forge): readonly BadToken[] {
  const otherClaims = BAD_CLAIMS.filter(({ changes }) => !('iss' in changes || 'aud' in changes));
  const [head, , signature] = sign(header, VALID_CLAIMS).split('.');
  const changed = (changes: object) => `${head}.${encodeSegment({ ...VALID_CLAIMS, ...changes })}.${signature}`;
  return [
    ...WRONG_ISSUERS.map((iss) => badToken('issuer', `iss is ${JSON.stringify(iss)}`, signToken(USER_ID, { iss }))),
    ...WRONG_AUDIENCES.map((aud) => badToken('audience', `aud is ${JSON.stringify(aud)}`, signToken(USER_ID, { aud }))),
    ...otherClaims.map(({ name, changes, fault }) => badToken(fault, name, signToken(USER_ID, changes))),
    badToken('signature', 'a role given after signing', changed({ role: 'ADMIN' })),
    badToken('signature', 'a life prolonged after signing', changed({ exp: NOW + 601 })),
    badToken(
      'signature',
      'another user after signing',
      changed({ user_id: USER_ID.replace('a', 'b'), sub: USER_ID.replace('a', 'b') }),
    ),
  ];
}
