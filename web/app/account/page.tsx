import type { Metadata } from 'next';
import { requireSession } from '../../auth/session.ts';
import { Panel } from '../../components/panel.tsx';
import { webConfig } from '../../config.ts';
import { AccountFacts } from '../../features/accounts/account-facts.tsx';
import { AccountShell } from '../../features/accounts/account-shell.tsx';
import { ChangeEmailForm } from '../../features/accounts/change-email-form.tsx';
import styles from '../../features/accounts/profile-form.module.css';
import { ProfileForm } from '../../features/accounts/profile-form.tsx';
import { AccountFactsDocument } from '../../graphql/generated/operations.ts';
import { serverQuery } from '../../graphql/server-query.ts';
import { mailMode } from '../../mail/mail-mode.ts';
import { orUnavailable } from '../or-unavailable.tsx';
import { sessionApi } from '../session-api.ts';
import { SignedInPage } from '../signed-in-page.tsx';
import { PROFILE_PAGE } from '../../words.ts';

export const metadata: Metadata = { title: PROFILE_PAGE.yourAccount };

/** The profile: name, address, whether the address is verified, and the change of both. */
export default orUnavailable(async function ProfilePage() {
  const session = await requireSession('/account');
  const { name, email, emailVerified } = session.user;
  const config = webConfig();
  const canChangeEmail = mailMode(config) !== 'off';
  const facts = await serverQuery(AccountFactsDocument, {}, await sessionApi(session));
  return (
    <SignedInPage session={session}>
      <AccountShell path="/account" title={PROFILE_PAGE.yourAccount}>
        <Panel title={PROFILE_PAGE.yourName}>
          <ProfileForm name={name} />
        </Panel>
        <Panel title={PROFILE_PAGE.email}>
          <dl className={styles.facts}>
            <div>
              <dt>{PROFILE_PAGE.address}</dt>
              <dd>{email}</dd>
            </div>
            <div>
              <dt>{PROFILE_PAGE.status}</dt>
              <dd>{emailVerified ? PROFILE_PAGE.verified : PROFILE_PAGE.notVerified}</dd>
            </div>
          </dl>
          {canChangeEmail && <ChangeEmailForm />}
        </Panel>
        <AccountFacts facts={facts} />
      </AccountShell>
    </SignedInPage>
  );
});
