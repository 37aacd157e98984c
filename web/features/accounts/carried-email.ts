import { HOME, signInPath } from '../../auth/return-target.ts';

/**
 * The address that the sign-up page hands to the sign-in page, in the fragment: browsers do not send that, so the address is
 * in no log.
 */
const PARAMETER = 'email';

/** Returns the URL of the sign-in page that has the address filled in, and leads to `next` afterwards. */
export function signInLink(next: string, email: string): string {
  const path = next === HOME ? '/sign-in' : signInPath(next);
  return `${path}#${new URLSearchParams({ [PARAMETER]: email })}`;
}

/** Returns the address that the fragment of the page carries; null without one. */
export function carriedEmail(fragment: string): string | null {
  return new URLSearchParams(fragment.slice(1)).get(PARAMETER);
}
