import { documentIdOf, hashIn, hashOf } from '../document-manifest.ts';
import { requestError } from '../errors.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** Which operations the API runs: any, or those of trusted documents only. */
export type OperationsMode = 'any' | 'trusted';

/** The document that a request names or contains. */
export interface RequestDocument {
  readonly text: string;
  /** SHA-256 of the text, in lower-case hexadecimal. */
  readonly hash: string;
}

/**
 * Returns the document of a request's body: that of `documentId` (GraphQL over HTTP, appendix "Persisted Documents"), or
 * the text in `query`. A trusted document gives no access: its operation is authorized for each caller as any other.
 *
 * With `trusted`, a text runs if it is that of a trusted document: it is the same document, only longer to send.
 * @returns null if the body has no document; Apollo says what is wrong with it
 * @throws {GraphQLError} for an unknown id, an id that is not that of the text, and a text that is not trusted or not
 *   Unicode
 */
export function documentOfRequest(
  body: unknown,
  mode: OperationsMode,
  trusted: TrustedDocuments,
): RequestDocument | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { documentId: id, query } = body as { readonly documentId?: unknown; readonly query?: unknown };
  if (id !== undefined && id !== null && typeof id !== 'string')
    throw requestError('BAD_REQUEST', { message: '`documentId` must be a string.' });

  if (query === undefined || query === null) {
    if (id === undefined || id === null) return null;
    const text = trusted.textOf(id);
    if (text === undefined) throw requestError('PERSISTED_DOCUMENT_NOT_FOUND');
    // The manifest was checked when it was read: the id is the hash of the text.
    return { text, hash: hashIn(id) };
  }
  if (typeof query !== 'string' || query === '') return null;
  // Its UTF-8 is that of a text with U+FFFD: it would have the hash of that text, and run as that document.
  if (!query.isWellFormed())
    throw requestError('GRAPHQL_PARSE_FAILED', { message: 'Syntax Error: The document has an unpaired surrogate.' });
  const hash = hashOf(query);
  if (typeof id === 'string' && id !== documentIdOf(hash))
    throw requestError('BAD_REQUEST', { message: '`documentId` is not the id of `query`: send only one of them.' });
  if (mode === 'trusted' && trusted.documentOf(hash) === undefined) throw requestError('PERSISTED_DOCUMENT_REQUIRED');
  return { text: query, hash };
}
