import type { Metadata } from 'next';
import { requireSession } from '../../../auth/session.ts';
import { Notice } from '../../../components/notice.tsx';
import { Pager } from '../../../components/pager.tsx';
import { Panel } from '../../../components/panel.tsx';
import { AccountShell } from '../../../features/accounts/account-shell.tsx';
import { EventRows } from '../../../features/accounts/event-rows.tsx';
import { SecurityEventsDocument } from '../../../graphql/generated/graphql.ts';
import { serverQuery } from '../../../graphql/server-query.ts';
import { orUnavailable } from '../../or-unavailable.tsx';
import { type SearchParams, textParameter } from '../../search-params.ts';
import { sessionApi } from '../../session-api.ts';
import { SignedInPage } from '../../signed-in-page.tsx';

export const metadata: Metadata = { title: 'Activity' };

const PATH = '/account/activity';
const PAGE_SIZE = 25;

/** The user's own security record, a page at a time. It needs no script. */
export default orUnavailable(async function ActivityPage({ searchParams }: { searchParams: SearchParams }) {
  const session = await requireSession(PATH);
  const after = textParameter((await searchParams)['after']);
  const data = await serverQuery(SecurityEventsDocument, { first: PAGE_SIZE, after }, await sessionApi(session));
  const events = data?.viewer.securityEvents;
  return (
    <SignedInPage session={session}>
      <AccountShell path={PATH} title="Activity">
        <p>What happened to your account, newest first. If you do not know a sign-in, change your password.</p>
        {events === undefined ? (
          <Notice action={<a href={PATH}>Try again</a>}>
            Your activity could not be loaded. Please try again in a moment.
          </Notice>
        ) : events.nodes.length === 0 ? (
          <Panel>
            <p>There are no older events.</p>
          </Panel>
        ) : (
          <EventRows label="Activity" events={events.nodes} />
        )}
        <Pager
          newest={after === null ? null : PATH}
          older={
            events?.pageInfo.hasNextPage && events.pageInfo.endCursor
              ? `${PATH}?after=${encodeURIComponent(events.pageInfo.endCursor)}`
              : null
          }
        />
      </AccountShell>
    </SignedInPage>
  );
});
