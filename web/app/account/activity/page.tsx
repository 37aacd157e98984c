import type { Metadata } from 'next';
import { requireSession } from '../../../auth/session.ts';
import { Notice } from '../../../components/notice.tsx';
import { Pager } from '../../../components/pager.tsx';
import { Panel } from '../../../components/panel.tsx';
import { AccountShell } from '../../../features/accounts/account-shell.tsx';
import { EventRows } from '../../../features/accounts/event-rows.tsx';
import { SecurityEventsDocument } from '../../../graphql/generated/operations.ts';
import { serverQuery } from '../../../graphql/server-query.ts';
import { orUnavailable } from '../../or-unavailable.tsx';
import { type SearchParams, textParameter } from '../../search-params.ts';
import { sessionApi } from '../../session-api.ts';
import { SignedInPage } from '../../signed-in-page.tsx';
import { ACCOUNT_ACTIVITY_PAGE } from '../../../words.ts';

export const metadata: Metadata = { title: ACCOUNT_ACTIVITY_PAGE.activity };

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
      <AccountShell path={PATH} title={ACCOUNT_ACTIVITY_PAGE.activity}>
        <p>{ACCOUNT_ACTIVITY_PAGE.whatHappenedToYour}</p>
        {events === undefined ? (
          <Notice action={<a href={PATH}>{ACCOUNT_ACTIVITY_PAGE.tryAgain}</a>}>
            {ACCOUNT_ACTIVITY_PAGE.yourActivityCouldNot}
          </Notice>
        ) : events.nodes.length === 0 ? (
          <Panel>
            <p>{ACCOUNT_ACTIVITY_PAGE.thereAreNoOlder}</p>
          </Panel>
        ) : (
          <EventRows label={ACCOUNT_ACTIVITY_PAGE.activity} events={events.nodes} />
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
