import { useCallback, useState } from 'react';

const NONE: ReadonlySet<string> = new Set();
const importPasswords = () => import('../../auth/common-passwords.ts');

/**
 * Returns the common passwords, and a function that loads them: 22 kB that the page needs only when the user is about to
 * choose a password. Until they are loaded no password counts as common; the server checks again.
 */
export function useCommonPasswords() {
  const [passwords, setPasswords] = useState(NONE);
  const load = useCallback(() => {
    importPasswords().then(
      ({ COMMON_PASSWORDS }) => setPasswords(COMMON_PASSWORDS),
      () => undefined,
    );
  }, []);
  return { passwords, load };
}
