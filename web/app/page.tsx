import type { Metadata } from 'next';
import { requireNoSession } from '../auth/session.ts';
import { webConfig } from '../config.ts';
import { Landing } from '../features/landing/landing.tsx';
import { openDemoAccount } from './demo-account.ts';
import { orUnavailable } from './or-unavailable.tsx';
import { VisitorPage } from './visitor-page.tsx';

export const metadata: Metadata = {
  description: 'A GraphQL API whose schema is its access policy: one directive, three walls.',
  // The other pages are not for search engines; this one has nothing of a user.
  robots: { index: true, follow: true },
};

/** The start page; redirects a user who is signed in to the tasks. */
export default orUnavailable(async function StartPage() {
  await requireNoSession();
  return (
    <VisitorPage>
      <Landing apiUrl={webConfig().API_URL} demo={await openDemoAccount()} />
    </VisitorPage>
  );
});
