import { AUDIENCE, encodeSegment, ISSUER, NOW, type Forge } from '../../support/test-token.ts';
import { BAD_CLAIMS } from './bad-claims.ts';
import { badToken, type BadToken, VALID_CLAIMS, USER_ID } from './bad-token.ts';

/** Returns values similar to the expected one, and values of other types. */
function nearVariants(expected: string): readonly unknown[] {
  const near = [
    `${expected}/`,
    `${expected} `,
    ` ${expected}`,
    expected.slice(0, -1),
    `${expected}x`,
    expected.toUpperCase(),
    `${expected}\0`,
  ];
  return [undefined, null, '', 0, true, [], [expected], 'http://elsewhere.test', ...near];
}

const WRONG_ISSUERS = nearVariants(ISSUER);
const WRONG_AUDIENCES = [...nearVariants(AUDIENCE), [AUDIENCE, 'another'], { 0: AUDIENCE }];

/** Returns tokens with a valid signature and bad claims, and tokens whose claims were changed after signing. */
export function claimsTokens({ header, signToken, sign }: Forge): readonly BadToken[] {
  const otherClaims = BAD_CLAIMS.filter(({ changes }) => !('iss' in changes || 'aud' in changes));
  const [head, , signature] = sign(header, VALID_CLAIMS).split('.');
  const changed = (changes: object) => `${head}.${encodeSegment({ ...VALID_CLAIMS, ...changes })}.${signature}`;
  return [
    ...WRONG_ISSUERS.map((iss) => badToken('issuer', `iss is ${JSON.stringify(iss)}`, signToken(USER_ID, { iss }))),
    ...WRONG_AUDIENCES.map((aud) => badToken('audience', `aud is ${JSON.stringify(aud)}`, signToken(USER_ID, { aud }))),
    ...otherClaims.map(({ name, changes, reason }) => badToken(reason, name, signToken(USER_ID, changes))),
    badToken('signature', 'a role granted after signing', changed({ role: 'ADMIN' })),
    badToken('signature', 'an exp extended after signing', changed({ exp: NOW + 601 })),
    badToken(
      'signature',
      'another user after signing',
      changed({ user_id: USER_ID.replace('a', 'b'), sub: USER_ID.replace('a', 'b') }),
    ),
  ];
}
