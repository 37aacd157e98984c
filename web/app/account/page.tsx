import type { Metadata } from 'next';
import { getAuthServices } from '../../auth/auth-services.ts';
import { requireSession } from '../../auth/session.ts';
import { Panel } from '../../components/panel.tsx';
import { webConfig } from '../../config.ts';
import { AccountFacts } from '../../features/accounts/account-facts.tsx';
import { AccountShell } from '../../features/accounts/account-shell.tsx';
import { ChangeEmailForm } from '../../features/accounts/change-email-form.tsx';
import styles from '../../features/accounts/profile-form.module.css';
import { ProfileForm } from '../../features/accounts/profile-form.tsx';
import { AccountFactsDocument } from '../../graphql/generated/graphql.ts';
import { serverQuery } from '../../graphql/server-query.ts';
import { mailMode } from '../../mail/mail-mode.ts';
import { orUnavailable } from '../or-unavailable.tsx';
import { SignedInPage } from '../signed-in-page.tsx';

export const metadata: Metadata = { title: 'Your account' };

/** The profile: name, address, whether the address is verified, and the change of both. */
export default orUnavailable(async function ProfilePage() {
  const session = await requireSession('/account');
  const { name, email, emailVerified } = session.user;
  const config = webConfig();
  const canChangeEmail = mailMode(config) !== 'off';
  const { accessToken } = await getAuthServices().issue(session);
  const api = { endpoint: `${config.API_URL}/graphql`, token: accessToken };
  const facts = await serverQuery(AccountFactsDocument, {}, api);
  return (
    <SignedInPage session={session}>
      <AccountShell path="/account" title="Your account">
        <Panel title="Your name">
          <ProfileForm name={name} />
        </Panel>
        <Panel title="E-mail">
          <dl className={styles.facts}>
            <div>
              <dt>Address</dt>
              <dd>{email}</dd>
            </div>
            <div>
              <dt>Status</dt>
              <dd>{emailVerified ? 'Verified' : 'Not verified'}</dd>
            </div>
          </dl>
          {canChangeEmail && <ChangeEmailForm />}
        </Panel>
        <AccountFacts facts={facts} />
      </AccountShell>
    </SignedInPage>
  );
});
