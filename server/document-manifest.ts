import { hash as hashOnce } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Documents by their id: what codegen writes as `persistedDocuments`. */
export type DocumentManifest = Readonly<Record<string, string>>;

/** The manifest of the web client's operations and of those that `npm start` sends; codegen writes it. */
export const MANIFEST_FILE = path.join(import.meta.dirname, 'generated/trusted-documents.json');

const PREFIX = 'sha256:';

/** Thrown for a manifest that cannot be used. Its message says why, and what to do. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** Returns the SHA-256 hash of a document's text, in lower-case hexadecimal. */
export function hashOf(text: string): string {
  return hashOnce('sha256', text);
}

/**
 * Returns the id of a document (GraphQL over HTTP, appendix "Persisted Documents", "SHA256 Hex Document Identifier").
 * @param hash as `hashOf` returns it
 */
export function documentIdOf(hash: string): string {
  return PREFIX + hash;
}

/** Returns the hash in the id of a document, as `documentIdOf` makes it. */
export function hashIn(id: string): string {
  return id.slice(PREFIX.length);
}

/**
 * Reads the manifests of trusted documents.
 * @param files further manifests: of other clients, or of the last release of the web client
 * @param isRequired whether the generated manifest must be there; without it, it counts as empty
 * @throws {ManifestError} if a file is missing or no manifest, or an id is not that of its text
 */
export function readManifests(files: readonly string[], isRequired: boolean): DocumentManifest {
  const own = isRequired || fs.existsSync(MANIFEST_FILE) ? [MANIFEST_FILE] : [];
  return Object.assign({}, ...[...own, ...files].map(readManifest)) as DocumentManifest;
}

function readManifest(file: string): DocumentManifest {
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ManifestError(
      `The trusted documents cannot be read from ${file}: ${(error as Error).message}. ${file === MANIFEST_FILE ? 'Run `npm run codegen`.' : 'Correct TRUSTED_DOCUMENTS.'}`,
    );
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new ManifestError(`${file} is no manifest: expected an object with documents by their ids.`);
  for (const [id, text] of Object.entries(content))
    if (typeof text !== 'string' || id !== documentIdOf(hashOf(text)))
      throw new ManifestError(
        `${file}: the id ${id} is not that of its document: expected sha256: and the hash of the text.`,
      );
  return content as DocumentManifest;
}
