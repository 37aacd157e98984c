/**
 * What a user has typed and not sent, in the tab's sessionStorage under the user's id: it survives the sign-in that
 * follows the end of a session. It is removed when the user signs out or another user signs in, and the browser removes
 * it with the tab.
 */
const PREFIX = 'fieldgate.draft:';

const keyOf = (userId: string, field: string) => `${PREFIX}${userId}:${field}`;

/** Returns the draft of a field, if it has the form that `isValid` checks; null without one. */
export function readDraft<Draft>(
  userId: string,
  field: string,
  isValid: (value: unknown) => value is Draft,
): Draft | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(keyOf(userId, field)) ?? 'null');
    return isValid(value) ? value : null;
  } catch {
    // The storage is disabled, or its content was changed: there is no draft then.
    return null;
  }
}

/** Stores the draft of a field; null removes it. */
export function writeDraft(userId: string, field: string, draft: unknown): void {
  try {
    if (draft === null) sessionStorage.removeItem(keyOf(userId, field));
    else sessionStorage.setItem(keyOf(userId, field), JSON.stringify(draft));
  } catch {
    // The storage is disabled or full: typing goes on without a draft.
  }
}

/** Removes all drafts, or those of all users but one. */
export function forgetDrafts({ except }: { readonly except?: string } = {}): void {
  try {
    for (const key of Object.keys(sessionStorage))
      if (key.startsWith(PREFIX) && (except === undefined || !key.startsWith(keyOf(except, ''))))
        sessionStorage.removeItem(key);
  } catch {
    // The storage is disabled: it has no drafts.
  }
}
