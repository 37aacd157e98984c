import { KEY_ID, SHARED_SECRET_MIN_BYTES } from './token.ts';

/** A shared secret with its key id. */
export interface TokenSecret {
  readonly kid: string;
  readonly secret: Uint8Array;
}

/** The value of TOKEN_SECRETS: a list of secrets, the first of which signs, or the path of a key file. */
export type TokenSecrets = { readonly listed: readonly TokenSecret[] } | { readonly file: string };

/** The prefix of a path in TOKEN_SECRETS. */
export const KEY_FILE_PREFIX = 'file:';

/** The form of TOKEN_SECRETS, for error messages. */
export const TOKEN_SECRETS_FORM =
  'kid:secret pairs with commas between, each kid once, each secret base64url of at least 32 bytes; or file: and the path of a key file';

/** Parses TOKEN_SECRETS; returns null for an invalid value. */
export function readTokenSecrets(text: string): TokenSecrets | null {
  if (text.startsWith(KEY_FILE_PREFIX)) {
    const file = text.slice(KEY_FILE_PREFIX.length);
    return file === '' ? null : { file };
  }
  const pairs = text.split(',').map(parsePair);
  const valid = pairs.filter((secret) => secret !== null);
  const isValid = valid.length === pairs.length && new Set(valid.map(({ kid }) => kid)).size === valid.length;
  return isValid ? { listed: valid } : null;
}

function parsePair(pair: string): TokenSecret | null {
  const [, kid = '', encoded = ''] = /^([^:]+):([A-Za-z0-9_-]+)$/.exec(pair.trim()) ?? [];
  const secret = new Uint8Array(Buffer.from(encoded, 'base64url'));
  return KEY_ID.test(kid) && secret.length >= SHARED_SECRET_MIN_BYTES ? { kid, secret } : null;
}
