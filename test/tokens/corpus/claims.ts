import { AUDIENCE, encode, ISSUER, NOW } from '../../api/token.ts';
import type { Forge } from '../forge.ts';
import { BAD_CLAIMS } from './bad-claims.ts';
import { bad, type BadToken, CLAIMS, USER } from './bad-token.ts';

/** Values that are nearly the right one, or of another kind. */
function variants(right: string): readonly unknown[] {
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

const NO_ISSUERS = variants(ISSUER);
const NO_AUDIENCES = [...variants(AUDIENCE), [AUDIENCE, 'another'], { 0: AUDIENCE }];

/** Tokens with a good signature and claims that are not; and good claims changed after signing. */
export function ofClaims({ header, mint, sign }: Forge): readonly BadToken[] {
  const elsewhere = BAD_CLAIMS.filter(({ changes }) => !('iss' in changes || 'aud' in changes));
  const [head, , signature] = sign(header, CLAIMS).split('.');
  const changed = (changes: object) => `${head}.${encode({ ...CLAIMS, ...changes })}.${signature}`;
  return [
    ...NO_ISSUERS.map((iss) => bad('issuer', `iss is ${JSON.stringify(iss)}`, mint(USER, { iss }))),
    ...NO_AUDIENCES.map((aud) => bad('audience', `aud is ${JSON.stringify(aud)}`, mint(USER, { aud }))),
    ...elsewhere.map(({ name, changes, fault }) => bad(fault, name, mint(USER, changes))),
    bad('signature', 'a role given after signing', changed({ role: 'ADMIN' })),
    bad('signature', 'a life prolonged after signing', changed({ exp: NOW + 601 })),
    bad(
      'signature',
      'another user after signing',
      changed({ user_id: USER.replace('a', 'b'), sub: USER.replace('a', 'b') }),
    ),
  ];
}
