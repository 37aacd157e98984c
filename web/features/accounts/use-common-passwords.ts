import { useCallback, useState } from 'react';

const NONE: ReadonlySet<string> = new Set();
const importPasswords = () => import('../../auth/common-passwords.ts');

/**
 * The common passwords, once `fetchThem` has been called: 22 kB that the page need not carry before somebody is about
 * to choose a password. Until they are there no password counts as common; the server knows them anyway.
 */
export function useCommonPasswords() {
  const [passwords, setPasswords] = useState(NONE);
  const fetchThem = useCallback(() => {
    importPasswords().then(
      ({ COMMON_PASSWORDS }) => setPasswords(COMMON_PASSWORDS),
      () => undefined,
    );
  }, []);
  return { passwords, fetchThem };
}
