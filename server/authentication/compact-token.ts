import { TOKEN_TYPE } from '../../runtime/token.ts';
import { readJsonObject } from './strict-json.ts';

/** Why a token is rejected before any key is looked up: for the log and the tests, never for the client. */
export type CompactRejection = 'form' | 'header';

/** A well-formed token. Nothing in it is verified: `kid` names the key to verify it with. */
export interface CompactToken {
  /** The token exactly as it was received. */
  readonly text: string;
  readonly kid: string;
}

/** RFC 7515 §7.1, compact serialization: three base64url parts, none empty. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
/** The issuer creates no longer tokens. */
const MAX_TOKEN_LENGTH = 4_096;
/** The header parameters of the issuer. Any other could change what the signature means: `crit`, `b64`, `jku`, `jwk`. */
const HEADER_PARAMETERS = ['alg', 'kid', 'typ'] as const;

/**
 * Parses the form and the header of a token, or returns why it is rejected.
 * @param algorithm the `alg` that the header must have; the header never chooses the algorithm (RFC 8725 §3.1)
 */
export function parseCompact(
  text: string,
  algorithm: string,
): { readonly token: CompactToken } | { readonly reason: CompactRejection } {
  if (text.length > MAX_TOKEN_LENGTH || !COMPACT.test(text)) return { reason: 'form' };
  const parts = text.split('.');
  // Lenient decoders ignore the unused bits of the last character: one token would have many spellings.
  if (!parts.every(isCanonicalBase64url)) return { reason: 'form' };
  const header = readJsonObject(Buffer.from(parts[0] ?? '', 'base64url'));
  if (header === null || Object.keys(header).toSorted().join() !== HEADER_PARAMETERS.join())
    return { reason: 'header' };
  const { alg, typ, kid } = header;
  if (alg !== algorithm || typ !== TOKEN_TYPE || typeof kid !== 'string') return { reason: 'header' };
  return { token: { text, kid } };
}

/** Decodes the payload of a well-formed token without verifying its signature: the bytes may be forged. */
export function unverifiedPayload({ text }: CompactToken): Uint8Array {
  return Buffer.from(text.split('.')[1] ?? '', 'base64url');
}

function isCanonicalBase64url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}
