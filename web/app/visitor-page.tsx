import type { ReactNode } from 'react';
import { ButtonLink } from '../components/button-link.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { HOME, signInPath } from '../auth/return-target.ts';
import { VISITOR_PAGE } from '../words.ts';

/**
 * What every page for visitors without a session has: the header with the ways in.
 * @param path the page, to which signing in leads back; default: the tasks
 */
export function VisitorPage({ path = HOME, children }: { path?: string; children: ReactNode }) {
  const isHome = path === HOME;
  const account = (
    <>
      <ButtonLink to={isHome ? '/sign-in' : signInPath(path)} variant="quiet">
        {VISITOR_PAGE.signIn}
      </ButtonLink>
      <ButtonLink to={isHome ? '/sign-up' : `/sign-up?next=${encodeURIComponent(path)}`}>
        {VISITOR_PAGE.signUp}
      </ButtonLink>
    </>
  );
  return (
    <PageHeader audience="visitor" account={account}>
      {children}
    </PageHeader>
  );
}
