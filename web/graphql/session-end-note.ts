/**
 * The note that the session of this tab has ended, which the sign-in page shows. In sessionStorage: the address of that page
 * does not say it, and the cookie of the session may be gone.
 */
const KEY = 'fieldgate.session-ended';

/** Leaves the note, before the tab is led to the sign-in page. */
export function noteSessionEnd(): void {
  try {
    sessionStorage.setItem(KEY, 'true');
  } catch {
    // The storage is disabled: the sign-in page says nothing then.
  }
}

let taken: boolean | undefined;

/** Returns whether there was a note when this page was loaded, and removes it: the next page has no reason to say it again. */
export function takeSessionEndNote(): boolean {
  if (taken !== undefined) return taken;
  try {
    taken = sessionStorage.getItem(KEY) !== null;
    sessionStorage.removeItem(KEY);
  } catch {
    taken = false;
  }
  return taken;
}
