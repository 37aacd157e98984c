import { type CryptoKey, compactVerify, errors } from 'jose';

/**
 * Verifies the signature of a token of our form (RFC 7515 §5.2).
 * @param algorithm the only one that is tried
 * @returns the payload's bytes, or null when the signature is not this key's
 */
export async function verifySignature(text: string, key: CryptoKey, algorithm: string): Promise<Uint8Array | null> {
  try {
    return (await compactVerify(text, key, { algorithms: [algorithm] })).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
