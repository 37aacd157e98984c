import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { userByEmail, usersById } from '../../../auth/account-lookups.ts';
import { requireSession } from '../../../auth/session.ts';
import { Notice } from '../../../components/notice.tsx';
import { Pager } from '../../../components/pager.tsx';
import { Panel } from '../../../components/panel.tsx';
import { ReloadWhenRestored } from '../../../components/reload-when-restored.tsx';
import styles from '../../../features/accounts/account-shell.module.css';
import { BanButton } from '../../../features/accounts/ban-button.tsx';
import { EventRows } from '../../../features/accounts/event-rows.tsx';
import { FILTER_KINDS, FILTER_OUTCOMES, LogFilter } from '../../../features/accounts/log-filter.tsx';
import { type AuthEventOutcome, SecurityLogDocument } from '../../../graphql/generated/operations.ts';
import { serverQuery } from '../../../graphql/server-query.ts';
import { orUnavailable } from '../../or-unavailable.tsx';
import { type SearchParams, textParameter } from '../../search-params.ts';
import { sessionApi } from '../../session-api.ts';
import { SignedInPage } from '../../signed-in-page.tsx';
import { SECURITY_LOG_PAGE } from '../../../words.ts';

export const metadata: Metadata = { title: SECURITY_LOG_PAGE.securityLog };

const PATH = '/admin/security';
const PAGE_SIZE = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The security log of all users, for administrators; for all others the page does not exist. The API checks the role
 * again, and records each read. Addresses of users come from the accounts database.
 */
export default orUnavailable(async function SecurityLogPage({ searchParams }: { searchParams: SearchParams }) {
  const session = await requireSession(PATH);
  if (session.user.role !== 'ADMIN') notFound();
  const parameters = await searchParams;
  const [user, after] = [textParameter(parameters['user'])?.trim() ?? '', textParameter(parameters['after'])];
  const kind = FILTER_KINDS.find((each) => each === parameters['kind']) ?? null;
  const outcome = (Object.keys(FILTER_OUTCOMES) as AuthEventOutcome[]).find((each) => each === parameters['outcome']);
  const chosen = await chosenUser(user);

  const filter = { kind, outcome: outcome ?? null, userId: chosen?.id ?? (user === '' ? null : user) };
  const data = await serverQuery(SecurityLogDocument, { first: PAGE_SIZE, after, filter }, await sessionApi(session));
  const log = data?.securityLog;
  const ids = [...new Set(log?.nodes.flatMap(({ userId }) => userId ?? []) ?? [])];
  const emails = new Map((await usersById(ids)).map(({ id, email }) => [id, email]));
  const pathWith = (cursor: string | null) => {
    const query = new URLSearchParams({
      ...(user !== '' && { user }),
      ...(kind !== null && { kind }),
      ...(outcome !== undefined && { outcome }),
      ...(cursor !== null && { after: cursor }),
    });
    return query.size === 0 ? PATH : `${PATH}?${query}`;
  };

  return (
    <SignedInPage session={session}>
      <>
        <main className={styles.shell}>
          <h1 className={styles.title}>{SECURITY_LOG_PAGE.securityLog}</h1>
          <p>{SECURITY_LOG_PAGE.theEventsOfAll}</p>
          <Panel>
            <LogFilter user={user} kind={kind ?? ''} outcome={outcome ?? ''} />
          </Panel>
          {chosen && (
            <Panel title={chosen.email}>
              <p>
                {chosen.role === 'ADMIN'
                  ? SECURITY_LOG_PAGE.anAdministratorCannotBe
                  : chosen.bannedAt
                    ? SECURITY_LOG_PAGE.thisUserIsBanned
                    : SECURITY_LOG_PAGE.thisUserCanSign}
              </p>
              {chosen.role !== 'ADMIN' && (
                <BanButton key={chosen.id} userId={chosen.id} email={chosen.email} banned={Boolean(chosen.bannedAt)} />
              )}
            </Panel>
          )}
          {log === undefined ? (
            <Notice action={<a href={pathWith(null)}>{SECURITY_LOG_PAGE.tryAgain}</a>}>
              {SECURITY_LOG_PAGE.theSecurityLogCould}
            </Notice>
          ) : log.nodes.length === 0 ? (
            <Panel>
              <p>{SECURITY_LOG_PAGE.noEventMatches}</p>
            </Panel>
          ) : (
            <EventRows
              label={SECURITY_LOG_PAGE.events}
              events={log.nodes.map(({ userId, ...event }) => ({
                ...event,
                more: [event.detail, <UserLink key="user" id={userId} email={emails.get(userId ?? '')} />],
              }))}
            />
          )}
          <Pager
            newest={after === null ? null : pathWith(null)}
            older={log?.pageInfo.hasNextPage ? pathWith(log.pageInfo.endCursor) : null}
          />
        </main>
        <ReloadWhenRestored />
      </>
    </SignedInPage>
  );
});

/** Returns the user that the filter names by id or by address; null if there is none. */
async function chosenUser(user: string) {
  if (user === '') return null;
  return UUID.test(user) ? ((await usersById([user]))[0] ?? null) : userByEmail(user);
}

/** A link to the events of a user. */
function UserLink({ id, email }: { id: string | null; email: string | undefined }) {
  return id === null ? (
    SECURITY_LOG_PAGE.unknownUser
  ) : (
    <a href={`${PATH}?user=${id}`}>{email ?? SECURITY_LOG_PAGE.deletedUser}</a>
  );
}
