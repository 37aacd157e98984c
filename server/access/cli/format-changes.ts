import { type AccessChange, renderDiff, unsafeKinds } from '../index.ts';

/** Formats a comparison for a terminal. */
export function formatChanges(changes: readonly AccessChange[], reference: string): string {
  if (changes.length === 0) return `Access and contract are the same as in ${reference}.`;
  const unsafe = changes.filter((change) => unsafeKinds(change).length > 0).length;
  const summary = unsafe === 0 ? 'no audience gains access, no client breaks' : `${unsafe} to review`;
  const count = changes.length === 1 ? 'One element differs' : `${changes.length} elements differ`;
  return `${count} from ${reference}: ${summary}.\n\n${renderDiff(changes)}`;
}
