import { useEffect, useState } from 'react';

/**
 * Returns the token of the mailed link that opened this page; null without one, undefined until it was looked up. Takes
 * it out of the address bar at once: not in the history, in a bookmark, or in a picture of the screen.
 */
export function useLinkToken(): string | null | undefined {
  const [token, setToken] = useState<string | null>();
  useEffect(() => {
    const take = () => {
      const [, found] = /^#(\w{1,100})$/.exec(window.location.hash) ?? [];
      if (found === undefined) return setToken((last) => last ?? null);
      window.history.replaceState(window.history.state, '', window.location.pathname);
      setToken(found);
    };
    take();
    // Another link that is opened in this tab changes the fragment alone: the browser loads no page.
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  return token;
}
