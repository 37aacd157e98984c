import { type CryptoKey, compactVerify, errors } from 'jose';

/**
 * Verifies the signature of a well-formed token (RFC 7515 §5.2).
 * @param algorithm the only algorithm to accept
 * @returns the bytes of the payload, or null if the signature was not made with `key`
 */
export async function verifySignature(text: string, key: CryptoKey, algorithm: string): Promise<Uint8Array | null> {
  try {
    return (await compactVerify(text, key, { algorithms: [algorithm] })).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
