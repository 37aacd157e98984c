import type { ReactNode } from 'react';

/**
 * A link to a page of this site that the browser loads anew. Next's `Link` would keep what was typed in memory, and the
 * pages before signing in stay small without it.
 */
export function PageLink({ to, children }: { to: string; children: ReactNode }) {
  return <a href={to}>{children}</a>;
}
