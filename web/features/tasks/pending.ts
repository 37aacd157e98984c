/** The prefix of the ids of what the API has not confirmed yet. */
export const PENDING = 'pending:';

/** Returns whether an object is optimistic: shown before the API's response, and not editable yet. */
export const isPending = (id: string): boolean => id.startsWith(PENDING);
