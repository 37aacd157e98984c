import type { Forge } from '../../support/test-token.ts';
import { badToken, type BadToken, USER_ID } from './bad-token.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const INSERTED = ['=', '==', '===', ' ', '\t', '\n', '\r\n', '\0', '\u00a0', '\ufeff', '%2E', '.', '+', '/', '\u200b'];

/** Returns other spellings of one valid token, which would bypass a list of revoked tokens that is keyed by text. */
export function respelledTokens({ signToken }: Forge): readonly BadToken[] {
  const valid = signToken(USER_ID);
  const segments = valid.split('.');
  const dots = [valid.indexOf('.'), valid.lastIndexOf('.')];
  const insert = (at: number, text: string) => valid.slice(0, at) + text + valid.slice(at);
  return [
    ...INSERTED.flatMap((text) =>
      [0, ...dots, 40, valid.length].map((at) =>
        badToken('form', `${JSON.stringify(text)} at ${at}`, insert(at, text)),
      ),
    ),
    ...segments.flatMap((segment, index) =>
      equivalentSegments(segment).map((twin) =>
        badToken(
          'form',
          `unused bits of part ${index + 1}: …${twin.slice(-1)} for …${segment.slice(-1)}`,
          segments.with(index, twin).join('.'),
        ),
      ),
    ),
    badToken('form', 'standard base64: +', signTokenContaining(signToken, '-').replaceAll('-', '+')),
    badToken('form', 'standard base64: /', signTokenContaining(signToken, '_').replaceAll('_', '/')),
    badToken('form', 'the dots escaped', valid.replaceAll('.', '%2e')),
    badToken('form', 'full-width dots', valid.replaceAll('.', '．')),
  ];
}

/** Returns segments with another last character that decode to the same bytes: they differ in unused bits. */
function equivalentSegments(segment: string): readonly string[] {
  const bytes = Buffer.from(segment, 'base64url');
  const others = BASE64URL.split('')
    .map((last) => segment.slice(0, -1) + last)
    .filter((twin) => twin !== segment);
  return others.filter((twin) => Buffer.from(twin, 'base64url').equals(bytes));
}

/** Returns a valid token that contains this character. */
function signTokenContaining(sign: Forge['signToken'], character: string): string {
  for (let number = 0; ; number++) {
    const token = sign(USER_ID, { jti: `${number}` });
    if (token.includes(character)) return token;
  }
}
