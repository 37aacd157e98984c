'use client';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { accountErrorMessage, postAccount } from '../../components/post-account.ts';
import { useErrorMessage } from '../../components/use-error-message.ts';
import styles from './account-form.module.css';
import { Message } from './message.tsx';
import { useLinkToken } from './use-link-token.ts';
import { PageLink } from './page-link.tsx';
import { VERIFY_EMAIL } from '../../words.ts';

/**
 * Confirms an e-mail address with the token of a mailed link. It waits for a click: programs that check the links of a
 * mail open the page, and would use up the link.
 */
export function VerifyEmail() {
  const token = useLinkToken();
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const { errorMessage, showError } = useErrorMessage();

  async function confirm() {
    if (!token) return;
    setBusy(true);
    const result = await postAccount('/verify-email', { token });
    setBusy(false);
    if (result.outcome === 'done') return setDone(true);
    showError(accountErrorMessage(result));
  }

  if (done)
    return (
      <Message>
        <p>{VERIFY_EMAIL.thankYouYourEmail}</p>
        <PageLink to="/tasks">{VERIFY_EMAIL.goToYourTasks}</PageLink>
      </Message>
    );
  if (token === null)
    return (
      <Message>
        <p>{VERIFY_EMAIL.pleaseOpenTheLink}</p>
      </Message>
    );
  return (
    <div className={styles.form}>
      {errorMessage && <Notice key={errorMessage.count}>{errorMessage.text}</Notice>}
      <Button variant="primary" onClick={confirm} disabled={token === undefined} busy={busy}>
        {busy ? VERIFY_EMAIL.confirming : VERIFY_EMAIL.confirmThisAddress}
      </Button>
    </div>
  );
}
