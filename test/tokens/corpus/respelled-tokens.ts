import type { Forge } from '../../support/test-token.ts';
import { badToken, type BadToken, USER_ID } from './bad-token.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const INSERTED = ['=', '==', '===', ' ', '\t', '\n', '\r\n', '\0', '\u00a0', '\ufeff', '%2E', '.', '+', '/', '\u200b'];

/** Other spellings of one good token: whoever keys a list of revoked tokens on the text would be walked round. */
export function respelledTokens({ signToken }: Forge): readonly BadToken[] {
  const good = signToken(USER_ID);
  const segments = good.split('.');
  const dots = [good.indexOf('.'), good.lastIndexOf('.')];
  const insert = (at: number, text: string) => good.slice(0, at) + text + good.slice(at);
  return [
    ...INSERTED.flatMap((text) =>
      [0, ...dots, 40, good.length].map((at) => badToken('form', `${JSON.stringify(text)} at ${at}`, insert(at, text))),
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
    badToken('form', 'the dots escaped', good.replaceAll('.', '%2e')),
    badToken('form', 'full-width dots', good.replaceAll('.', '．')),
  ];
}

/** Other last characters that decode to the same bytes: the bits that do not count. */
function equivalentSegments(segment: string): readonly string[] {
  const bytes = Buffer.from(segment, 'base64url');
  const others = BASE64URL.split('')
    .map((last) => segment.slice(0, -1) + last)
    .filter((twin) => twin !== segment);
  return others.filter((twin) => Buffer.from(twin, 'base64url').equals(bytes));
}

/** A good token that has this character in it. */
function signTokenContaining(mint: Forge['signToken'], character: string): string {
  for (let number = 0; ; number++) {
    const token = mint(USER_ID, { jti: `${number}` });
    if (token.includes(character)) return token;
  }
}
