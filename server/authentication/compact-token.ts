import { TOKEN_TYPE } from '../../runtime/token.ts';
import { readJsonObject } from './strict-json.ts';

/** What is wrong with a token before any key has been looked at: for the log and the tests, never for the caller. */
export type CompactRejection = 'form' | 'header';

/** A token of our form. Nothing in it has been verified: its key id says which key would have to. */
export interface CompactToken {
  /** The exact characters that came. */
  readonly text: string;
  readonly kid: string;
}

/** RFC 7515 §7.1, compact form: three parts of base64url, none of them empty. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
/** No token of ours is longer; what is, is not worth a look. */
const MAX_TOKEN_LENGTH = 4_096;
/** The only header parameters that we write. Any other could change what the signature means: `crit`, `b64`, `jku`, `jwk`. */
const HEADER_PARAMETERS = ['alg', 'kid', 'typ'] as const;

/**
 * Reads the form and the header of a token: exactly ours, or a fault.
 * @param algorithm the one that the header has to name (RFC 8725 §3.1); what it names chooses nothing
 */
export function parseCompact(
  text: string,
  algorithm: string,
): { readonly token: CompactToken } | { readonly reason: CompactRejection } {
  if (text.length > MAX_TOKEN_LENGTH || !COMPACT.test(text)) return { reason: 'form' };
  const parts = text.split('.');
  // The unused bits of a last character may be anything to a lenient decoder: one token, many spellings.
  if (!parts.every(isCanonicalBase64url)) return { reason: 'form' };
  const header = readJsonObject(Buffer.from(parts[0] ?? '', 'base64url'));
  if (header === null || Object.keys(header).toSorted().join() !== HEADER_PARAMETERS.join())
    return { reason: 'header' };
  const { alg, typ, kid } = header;
  if (alg !== algorithm || typ !== TOKEN_TYPE || typeof kid !== 'string') return { reason: 'header' };
  return { token: { text, kid } };
}

/** Decodes the payload of a token of our form. Anybody can have written it: its signature has not been verified. */
export function unverifiedPayload({ text }: CompactToken): Uint8Array {
  return Buffer.from(text.split('.')[1] ?? '', 'base64url');
}

function isCanonicalBase64url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}
